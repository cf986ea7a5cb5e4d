"""Coming back: what was practised over weeks, how evenly, and how well.

Pure sums over what was kept. Nothing here praises or blames: a missed day is not an event, and a
week of rest does not undo the weeks before it.

Limits: a session without the camera counts as practice and carries no strokes. Feelings are as the
person gave them and are no measurement of anything else.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Side = Literal["left", "right", "midline"]
Verdict = Literal["good", "fault", "cannot_tell"]

AIM_DAYS = (3, 5)
"""Days of practice a week (`domain.md` section 3, "3-5/wk"); our default, not a threshold."""
REST_WEEKS = 1
"""Weeks in a row without any practice that a run of weeks outlives; our default."""
EVEN_SHARE = 0.1
"""Sides that differ by no more than this share of their sum count as even; our default."""
FELT_CHANGE = 2.0
"""Smallest change on a 0-10 scale that is more than its usual scatter (NRS, [9] in the sources)."""


@dataclass(frozen=True, slots=True)
class Performed:
    """One stroke or hold, as judged.

    Attributes:
        seconds: How long it lasted.
        length_mm: Of a stroke on the face; 0 for a hold.
    """

    zone: str
    side: Side
    seconds: float
    length_mm: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Feeling:
    """What a person said of themselves, each 0 to 10: mood rises, tension falls with wellbeing."""

    mood: int
    tension: int


@dataclass(frozen=True, slots=True)
class Practice:
    """One session that was really done.

    Attributes:
        day: The person's own calendar day.
        seconds: From start to end; 0 when it was not finished.
        performed: What the camera judged; empty without one.
    """

    day: dt.date
    seconds: float
    performed: tuple[Performed, ...] = ()
    before: Feeling | None = None
    after: Feeling | None = None


@dataclass(frozen=True, slots=True)
class Dose:
    """What a zone or a side received; strokes that nobody could tell are not in it."""

    strokes: int = 0
    seconds: float = 0.0
    length_mm: float = 0.0

    def plus(self, one: Performed) -> Dose:
        """This dose and one more stroke."""
        return Dose(self.strokes + 1, self.seconds + one.seconds, self.length_mm + one.length_mm)


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Sunday.

    Attributes:
        days: The days practised, in order, each once.
        verdicts: Strokes and holds by verdict.
    """

    monday: dt.date
    days: tuple[dt.date, ...]
    sessions: int
    seconds: float
    verdicts: Mapping[Verdict, int]

    @property
    def within_aim(self) -> bool:
        """Whether it held as many days as are suggested, or more."""
        return len(self.days) >= AIM_DAYS[0]


@dataclass(frozen=True, slots=True)
class Balance:
    """Both sides of one zone."""

    zone: str
    left: Dose
    right: Dose

    @property
    def difference(self) -> float:
        """How much more time the left had, as a share of both; negative when the right had more."""
        both = self.left.seconds + self.right.seconds
        return (self.left.seconds - self.right.seconds) / both if both else 0.0

    @property
    def fuller(self) -> Literal["left", "right"] | None:
        """The side that had clearly more, or None when they are even."""
        if abs(self.difference) <= EVEN_SHARE:
            return None
        return "left" if self.difference > 0 else "right"


@dataclass(frozen=True, slots=True)
class FeltChange:
    """How one scale moved from before to after.

    Attributes:
        sessions: How many sessions have both.
        mean: Mean of after minus before, in points of ten.
    """

    sessions: int
    mean: float

    @property
    def beyond_noise(self) -> bool:
        """Whether the change is as large as one that people notice."""
        return abs(self.mean) >= FELT_CHANGE


@dataclass(frozen=True, slots=True)
class Felt:
    """Mood and tension over sessions."""

    mood: FeltChange
    tension: FeltChange
    pairs: tuple[tuple[dt.date, Feeling, Feeling], ...] = field(default=())


def monday_of(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def weeks(practices: Iterable[Practice], today: dt.date, count: int) -> tuple[Week, ...]:
    """The last `count` weeks, oldest first, this one last; weeks without practice included."""
    found: defaultdict[dt.date, list[Practice]] = defaultdict(list)
    for practice in practices:
        found[monday_of(practice.day)].append(practice)
    this = monday_of(today)
    mondays = [this - dt.timedelta(weeks=back) for back in reversed(range(count))]
    return tuple(_week(monday, found.get(monday, [])) for monday in mondays)


def _week(monday: dt.date, done: Sequence[Practice]) -> Week:
    verdicts: dict[Verdict, int] = {"good": 0, "fault": 0, "cannot_tell": 0}
    for practice in done:
        for one in practice.performed:
            verdicts[one.verdict] += 1
    return Week(
        monday=monday,
        days=tuple(sorted({practice.day for practice in done})),
        sessions=len(done),
        seconds=sum(practice.seconds for practice in done),
        verdicts=verdicts,
    )


def weeks_kept(practices: Iterable[Practice], today: dt.date) -> int:
    """How many weeks of practice run up to now, in a run that forgives.

    Any week with practice counts. Days of rest inside a week never matter, this week counts as
    soon as it holds a session and never ends a run, and `REST_WEEKS` empty weeks in a row are
    passed over without counting.
    """
    practised = {monday_of(practice.day) for practice in practices if practice.day <= today}
    if not practised:
        return 0
    kept = empty = 0
    monday = monday_of(today)
    kept += monday in practised
    while empty <= REST_WEEKS and monday >= min(practised):
        monday -= dt.timedelta(weeks=1)
        if monday in practised:
            kept, empty = kept + 1, 0
        else:
            empty += 1
    return kept


def balance(practices: Iterable[Practice], zones: Sequence[str]) -> tuple[Balance, ...]:
    """What the left and the right of each zone received, in the order of `zones`.

    Zones that received nothing on either side are left out; so is what lies in the middle.
    """
    doses: dict[tuple[str, str], Dose] = {}
    for practice in practices:
        for one in practice.performed:
            if one.verdict != "cannot_tell" and one.side != "midline":
                key = one.zone, one.side
                doses[key] = doses.get(key, Dose()).plus(one)
    sides = ((zone, doses.get((zone, "left")), doses.get((zone, "right"))) for zone in zones)
    return tuple(
        Balance(zone, left or Dose(), right or Dose())
        for zone, left, right in sides
        if left or right
    )


def felt(practices: Iterable[Practice]) -> Felt:
    """How mood and tension moved in the sessions that have both a before and an after."""
    pairs = tuple(
        (practice.day, practice.before, practice.after)
        for practice in sorted(practices, key=lambda practice: practice.day)
        if practice.before and practice.after
    )
    return Felt(
        mood=_change([after.mood - before.mood for _day, before, after in pairs]),
        tension=_change([after.tension - before.tension for _day, before, after in pairs]),
        pairs=pairs,
    )


def _change(differences: Sequence[int]) -> FeltChange:
    mean = sum(differences) / len(differences) if differences else 0.0
    return FeltChange(len(differences), mean)
