"""Brings the translation catalogues up to date with what the product says.

Two domains for each language, as ``src/faceglide/web/locale/LANGUAGE/LC_MESSAGES/*.po``:
``faceglide`` holds the interface (templates, and what the server says), ``protocol`` the texts of
the protocol's data, each with its key as context (``cautions.fever.ask``). Translations are kept;
what nothing says any more is dropped; what is new stands there empty, and a test names it.

    python -m scripts.catalogues          update every language
    python -m scripts.catalogues fr       begin a new one
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from faceglide.protocol.loading import load_own
from faceglide.protocol.no_press import load_no_press
from faceglide.protocol.wording import texts
from faceglide.server.language import DOMAINS, LOCALES, catalogue_file

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "faceglide"
WHERE = [("server/**.py", "python"), ("web/templates/**.html", "jinja2")]
WIDTH = 100


class _Dateless(Catalog):
    """A catalogue that changes only when its messages do."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        kept = ("Language", "Plural-Forms", "MIME-Version", "Content-Type")
        given = dict(super().mime_headers)
        return [*((name, given[name]) for name in kept), ("Content-Transfer-Encoding", "8bit")]


def interface() -> Catalog:
    """What templates and the server say, without translations."""
    found = Catalog(charset="utf-8")
    for name, _, message, comments, context in extract_from_dir(
        PACKAGE, WHERE, comment_tags=("Translators:",)
    ):
        found.add(message, locations=[(name, 0)], auto_comments=comments, context=context)
    return found


def protocol() -> Catalog:
    """What the protocol's data says, without translations."""
    found = Catalog(charset="utf-8")
    own = load_own()
    said = {f"phrases.{phrase.id}.text": phrase.name for phrase in own.phrases}
    for key, text in texts(own, load_no_press()):
        found.add(text, context=key, auto_comments=[said[key]] if key in said else [])
    return found


def merged(language: str, domain: str) -> Catalog:
    """A language's catalogue as it should be: every message of today, with what was translated."""
    today = {"faceglide": interface, "protocol": protocol}[domain]()
    file = catalogue_file(language, domain)
    kept = Catalog(locale=language)
    if file.is_file():
        kept = read_po(BytesIO(file.read_bytes()), locale=language)
    head = f"# Faceglide, {domain}: {language}. Update with `make catalogues`."
    made = _Dateless(locale=language, charset="utf-8", fuzzy=False, header_comment=head)
    for message in sorted((m for m in today if m.id), key=_order):
        old = kept.get(message.id, message.context)
        made.add(
            message.id,
            old.string if old else "",
            locations=sorted(set(message.locations)),
            auto_comments=message.auto_comments,
            context=message.context,
        )
    return made


def _order(message: object) -> tuple[str, str]:
    places = sorted(getattr(message, "locations", ()))
    return (str(places[0][0]) if places else "", "")


def written(catalogue: Catalog) -> bytes:
    """A catalogue as its file holds it."""
    out = BytesIO()
    write_po(out, catalogue, width=WIDTH, include_lineno=False, ignore_obsolete=True)
    return out.getvalue()


def main(new: list[str]) -> None:
    """Update every language there is, and begin those named."""
    there = {path.parts[-3] for path in LOCALES.glob("*/LC_MESSAGES/*.po")}
    for language in sorted({*there, *new}):
        for domain in DOMAINS:
            catalogue = merged(language, domain)
            file = catalogue_file(language, domain)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(written(catalogue))
            empty = sum(not m.string or not all(m.string) for m in catalogue if m.id)
            sys.stderr.write(
                f"{file.relative_to(ROOT)}: {len(catalogue)} messages, {empty} empty\n"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
