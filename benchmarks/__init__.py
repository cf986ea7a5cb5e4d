"""Measurements of speed and accuracy that are too long for the tests."""
