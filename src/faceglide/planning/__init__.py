"""Decision, goals, minutes and tools to a Plan."""

from faceglide.planning.make import NoPlanToday, make_plan
from faceglide.planning.model import History, Plan, Step

__all__ = ["History", "NoPlanToday", "Plan", "Step", "make_plan"]
