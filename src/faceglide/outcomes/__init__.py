"""Captures to measures with their error, and what has changed."""

from faceglide.outcomes.capture import Capture, capture
from faceglide.outcomes.change import Change, Mean, captures_needed, change_between, mean_of
from faceglide.outcomes.face_measures import MEASURES, Measure
from faceglide.outcomes.report import measure_report

__all__ = [
    "MEASURES",
    "Capture",
    "Change",
    "Mean",
    "Measure",
    "capture",
    "captures_needed",
    "change_between",
    "mean_of",
    "measure_report",
]
