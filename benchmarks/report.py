"""The accuracy table, for a terminal and as a page of the documentation."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from faceglide.tracking.simulator.mistakes import FAULTS


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        name: The level, with ", no plan" where the judge was not told the plan and
            ", simple judge" where it was `benchmarks.naive`.
        sessions: How many sessions.
        strokes: How many scored strokes.
        figures: See `benchmarks.scoring.Tally.figures`.
        with_fault: How many strokes had each fault: judged, and left open.
        f1_range: Between what the stroke F1 of other such sessions would lie, 19 times of 20.
    """

    name: str
    sessions: int
    strokes: int
    figures: Mapping[str, float]
    with_fault: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    f1_range: tuple[float, float] | None = None


# What is asked for: at least, or where marked at most.
ASKED: dict[str, dict[str, float]] = {
    "clean": {
        "stroke_f1": 0.99,
        "movement": 0.99,
        "side": 1.0,
        "worst_fault": 0.95,
        "good_blamed": 0.01,
        "cannot_tell": 0.02,
    },
    "typical": {
        "stroke_f1": 0.97,
        "movement": 0.97,
        "side": 0.99,
        "worst_fault": 0.9,
        "good_blamed": 0.03,
        "cannot_tell": 0.08,
    },
    "hard": {
        "stroke_f1": 0.9,
        "movement": 0.92,
        "side": 0.97,
        "worst_fault": 0.75,
        "good_blamed": 0.06,
        "cannot_tell": 0.15,
    },
    "clips, no plan": {"stroke_f1": 0.9},
}
_EVERYWHERE = {"speed_error": 0.1, "told_late": 0.0, "hold_error_s": 0.5, "gesture_strokes": 0.02}
AT_MOST = (
    "good_blamed",
    "cannot_tell",
    "speed_error",
    "told_late",
    "hold_error_s",
    "gesture_strokes",
)
_COLUMNS = {
    "stroke_f1": "stroke F1",
    "movement": "movement",
    "side": "side",
    "worst_fault": "worst fault",
    "good_blamed": "good blamed",
    "cannot_tell": "cannot tell",
    "speed_error": "speed error",
    "told_late": "told late",
    "hold_f1": "hold F1",
    "hold_error_s": "hold error, s",
    "gesture_strokes": "per gesture",
}
# Why a figure falls short where it does, as far as the slips of these sessions show it.
_WHY = {
    "stroke_f1": "What is missed at the clean level are mostly strokes with a tool whose edge lies "
    "otherwise than it is looked for, and strokes broken off; of such a tool's strokes a part is "
    "told instead. What else is invented are mostly quick ways back along the lips.",
    "side": "A stroke up the nose done the wrong way round and one down its side lie a finger's "
    "width apart.",
    "worst_fault": "Where the tracker strays or loses the hand half way, a whole stroke looks cut "
    "short; about lips and jaw its drift goes as far, and lasts as long, as skin that is dragged. "
    "Each fault rests on some tens of strokes, so which one is worst changes from set to set.",
    "speed_error": "Hands start and stop softly: when they do is lost in the tracker's error, and "
    "a stroke's time with it. Its length is known better.",
    "told_late": "Whether a hand that stops half way goes on is only known later, where the "
    "tracker strays a rest has to be waited for, and a first circle until it is likely over.",
    "hold_error_s": "A hand's error carries it for a while about as far as a hold's points lie "
    "apart.",
}
_MOST_DIGITS = 6
_SHARES = ("good_blamed", "cannot_tell", "speed_error", "told_late")


def asked(name: str, figure: str) -> float | None:
    """What is asked of a figure in a row, if anything."""
    if "," in name and name != "clips, no plan":
        return None
    return ASKED.get(name, {}).get(figure, _EVERYWHERE.get(figure))


def meets(name: str, figure: str, value: float) -> bool | None:
    """Whether a figure is as asked; None when nothing is asked."""
    limit = asked(name, figure)
    if limit is None:
        return None
    return value <= limit if figure in AT_MOST else value >= limit


def table(rows: Iterable[Row]) -> str:
    """The table as Markdown; a figure short of what is asked is marked with `!`."""
    lines = [
        "| level | strokes | " + " | ".join(_COLUMNS.values()) + " |",
        "|---" * (len(_COLUMNS) + 2) + "|",
    ]
    for row in rows:
        cells = [_cell(row, figure) for figure in _COLUMNS]
        lines.append(f"| {row.name} | {row.strokes} | " + " | ".join(cells) + " |")
        limits = [_limit(row.name, figure) for figure in _COLUMNS]
        if any(limits):
            lines.append("| *asked* | | " + " | ".join(limits) + " |")
    return "\n".join(lines)


