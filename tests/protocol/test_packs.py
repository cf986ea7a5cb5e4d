"""A pack adds to the protocol and can only make screening stricter."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from faceglide.errors import BadInput
from faceglide.protocol import load_protocol, validate
from faceglide.protocol.model import Protocol
from faceglide.screening import allowed_goals, combinations, parse_answers, screen

HEAD = 'id = "clinic"\nname = "A clinic"\nversion = "0.2.0"\n'

SPOON = """
[[tools]]
id = "spoon"
name = "Steel spoon"
purpose = "massage"
technique = "tool"
like = "gua_sha"
angle_deg = 15
summary = "The bowl of a steel spoon."
sources = ["default"]
"""
HOLD = """
[[movements]]
id = "jawline.angle_hold"
name = "Hold the angle of the jaw"
zone = "jawline"
motion = "hold"
sides = ["left", "right"]
path = [58]
repeats = 1
repeats_range = [1, 1]
hold_seconds = [10, 20]
nominal_length_mm = 0
most_seconds = 60
pressure = "light"
max_kpa = 8
techniques = ["manual"]
tools = ["hands"]
helps = { jaw_tension = 0.4 }
evidence = ["jaw_pain_self"]
instruction = "Rest two fingers on the angle of the jaw."
direction = "Stay still."
sources = ["default"]
"""
CAUTION = """
[[cautions]]
id = "retainer"
name = "Retainer"
kind = "condition"
group = "nerves_and_jaw"
ask = "You wear a fixed retainer"
reason = "Our clinic asks for care."
action = "We leave the lips out."
sources = ["default"]
rules = [{ outcome = "adapt", zones = ["lips"] }]
"""
GOAL = """
[[goals]]
id = "contour"
name = "Contour"
appearance = true
evidence = ["lift"]
say = "Small short-term changes in tiny studies."
sources = ["default"]
"""


def pack(folder: Path, **files: str) -> Path:
    folder = folder / "clinic"
    folder.mkdir(exist_ok=True)
    for name, text in {"pack": HEAD, **files}.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def decide(protocol: Protocol, **answers: Any) -> Any:
    data = {"as_of": "2026-11-21", "age": 34, **answers}
    return screen(protocol, parse_answers(data, "answers", protocol=protocol))


def test_a_pack_adds_its_entries_and_marks_the_version(tmp_path: Path) -> None:
    folder = pack(tmp_path, tools=SPOON, movements=HOLD, cautions=CAUTION, goals=GOAL)
    assert validate(folder) == []
    protocol = load_protocol((folder,))
    assert protocol.version == "1.0.0+clinic.0.2.0"
    assert "spoon" in {tool.id for tool in protocol.tools}
    assert decide(protocol, conditions=[{"id": "retainer"}]).blocked_zones == ("lips",)
    assert load_protocol().version == "1.0.0", "and the protocol itself is as it was"


def test_a_pack_s_tool_is_offered_and_blocked_wherever_its_like_is(tmp_path: Path) -> None:
    protocol = load_protocol((pack(tmp_path, tools=SPOON),))
    tools = {tool.id for tool in protocol.tools}

    def places(decision: Any, tool: str) -> set[tuple[str, str]]:
        ways = combinations(protocol, decision, tools)
        return {(way.movement.id, way.side) for way in ways if way.tool.id == tool}

    free = decide(protocol)
    assert places(free, "spoon") == places(free, "gua_sha") != set()
    for caution in protocol.cautions:
        if caution.kind == "condition":
            decision = decide(protocol, conditions=[{"id": caution.id}])
            assert places(decision, "spoon") == places(decision, "gua_sha"), caution.id


def test_a_locked_jaw_blocks_a_pack_s_hold_on_the_jaw_too(tmp_path: Path) -> None:
    protocol = load_protocol((pack(tmp_path, movements=HOLD),))
    decision = decide(protocol, conditions=[{"id": "locked_jaw"}])
    assert decision.blocked_movements == ("jawline.angle_hold", "jawline.masseter_hold")


def test_a_pack_s_goal_about_looks_is_withheld_from_children(tmp_path: Path) -> None:
    protocol = load_protocol((pack(tmp_path, goals=GOAL),))
    data = {"as_of": "2026-11-21", "age": 15, "guardian": True}
    child = parse_answers(data, "answers", protocol=protocol)
    assert "contour" not in allowed_goals(protocol, child)
    grown_up = parse_answers({**data, "age": 16}, "answers", protocol=protocol)
    assert "contour" in allowed_goals(protocol, grown_up)


def test_no_decision_is_milder_with_a_pack(tmp_path: Path) -> None:
    ours = load_protocol()
    theirs = load_protocol((pack(tmp_path, tools=SPOON, movements=HOLD, cautions=CAUTION),))
    for caution in ours.cautions:
        answers: dict[str, Any] = {}
        if caution.kind == "condition":
            answers["conditions"] = [{"id": caution.id}]
        elif caution.kind == "procedure":
            date = dt.date(2026, 11, 21) - dt.timedelta(days=10)
            answers["procedures"] = [{"id": caution.id, "date": date.isoformat()}]
        before, after = decide(ours, **answers), decide(theirs, **answers)
        assert after.outcome == before.outcome
        assert after.max_pressure == before.max_pressure
        for field in ("zones", "tools", "techniques", "movements"):
            kept = set(getattr(before, f"blocked_{field}"))
            assert kept <= set(getattr(after, f"blocked_{field}"))


def test_a_pack_may_speak_another_language(tmp_path: Path) -> None:
    wording = '[movements."forehead.glide_out"]\nname = "Stirn, von der Mitte zur Schläfe"\n'
    wording += '[cautions.fever]\nask = "Fieber"\n'
    protocol = load_protocol((pack(tmp_path, wording=wording),))
    assert protocol.movements[0].name == "Stirn, von der Mitte zur Schläfe"
    assert next(c for c in protocol.cautions if c.id == "fever").ask == "Fieber"
    assert decide(protocol, conditions=[{"id": "fever"}]).outcome == "wait"


RELAXED_FEVER = CAUTION.replace('id = "retainer"', 'id = "fever"')
RELAXED_RULE = '[cautions.fever]\nrules = "none"\n'
ON_THE_NECK = SPOON.replace("gua_sha", "cups").replace('"tool"', '"cups"')
FREE_CUP = ON_THE_NECK + "opt_in = true\n"
NECK = HOLD.replace("jawline", "neck").replace("max_kpa = 8", "max_kpa = 2")
NECK_GLIDE = (
    NECK.replace('"hold"', '"glide"')
    .replace("hold_seconds = [10, 20]\n", "")
    .replace("path = [58]", "path = [152, 17]")
    .replace('pressure = "light"', 'pressure = "minimal"')
)


@pytest.mark.parametrize(
    ("files", "place", "fault"),
    [
        ({"cautions": RELAXED_FEVER}, "cautions.toml:3", "cannot replace or relax"),
        ({"wording": RELAXED_RULE}, "wording.toml:2", "is not a text that is there"),
        ({"tools": SPOON.replace('"spoon"', '"cups"')}, "tools.toml:3", "cannot replace or relax"),
        ({"tools": SPOON.replace('like = "gua_sha"\n', "")}, "tools.toml:2", "is like no tool"),
        ({"tools": FREE_CUP}, "tools.toml:2", "is open to lips, neck, under_eyes"),
        ({"tools": ON_THE_NECK}, "tools.toml:2", "drops opt_in"),
        ({"movements": HOLD.replace("= 8", "= 80")}, "movements.toml:15", "presses harder"),
        ({"movements": NECK}, "movements.toml:", "leaves the side of the neck"),
        ({"movements": NECK_GLIDE}, "movements.toml:", "leaves the side of the neck"),
        ({"movements": HOLD.replace("0.4", "0.9")}, "movements.toml:", "helps: 'jaw_tension'"),
        ({"movements": HOLD.replace("= 60", "= 900")}, "movements.toml:", "lasts longer"),
        ({"techniques": 'techniques = [{ id = "thumbs" }]'}, "techniques.toml:1", "cannot change"),
        ({"zones": "zones = []"}, "zones.toml:1", "cannot change zones"),
        ({"protocol": 'version = "9.0.0"'}, "protocol.toml:1", "cannot change version"),
        ({"sources": '[sources]\nguide = "Mine"'}, "sources.toml:2", "cannot replace the source"),
        ({"goals": GOAL.replace("lift", "magic")}, "goals.toml:", "unknown"),
        ({"goals": GOAL.replace("true", '"yes, please"')}, "goals.toml:5", "appearance"),
        ({"pack": 'id = "x"'}, "pack.toml:1", "name"),
        ({"tools": "tools = 3"}, "tools.toml:1", "is not a list"),
    ],
)
def test_a_pack_that_relaxes_or_breaks_something_is_refused(
    tmp_path: Path, files: dict[str, str], place: str, fault: str
) -> None:
    folder = pack(tmp_path, **files)
    problems = validate(folder)
    assert any(fault in p.fault and place in p.place for p in problems), [str(p) for p in problems]
    with pytest.raises(BadInput) as caught:
        load_protocol((folder,))
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("clinic/")


def test_an_installed_package_is_a_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack(tmp_path, cautions=CAUTION).joinpath("__init__.py").write_text('"""A clinic."""\n')
    info = tmp_path / "clinic-0.2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: clinic\nVersion: 0.2.0\n")
    (info / "entry_points.txt").write_text("[faceglide.packs]\nclinic = clinic\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    load_protocol.cache_clear()
    try:
        protocol = load_protocol()
    finally:
        load_protocol.cache_clear()
    assert "retainer" in {caution.id for caution in protocol.cautions}


def test_a_pack_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is not a folder"):
        load_protocol((tmp_path / "nowhere",))


def test_the_pack_in_the_documentation_works(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text("utf-8")
    found = re.findall(r"`(\w+)\.toml`[^\n]*:\n\n```toml\n(.*?)```", text, re.DOTALL)
    files = dict(found)
    assert set(files) == {"pack", "tools", "cautions", "wording"}
    folder = pack(tmp_path, **files)
    assert validate(folder) == []
    protocol = load_protocol((folder,))
    assert protocol.version == "1.0.0+clinic.0.1.0"
    decision = decide(protocol, conditions=[{"id": "lip_piercing"}])
    assert decision.blocked_zones == ("lips",)


def test_a_pack_that_the_environment_names_is_in_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "clinic"
    folder.mkdir()
    (folder / "pack.toml").write_text(HEAD)
    (folder / "tools.toml").write_text(SPOON)
    monkeypatch.setenv("FACEGLIDE_PACKS", str(folder))
    load_protocol.cache_clear()
    try:
        protocol = load_protocol()
        assert protocol.version.endswith("+clinic.0.2.0")
        assert "spoon" in {tool.id for tool in protocol.tools}
        monkeypatch.setenv("FACEGLIDE_PACKS", str(tmp_path / "nowhere"))
        load_protocol.cache_clear()
        with pytest.raises(BadInput, match="nowhere"):
            load_protocol()
    finally:
        monkeypatch.delenv("FACEGLIDE_PACKS")
        load_protocol.cache_clear()
