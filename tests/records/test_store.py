"""What is kept comes back: after a restart, after a resend, from several writers at once."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
import uuid

import pytest
from sqlalchemy.exc import IntegrityError, StatementError

from faceglide.errors import BadInput
from faceglide.records import Document, Store, open_store, parse_document
from faceglide.screening.model import ConditionAnswer
from faceglide.settings import Settings

from .conftest import ANSWERS, GO, a_plan, events, fill, stroke


def test_everything_is_there_after_a_restart(any_settings: Settings) -> None:
    first = open_store(any_settings)
    session = fill(first)
    before = first.export_all()
    first.close()

    again = open_store(any_settings)
    assert again.export_all().people == before.people
    assert again.session_detail(session).ended_at is not None
    assert again.preferences() == {"pupillary_distance_mm": 63.5}
    again.close()


def test_the_newest_answers_are_the_ones_asked_about(store: Store) -> None:
    assert store.latest_screening() is None
    store.save_screening(ANSWERS, GO, "1.0.0")
    newer = ANSWERS.model_copy(update={"age": 35})
    store.save_screening(newer, GO, "1.0.0")
    latest = store.latest_screening()
    assert latest is not None
    assert latest.answers == newer
    assert latest.created_at.tzinfo == dt.UTC
    assert len(store.screenings()) == 2


def test_a_plan_comes_back_as_it_was(store: Store) -> None:
    plan = a_plan()
    kept = store.save_plan(plan, {"goals": ["glow"]})
    assert store.plan(kept).plan == plan
    assert store.own_plans() == []
    store.save_plan(plan, name="Mornings")
    assert [own.name for own in store.own_plans()] == ["Mornings"]


def test_sending_a_session_again_changes_nothing(store: Store) -> None:
    session = uuid.uuid4()
    assert store.start_session(session, protocol="1.0.0", mode="guided")
    assert not store.start_session(session, protocol="9", mode="camera")
    assert store.append_events(session, events()) == 5
    assert store.append_events(session, [*events(), (5, stroke(9))]) == 1
    assert store.last_seq(session) == 5
    detail = store.session_detail(session)
    assert detail.mode == "guided"
    assert [event.event() for event in detail.events[:5]] == [event for _, event in events()]


def test_the_first_closing_of_a_session_counts(store: Store) -> None:
    session = fill(store)
    ended = store.session_detail(session).ended_at
    store.finish_session(session, ended_at=dt.datetime(2030, 1, 1, tzinfo=dt.UTC), stopped="pain")
    assert store.session_detail(session).ended_at == ended


def test_a_session_is_counted_by_zone_and_side_without_what_nobody_could_tell(
    store: Store,
) -> None:
    fill(store)
    (summary,) = store.sessions()
    assert summary.strokes == {"forehead": {"left": 1, "right": 1}}
    assert (summary.good, summary.cannot_tell, summary.steps_done) == (2, 1, 1)


def test_history_tells_what_was_finished_liked_and_skipped(store: Store) -> None:
    session = fill(store)
    store.save_feedback(session, "liked", {"movements": ["temples.circle"]})
    store.save_feedback(session, "skipped", {"movements": ["neck.glide_up"]})
    history = store.history()
    assert history.recent == ((a_plan().steps[0].movement,),)
    assert history.liked == ("temples.circle",)
    assert history.skipped == (("neck.glide_up",),)


def test_a_preference_is_replaced_and_forgotten(store: Store) -> None:
    store.set_preference("theme", "dark")
    store.set_preference("theme", {"night": True})
    assert store.preferences() == {"theme": {"night": True}}
    store.set_preference("theme", None)
    assert store.preferences() == {}


def test_what_is_not_there_is_refused(store: Store) -> None:
    nowhere = uuid.uuid4()
    for ask in (
        lambda: store.append_events(nowhere, events()),
        lambda: store.finish_session(nowhere),
        lambda: store.session_detail(nowhere),
        lambda: store.plan(nowhere),
        lambda: store.save_feedback(nowhere, "after", {}),
        lambda: store.start_session(uuid.uuid4(), protocol="1.0.0", mode="guided", plan_id=nowhere),
    ):
        with pytest.raises(BadInput):
            ask()


def test_a_deleted_session_takes_its_events_along(store: Store) -> None:
    session = fill(store)
    store.delete_session(session)
    (person,) = store.export_all().people
    assert person.sessions == ()


def test_an_export_fills_an_empty_machine_and_only_once(store: Store) -> None:
    fill(store)
    document = Document.model_validate_json(store.export_all().model_dump_json())
    store.erase()
    store.local_person()
    assert store.import_all(document) > 5
    assert store.export_all().people == document.people
    assert store.local_person() == document.people[0].id
    assert store.import_all(document) == 0


def test_an_import_that_breaks_half_way_leaves_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    document = store.export_all()
    store.erase()
    adding = store._add_once

    def unplugged(session: object, rows: object) -> int:
        adding(session, rows)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_add_once", unplugged)
    with pytest.raises(KeyboardInterrupt):
        store.import_all(document)
    assert store.export_all().people == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("people", 0, "sessions", 0, "events", 0, "body"), {"verdict": "superb"}),
        (("people", 0, "sessions", 0, "mode"), "telepathy"),
        (("people", 0, "sessions", 0, "plan_id"), "00000000-0000-4000-8000-000000000000"),
        (("people", 0, "screenings", 0, "answers", "age"), 400),
        (("people", 0, "created_at"), "2026-11-21T10:00:00"),
        (("people", 0, "nickname"), "Bo"),
        (("version",), 2),
        (("format",), "something-else"),
        (("people",), {}),
    ],
)
def test_a_wrong_export_is_refused_with_its_place(
    settings: Settings, path: tuple[str | int, ...], value: object
) -> None:
    store = open_store(settings)
    fill(store)
    data = store.export_all().model_dump(mode="json")
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(BadInput) as refused:
        parse_document(data, "mine.json")
    assert refused.value.place.startswith("mine.json")
    store.close()


def test_an_export_that_is_not_a_document_is_refused() -> None:
    for data in (None, [], 3, "x"):
        with pytest.raises(BadInput):
            parse_document(data, "mine.json")


def test_threads_write_side_by_side(store: Store) -> None:
    session = uuid.uuid4()
    store.start_session(session, protocol="1.0.0", mode="camera")
    failures: list[BaseException] = []

    def write(offset: int) -> None:
        try:
            for number in range(20):
                store.append_events(session, [(offset * 20 + number, stroke(number))])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(offset,)) for offset in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(store.session_detail(session).events) == 100


WRITER = """
import sys, uuid
from pathlib import Path
from faceglide.coaching.events import StepDone
from faceglide.records import open_store
from faceglide.settings import Settings

