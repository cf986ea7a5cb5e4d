"""The protocol holds what was promised, and nothing claims more than its evidence."""

from __future__ import annotations

import json

import numpy as np
import pytest

from faceglide.face.canonical import triangles, vertices_mm
from faceglide.protocol import export_document, load_protocol
from faceglide.protocol.integrity import MOST_HELP, entries_of
from faceglide.protocol.model import Movement

PROTOCOL = load_protocol()
MOVEMENTS = {m.id: m for m in PROTOCOL.movements}

# zone, motion, landmarks named in the design's order, repeats per side
PROMISED = {
    "forehead.glide_out": ("forehead", "glide", [151, 108, 69, 104, 68, 21, 162], 5),
    "brow.glide_out": ("brow", "glide", [107, 66, 105, 63, 70, 156, 127], 3),
    "temples.circle": ("temples", "circle", [127, 33], 6),
    "nose.glide_up": ("nose", "glide", [4, 5, 195, 197, 6], 3),
    "nose.glide_down_side": ("nose", "glide", [6, 122, 188, 114, 217, 209, 129], 3),
    "under_eyes.glide_out": ("under_eyes", "glide", [133, 154, 145, 163, 33, 35, 34], 3),
    "cheeks.sweep_up_out": ("cheeks", "glide", [129, 50, 234], 5),
    "lips.glide_out_upper": ("lips", "glide", [0, 37, 39, 40, 185, 61], 3),
    "lips.glide_out_lower": ("lips", "glide", [17, 84, 181, 91, 146, 61], 3),
    "jawline.sweep_up": (
        "jawline", "glide", [152, 148, 176, 149, 150, 136, 172, 58, 132, 93], 5,
    ),
    "jawline.masseter_hold": ("jawline", "hold", [50, 58], 1),
    "neck.glide_up": ("neck", "glide", ["clavicle_lateral", "over_scm", "jaw_lateral"], 3),
    "neck.drain_down": ("neck", "glide", [132, "behind_scm", "supraclavicular"], 5),
}  # fmt: skip


def ids(name: str) -> list[str]:
    return [entry.id for entry in entries_of(PROTOCOL)[name]]


def canonical(movement: Movement) -> np.ndarray:
    """The movement's anchors off the neck on the canonical face, as (N, 3) millimetres."""
    points = []
    for anchor in movement.path:
        if not anchor.landmarks:
            continue
        weights = anchor.weights or [1 / len(anchor.landmarks)] * len(anchor.landmarks)
        at = np.average(vertices_mm()[list(anchor.landmarks)], axis=0, weights=weights)
        points.append(at + np.array([-anchor.out_mm, -anchor.down_mm, anchor.forward_mm]))
    return np.array(points)


def test_the_identifiers_are_those_of_the_contract() -> None:
    assert sorted(ids("zones")) == sorted(
        ["forehead", "brow", "temples", "nose", "under_eyes", "cheeks", "lips", "jawline", "neck"]
    )
    massage = ["hands", "gua_sha", "roller", "wand", "massage_tool", "cups", "blaster"]
    preparation = ["cleansing_device", "oil", "serum"]
    assert [t.id for t in PROTOCOL.tools if t.purpose == "massage"] == massage
    assert [t.id for t in PROTOCOL.tools if t.purpose == "preparation"] == preparation
    goals = "jaw_tension headache_relief puffiness glow fine_lines lift relaxation screen_strain"
    assert ids("goals") == goals.split()
    assert ids("techniques") == ["manual", "knuckles", "tool", "cups", "blasting"]


def test_every_movement_runs_where_it_was_promised() -> None:
    found = {}
    for movement in PROTOCOL.movements:
        named: list[object] = []
        for anchor in movement.path:
            for point in anchor.landmarks or (anchor.neck,):
                if point not in named:
                    named.append(point)
        found[movement.id] = (movement.zone, movement.motion, named, movement.repeats)
    assert found == PROMISED


def test_both_sides_get_every_movement_but_the_bridge_of_the_nose() -> None:
    for movement in PROTOCOL.movements:
        middle = movement.id == "nose.glide_up"
        assert movement.sides == (("midline",) if middle else ("left", "right"))


OUTWARD = [m for m in MOVEMENTS if m.endswith(("glide_out", "_upper", "_lower", "up_out"))]


@pytest.mark.parametrize("movement", [*OUTWARD, "jawline.sweep_up"])
def test_outward_strokes_leave_the_midline_all_the_way(movement: str) -> None:
    x = np.abs(canonical(MOVEMENTS[movement])[:, 0])
    assert x[-1] > x[0] + 15
    assert np.all(np.diff(x) > -3.5), "may round the jaw's corner, never turn back"


def test_strokes_rise_and_fall_as_their_names_say() -> None:
    for movement, rises in {
        "cheeks.sweep_up_out": True,
        "jawline.sweep_up": True,
        "nose.glide_up": True,
        "nose.glide_down_side": False,
    }.items():
        y = canonical(MOVEMENTS[movement])[:, 1]
        assert (y[-1] > y[0]) == rises


