"""What the build writes into the package: nothing that talks to anyone else, and little of it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILT = ROOT / "src/faceglide/web/static/built"
FRONTEND = ROOT / "frontend"
# Names of XML vocabularies; nobody fetches them.
VOCABULARIES = re.compile(r"https?://www\.w3\.org/")
LARGEST_GZIPPED = 250_000


@pytest.fixture(scope="module")
def bundles() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in BUILT.glob("*.js")}


def _with_chunks(name: str, bundles: dict[str, str]) -> set[str]:
    found, left = set(), {name}
    while left:
        found |= left
        imported = {c for n in left for c in re.findall(r"chunk-\w+\.js", bundles[n])}
        left = imported - found
    return found


def test_no_bundle_knows_another_server(bundles):
    assert bundles
    for name, text in bundles.items():
        addresses = re.findall(r"(?:https?|wss?)://[^\s\"'`]{3,}", text)
        others = [a for a in addresses if not VOCABULARIES.match(a) and "${" not in a]
        assert others == [], name


def test_the_tracker_cannot_report_usage(bundles):
    tracker = [text for text in bundles.values() if "x-goog-api-key" in text]
    assert tracker, "the tracker's bundle is gone: look again for what it reports"
    for text in tracker:
        assert "no network from the tracker" in text


def test_the_pages_scripts_are_small(bundles):
    workers = {"face-worker.js", "hand-worker.js"}
    for name in bundles:
        if name.startswith("chunk-") or name in workers:
            continue
        needed = _with_chunks(name, bundles)
        size = sum(len(gzip.compress(bundles[n].encode())) for n in needed)
        assert size < LARGEST_GZIPPED, f"{name}: {size} bytes gzipped with {needed}"


def test_the_tracker_is_pinned_and_no_lock_names_a_host():
    package = json.loads((FRONTEND / "package.json").read_text("utf-8"))
    assert package["dependencies"]["@mediapipe/tasks-vision"] == "1.1.0"
    lock = json.loads((FRONTEND / "package-lock.json").read_text("utf-8"))
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        if name:
            assert entry["integrity"].startswith("sha512-"), name
