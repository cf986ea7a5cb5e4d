"""``faceglide screen ANSWERS``: what today's answers decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from faceglide.cli.output import emit, emit_text

if TYPE_CHECKING:
    from faceglide.screening.model import Answers, Decision

OUTCOMES = {
    "go": "Go ahead.",
    "adapt": "Go ahead, adapted.",
    "wait": "Wait.",
    "see_clinician": "See a clinician first.",
    "emergency": "Stop. Get emergency help now.",
}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("screen")(screen)


def screen(
    answers: Annotated[Path, typer.Argument(help="Answers to the safety check (JSON).")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the Decision as JSON.")] = False,
) -> None:
    """Say what the safety check decides: go, adapt, wait, or see someone."""
    decision = decide(answers)[1]
    if as_json:
        emit(decision)
    else:
        emit_text(describe(decision))


def decide(path: Path) -> tuple[Answers, Decision]:
    """Read a file of answers and screen them.

    Raises:
        BadInput: When the answers are not valid.
    """
    from faceglide.cli.inputs import read_json
    from faceglide.protocol import load_protocol
    from faceglide.screening import parse_answers
    from faceglide.screening import screen as judge

    data = read_json(path, "a JSON file of answers")
    answers = parse_answers(data, str(path))
    return answers, judge(load_protocol(), answers)


def describe(decision: Decision) -> str:
    """A decision as a person reads it."""
    lines = [OUTCOMES[decision.outcome]]
    if decision.until:
        lines.append(f"Until {decision.until:%d %B %Y}.")
    caps = {
        "Leave out": decision.blocked_zones + decision.blocked_movements,
        "Put aside": decision.blocked_tools + decision.blocked_techniques,
        "Press no more than": (decision.max_pressure,) if decision.max_pressure else (),
    }
    lines += [f"{label}: {', '.join(ids)}." for label, ids in caps.items() if ids]
    for finding in decision.findings:
        until = f" Until {finding.until:%d %B %Y}." if finding.until else ""
        lines += ["", f"{finding.id}: {finding.action}{until}", f"  {finding.reason}"]
    return "\n".join(lines)
