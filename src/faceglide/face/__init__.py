"""Landmarks to a stabilised face in millimetres."""
