"""Answers to a Decision."""
