"""Decision, goals, minutes and tools to a Plan."""

from faceglide.planning.make import NoPlanToday, barred_goals, make_plan
from faceglide.planning.model import History, Plan, Step
from faceglide.planning.revise import Add, Block, Edit, Move, Remove, Repeat, blocks, revise
from faceglide.planning.words import reworded_plan

__all__ = [
    "Add",
    "Block",
    "Edit",
    "History",
    "Move",
    "NoPlanToday",
    "Plan",
    "Remove",
    "Repeat",
    "Step",
    "barred_goals",
    "blocks",
    "make_plan",
    "revise",
    "reworded_plan",
]
