"""Decision, goals, minutes and tools to a Plan."""
