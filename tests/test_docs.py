"""What is written about Faceglide is what Faceglide does."""

import re
from pathlib import Path

import pytest

from faceglide.cli import VERBS
from scripts import contracts

ROOT = Path(__file__).parents[1]


def test_contracts_say_what_the_code_says() -> None:
    assert contracts.TARGET.read_text("utf-8") == contracts.document(), "run `make docs`"


@pytest.mark.parametrize("verb", VERBS)
def test_every_command_stands_in_the_readme(verb: str) -> None:
    assert re.search(rf"`(faceglide )?{verb}\b", (ROOT / "README.md").read_text("utf-8"))


def test_every_room_stands_on_the_page_about_the_house() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    rooms = [path.parent.name for path in (ROOT / "src" / "faceglide").glob("*/__init__.py")]
    assert rooms
    assert [room for room in rooms if f"`{room}/`" not in page] == []


def test_every_link_between_the_documents_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"