store = open_store(Settings(data_dir=Path(sys.argv[1]), database=None))
session = uuid.UUID(sys.argv[2])
store.start_session(session, protocol="1.0.0", mode="camera")
for number in range(int(sys.argv[3]), int(sys.argv[3]) + 50):
    store.append_events(session, [(number, StepDone(t=float(number), index=number))])
"""


def test_two_processes_open_and_write_a_new_database_at_once(settings: Settings) -> None:
    session = str(uuid.uuid4())
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(settings.data_dir), session, str(first)],
            stderr=subprocess.PIPE,
        )
        for first in (0, 50)
    ]
    for writer in writers:
        _, stderr = writer.communicate(timeout=60)
        assert writer.returncode == 0, stderr.decode()
    store = open_store(settings)
    assert len(store.session_detail(uuid.UUID(session)).events) == 100
    assert len(store.export_all().people) == 1
    store.close()


def test_no_answer_stands_in_an_error_message(store: Store) -> None:
    fill(store)
    stranger = uuid.uuid4()
    pain = ConditionAnswer(id="trigeminal_neuralgia")
    told = ANSWERS.model_copy(update={"conditions": (pain,)})
    with pytest.raises(IntegrityError) as broken:
        store.save_screening(told, GO, "1.0.0", person=stranger)
    assert "trigeminal_neuralgia" not in str(broken.value)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    naive = dt.datetime(2026, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
    with pytest.raises(StatementError, match="without a zone"):
        store.start_session(uuid.uuid4(), protocol="1", mode="camera", started_at=naive)


def test_a_demonstration_is_kept_and_is_nobodys_practice(store: Store) -> None:
    shown, done = uuid.uuid4(), uuid.uuid4()
    store.start_session(shown, protocol="1.0.0", mode="simulated")
    assert store.sessions() == []
    store.start_session(done, protocol="1.0.0", mode="guided")
    assert [session.id for session in store.sessions()] == [done]
    assert store.session_detail(shown).mode == "simulated"
    assert {session.id for session in store.export_all().people[0].sessions} == {shown, done}


def test_a_plan_is_named_and_taken_off_the_list_again(store: Store) -> None:
    plan = store.save_plan(a_plan())
    store.name_plan(plan, "Sunday evening")
    assert [own.name for own in store.own_plans()] == ["Sunday evening"]
    store.name_plan(plan, None)
    assert store.own_plans() == []
    assert store.plan(plan).plan == a_plan()
    with pytest.raises(BadInput):
        store.name_plan(uuid.uuid4(), "nothing")
