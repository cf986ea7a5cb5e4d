"""Landmarks to a stabilised face in millimetres."""

from __future__ import annotations

from faceglide.face.head import Head, HeadTracker
from faceglide.face.paths import movement_path, overlay_recipes, zone_outline
from faceglide.face.pose import Pose

__all__ = ["Head", "HeadTracker", "Pose", "movement_path", "overlay_recipes", "zone_outline"]
