"""What to do and why, as data."""