def fault_table(rows: Iterable[Row]) -> str:
    """Precision and recall of every fault, how many had it, judged and left open, as Markdown."""
    lines = [
        "| level | " + " | ".join(name.replace("_", " ") for name in FAULTS) + " |",
        "|---" * (len(FAULTS) + 1) + "|",
    ]
    for row in rows:
        cells = [
            " / ".join(_plain(row.figures.get(f"{fault}_{end}")) for end in ("precision", "recall"))
            + " of {} + {}".format(*row.with_fault.get(fault, (0, 0)))
            for fault in FAULTS
        ]
        lines.append(f"| {row.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def markdown(rows: list[Row]) -> str:
    """The whole page docs/accuracy.md."""
    judged = [row for row in rows if row.sessions]
    sessions = sum(row.sessions for row in judged if not row.name.startswith("clips"))
    clips = sum(row.sessions for row in judged if row.name.startswith("clips"))
    short = [
        f"- {row.name}: {_COLUMNS[figure]} is {_show(row.name, figure, row.figures[figure])}, "
        f"asked {_limit(row.name, figure)}"
        for row in judged
        for figure in _COLUMNS
        if _falls_short(row, figure)
    ]
    fell = {figure for row in judged for figure in _COLUMNS if _falls_short(row, figure)}
    why = [f"- {_COLUMNS[figure]}: {why}" for figure, why in _WHY.items() if figure in fell]
    return _PAGE.format(
        table=table(judged),
        faults=fault_table(judged),
        ranges="\n".join(
            f"- {row.name}: {row.f1_range[0]:.3f} and {row.f1_range[1]:.3f}"
            for row in judged
            if row.f1_range is not None
        )
        or "- Too few sessions to say.",
        sessions=sessions,
        clips=f"{clips} clips" if clips else "no clips (they were not there for this run)",
        short="\n".join(short) or "- Every figure is as asked.",
        why="\n".join(textwrap.fill(line, 100, subsequent_indent="  ") for line in why)
        or "- Nothing to say.",
    )


def _falls_short(row: Row, figure: str) -> bool:
    return figure in row.figures and meets(row.name, figure, row.figures[figure]) is False


def _cell(row: Row, figure: str) -> str:
    value = row.figures.get(figure)
    if value is None:
        return "–"
    mark = " !" if meets(row.name, figure, value) is False else ""
    return _show(row.name, figure, value) + mark


def _show(name: str, figure: str, value: float) -> str:
    """A figure with as many digits as tell that it is short of what is asked, where it is."""
    limit, short = asked(name, figure), meets(name, figure, value) is False
    times, unit, digits = (100, " %", 1) if figure in _SHARES else (1, "", 3)
    text = f"{times * value:.{digits}f}"
    while limit is not None and short and float(text) == times * limit and digits < _MOST_DIGITS:
        digits += 1
        text = f"{times * value:.{digits}f}"
    return text + unit


def _limit(name: str, figure: str) -> str:
    limit = asked(name, figure)
    if limit is None:
        return ""
    sign = "≤" if figure in AT_MOST else "≥"
    return f"{sign} {100 * limit:g} %" if figure in _SHARES else f"{sign} {limit:g}"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


_PAGE = """# How well strokes are judged

Written by `make accuracy`; do not edit.

## What was judged

{sessions} **simulated** sessions and {clips} through the real tracker. Nobody has yet compared the
judge with real people massaging real faces, so read the figures as what is possible when the
tracker errs as it did in our measurements, not as what you will get.

A simulated session is a person with a face, hands, habits and camera of their own. The tracker's
errors are drawn to match what was measured on covered faces; tests hold them there. The judge gets
the frames and, where not said otherwise, the plan; it is not told the size of the face.

| level | frames a second | noise | head |
|---|---|---|---|
| clean | 25 | a quarter of the measured | ±3° |
| typical | 16 | as measured | ±6° |
| hard | 11, uneven | twice the measured | ±12° |

## Figures

A stroke is found when a reported one overlaps it in time by at least 0.4 (intersection over
union). *Worst fault* is the lowest precision or recall of any fault. *Good blamed* is the share of
good strokes called faulty. *Speed error* is the mean relative error of a stroke's mean speed.
*Told late* is the share of strokes reported more than 0.25 s after their true end. *Per gesture* is
the number of strokes reported for each waving, hovering or reaching hand. `!`
marks a figure short of what is asked. *No plan*: the judge was not told what the person meant to
do. *Simple judge*: what one gets without our engine, by taking fingertips inside the outline of the
face as touching it, and the nearest path as the one meant.

{table}

### Each fault: precision / recall, of how many judged strokes that had it + left open

Of strokes that were left open (*cannot tell*) no fault is claimed and none is missed.

{faults}

### How much of it is chance

Of as many other sessions the stroke F1 would lie, 19 times of 20, between these (bootstrap over
sessions):

{ranges}

### Short of what is asked

{short}

Why, as far as these sessions show it:

{why}

## What is not known

- Real skin, beards, make-up, glasses, dark rooms and strong side light are not simulated.
- Simulated hands are open and bare, or half closed round a tool of one of many lengths that lies
  flat under the fingertips, or stands half upright on the thumb's side of them. A tool is also
  looked for past the middle joints of a fist, but only where the plan has one. Held otherwise its
  strokes are often missed, or named after a neighbour.
- Simulators written apart from this one, from the same measurements, and not kept here, were judged
  less well: strokes at the hard level, tools, and drags of the skin that show in the picture less
  than here. What a real session is like lies with neither.
- In the simulation a hand's error wanders, and more than a third of its square is common to all the
  hand's points. On the clip with one hand most of a fingertip's error stands still for as long as a
  stroke lasts; what wanders is less than a hundredth of the face's width, and little of it is
  common. Which of the two a real massage looks like is open.
- The neck moves with the head in the simulation; a real neck follows only in part.
- Tugging is simulated as a smooth drag of the skin near the contact. How well the real tracker
  reports such a drag has not been measured; on the clips, where nothing drags, it is not called.
- What tells a stroke from a return or a hovering hand is weighed as simulated people taught it: on
  other seeds than these, some of them in a second simulator, written apart and not kept here. Real
  returns may look different.
- The clips show one portrait and one hand without head motion or skin deformation. They prove that
  the whole path works, not that it generalises.
- Pressure cannot be seen, and nothing here claims to measure it.
- Strokes that fair judges could call either way, and strokes that the tracker showed in fewer than
  half of their frames, are not scored.
"""