def test_under_the_eyes_stays_on_bone_eight_to_ten_millimetres_below_the_lid() -> None:
    lid = vertices_mm()[[133, 155, 154, 153, 145, 144, 163, 7, 33]]
    for x, y, _ in canonical(MOVEMENTS["under_eyes.glide_out"])[:5]:
        margin = np.interp(x, lid[::-1, 0], lid[::-1, 1])
        assert 8 <= margin - y <= 10
    assert MOVEMENTS["under_eyes.glide_out"].contact == (16,), "the ring finger, the lightest"
    assert MOVEMENTS["under_eyes.glide_out"].pressure == "minimal"


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_every_anchor_lies_on_the_skin(movement: str) -> None:
    """Within 4 mm of the mesh: a mean of far landmarks would lie inside the head."""
    mesh = vertices_mm()
    corners = mesh[triangles()]
    samples = np.concatenate(
        [np.einsum("tkc,k->tc", corners, w) for w in ([1, 1, 1], [4, 1, 1], [1, 4, 1], [1, 1, 4])]
    )
    samples = np.concatenate([samples / np.repeat([3, 6, 6, 6], len(corners))[:, None], mesh])
    for point in canonical(MOVEMENTS[movement]):
        assert np.linalg.norm(samples - point, axis=1).min() < 4


def test_the_masseter_is_held_at_three_points_between_cheekbone_and_jaw_angle() -> None:
    hold = MOVEMENTS["jawline.masseter_hold"]
    points = canonical(hold)
    top, bottom = vertices_mm()[50], vertices_mm()[58]
    assert len(points) == 3
    assert np.all(np.diff([top[1], *points[:, 1], bottom[1]]) < 0)
    assert hold.hold_seconds == (10, 30)


def test_doses_are_those_of_the_domain() -> None:
    most_kpa = {
        "forehead": 4, "brow": 4, "temples": 3, "nose": 3, "under_eyes": 2, "cheeks": 10,
        "lips": 3, "jawline": 8,
    }  # fmt: skip
    for movement in PROTOCOL.movements:
        assert movement.speed_mm_s == (20, 50)
        assert movement.accept_speed_mm_s == (10, 100)
        if movement.zone != "neck" and movement.motion != "hold":
            assert movement.max_kpa == most_kpa[movement.zone]
    assert MOVEMENTS["neck.glide_up"].max_kpa == 2
    assert MOVEMENTS["neck.drain_down"].max_kpa == 4
    assert MOVEMENTS["neck.drain_down"].repeats_range == (5, 7)
    assert MOVEMENTS["jawline.masseter_hold"].max_kpa == 50


def test_nothing_helps_more_than_its_evidence_carries() -> None:
    grades = {entry.id: entry.grade for entry in PROTOCOL.evidence}
    for movement in PROTOCOL.movements:
        for goal_id, weight in movement.helps.items():
            goal = next(goal for goal in PROTOCOL.goals if goal.id == goal_id)
            shared = set(movement.evidence) & set(goal.evidence)
            assert weight <= max(MOST_HELP[grades[entry]] for entry in shared)


def test_evidence_is_graded_as_the_domain_found_it() -> None:
    graded = {entry.id: entry.grade for entry in PROTOCOL.evidence}
    found = {
        "circulation": "limited",
        "lymph": "very_limited",
        "toxins": "none",
        "jaw_pain_therapist": "moderate",
        "jaw_pain_self": "limited",
        "bruxism": "none",
        "tension_headache": "limited",
        "headache_facial": "none",
        "lift": "very_limited",
        "wrinkles_device": "very_limited",
        "wrinkles_hands": "none",
        "collagen": "very_limited",
        "fascial_restriction": "none",
        "mood": "limited",
        "emotional_release": "none",
        "acne_scars": "none",
        "post_injectables": "very_limited",
        "peels_microneedling": "none",
        "prevents_ageing": "none",
        "tech_neck": "none",
    }
    assert {key: graded.get(key) for key in found} == found


def test_what_we_do_not_claim_is_said_so() -> None:
    not_claimed = {entry.id for entry in PROTOCOL.evidence if not entry.claimed}
    assert {"toxins", "collagen", "acne_scars", "prevents_ageing", "tech_neck"} <= not_claimed
    assert all(not e.claimed for e in PROTOCOL.evidence if e.grade == "none")


def test_every_subject_of_the_articles_is_there() -> None:
    assert set(ids("mistakes")) == {
        "excess_pressure", "no_lubrication", "neglected_symmetry", "tool_technique",
    }  # fmt: skip
    asked = {"after_botox_or_filler", "peels_and_microneedling", "ideal_age", "acne_scars"}
    assert asked <= set(ids("questions"))
    for setting in ("home", "practice"):
        phases = {part.phase for part in PROTOCOL.session if part.setting == setting}
        assert phases == {"preparation", "work", "closing"}
    assert all(len(zone.layers) == 5 for zone in PROTOCOL.zones)


def test_no_sentence_promises_what_we_do_not_say() -> None:
    words = json.dumps(export_document()).lower()
    for never in ("anti-ageing", "anti-aging", "detox", "flawless", "rejuvenat", "youthful"):
        assert never not in words
    for caution in PROTOCOL.cautions:
        assert "\n" not in caution.ask
        assert len(caution.ask) <= 150


def test_every_source_is_used() -> None:
    used = {key for entries in entries_of(PROTOCOL).values() for e in entries for key in e.sources}
    assert used == set(PROTOCOL.sources)


def test_the_export_keeps_the_contract() -> None:
    document = json.loads(json.dumps(export_document()))
    assert {
        "version", "zones", "movements", "techniques", "tools", "goals", "cautions", "mistakes",
        "evidence", "questions",
    } <= set(document)  # fmt: skip
    for name, entries in document.items():
        if isinstance(entries, list):
            assert entries, name
            assert len({entry["id"] for entry in entries}) == len(entries)
    assert all(entry["sources"] for name in ("movements", "cautions") for entry in document[name])
    grades = {"strong", "moderate", "limited", "very_limited", "none"}
    assert {entry["grade"] for entry in document["evidence"]} <= grades
    assert document["version"].split(".")[0].isdigit()
