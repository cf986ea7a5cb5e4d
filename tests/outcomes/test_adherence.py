"""Coming back: what counts as practice, what is forgiven, and what is even."""

from __future__ import annotations

import datetime as dt

import pytest

from faceglide.outcomes.adherence import (
    Feeling,
    Performed,
    Practice,
    balance,
    felt,
    weeks,
    weeks_kept,
)

SUNDAY = dt.date(2026, 11, 22)
MONDAY = dt.date(2026, 11, 16)


def on(*days_ago: int, today: dt.date = SUNDAY) -> list[Practice]:
    return [Practice(today - dt.timedelta(days=ago), 300.0) for ago in days_ago]


def stroke(
    side: str, seconds: float = 3.0, verdict: str = "good", zone: str = "cheeks"
) -> Performed:
    return Performed(zone, side, seconds, 70.0, verdict)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("days_ago", "kept"),
    [
        ([], 0),
        ([0], 1),
        ([6], 1),  # only Monday of this week
        ([0, 7, 14], 3),
        ([7, 14], 2),  # nothing yet this week: the run goes on
        ([0, 14], 2),  # one week of rest is forgiven
        ([14], 1),  # a week of rest, and this one has not begun
        ([0, 21], 1),  # two empty weeks end a run
        ([21], 0),
        ([0, 1, 2, 3, 4, 5, 6], 1),  # more days make no more weeks
    ],
)
def test_a_run_of_weeks_forgives_rest(days_ago: list[int], kept: int) -> None:
    assert weeks_kept(on(*days_ago), SUNDAY) == kept


def test_a_new_week_does_not_end_a_run_on_its_first_morning() -> None:
    next_monday = SUNDAY + dt.timedelta(days=1)
    assert weeks_kept(on(0, 7), SUNDAY) == weeks_kept(on(0, 7), next_monday) == 2


def test_weeks_hold_each_day_once_and_stand_even_when_empty() -> None:
    found = weeks([*on(0, 0, 2), *on(20)], SUNDAY, 4)
    assert [week.monday for week in found] == [
        MONDAY - dt.timedelta(weeks=back) for back in (3, 2, 1, 0)
    ]
    assert [len(week.days) for week in found] == [0, 1, 0, 2]
    assert [week.sessions for week in found] == [0, 1, 0, 3]
    assert found[-1].seconds == 900


@pytest.mark.parametrize(("days", "reached"), [(2, False), (3, True), (6, True)])
def test_three_days_are_enough_and_more_is_never_wrong(days: int, reached: bool) -> None:
    assert weeks(on(*range(days)), SUNDAY, 1)[0].within_aim is reached


def test_sides_are_compared_by_time_and_what_nobody_could_tell_is_left_out() -> None:
    done = (stroke("left"), stroke("left"), stroke("right"), stroke("right", 99, "cannot_tell"))
    (cheeks,) = balance([Practice(SUNDAY, 60, done)], ["forehead", "cheeks"])
    assert (cheeks.left.strokes, cheeks.right.strokes) == (2, 1)
    assert (cheeks.left.seconds, cheeks.left.length_mm) == (6.0, 140.0)
    assert cheeks.difference == pytest.approx(1 / 3)
    assert cheeks.fuller == "left"


@pytest.mark.parametrize(
    ("left_s", "right_s", "fuller"), [(10, 10, None), (11, 9, None), (9, 13, "right")]
)
def test_small_differences_are_even(left_s: float, right_s: float, fuller: str | None) -> None:
    done = (stroke("left", left_s), stroke("right", right_s))
    (cheeks,) = balance([Practice(SUNDAY, 60, done)], ["cheeks"])
    assert cheeks.fuller == fuller


def test_a_side_that_got_nothing_is_shown_as_nothing_not_left_out() -> None:
    (cheeks,) = balance([Practice(SUNDAY, 60, (stroke("right"),))], ["cheeks"])
    assert cheeks.left.strokes == 0
    assert cheeks.fuller == "right"


def test_a_week_counts_its_verdicts() -> None:
    done = (stroke("left"), stroke("left", verdict="fault"), stroke("left", verdict="cannot_tell"))
    (week,) = weeks([Practice(SUNDAY, 60, done)], SUNDAY, 1)
    assert week.verdicts == {"good": 1, "fault": 1, "cannot_tell": 1}


def test_a_feeling_needs_both_ends_and_two_points_to_be_called_a_change() -> None:
    day = SUNDAY
    only_before = Practice(day, 60, before=Feeling(1, 9))
    pair = Practice(day, 60, before=Feeling(5, 6), after=Feeling(6, 4))
    found = felt([only_before, pair])
    assert found.mood.sessions == 1
    assert (found.mood.mean, found.mood.beyond_noise) == (1, False)
    assert (found.tension.mean, found.tension.beyond_noise) == (-2, True)
    assert felt([]).mood.beyond_noise is False
