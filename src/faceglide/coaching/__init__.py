"""Frames and a plan to events: pure."""
