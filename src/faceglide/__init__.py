"""Faceglide: a coach for facial fascia massage."""

__version__ = "0.1.0"
