"""Captures and questionnaires to measures with error."""
