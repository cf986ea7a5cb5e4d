"""Where Faceglide keeps things and how it listens; every field is a ``FACEGLIDE_*`` variable."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

import platformdirs

from faceglide.errors import BadInput


def _path(name: str, default: Path) -> Path:
    value = os.environ.get(name)
    return Path(value).expanduser() if value else default


def pack_folders() -> tuple[Path, ...]:
    """The folders of protocol packs that `FACEGLIDE_PACKS` names, in its order."""
    named = os.environ.get("FACEGLIDE_PACKS", "").split(os.pathsep)
    return tuple(Path(folder).expanduser() for folder in named if folder.strip())


def _port() -> int:
    value = os.environ.get("FACEGLIDE_PORT", "8321")
    if not (value.isascii() and value.isdigit()) or not 0 <= int(value) <= 65535:
        raise BadInput("FACEGLIDE_PORT", f"{value!r} is not a port", "a number from 0 to 65535")
    return int(value)


@dataclass(frozen=True)
class Settings:
    """The settings in force.

    Attributes:
        data_dir: FACEGLIDE_DATA_DIR: where records live.
        models_dir: FACEGLIDE_MODELS_DIR: where the tracker's model bundles lie.
        database: FACEGLIDE_DATABASE_URL: SQLAlchemy address; SQLite in `data_dir` when unset.
        host: FACEGLIDE_HOST: address to listen on; loopback by default, others with `serve --lan`.
        port: FACEGLIDE_PORT: port to listen on.
        packs: FACEGLIDE_PACKS: folders of protocol packs, separated as in PATH.
    """

    data_dir: Path = field(
        default_factory=lambda: _path(
            "FACEGLIDE_DATA_DIR", Path(platformdirs.user_data_dir("faceglide", appauthor=False))
        )
    )
    models_dir: Path = field(
        default_factory=lambda: _path("FACEGLIDE_MODELS_DIR", Path(__file__).with_name("models"))
    )
    database: str | None = field(default_factory=lambda: os.environ.get("FACEGLIDE_DATABASE_URL"))
    host: str = field(default_factory=lambda: os.environ.get("FACEGLIDE_HOST", "127.0.0.1"))
    port: int = field(default_factory=_port)
    packs: tuple[Path, ...] = field(default_factory=pack_folders)

    @property
    def database_url(self) -> str:
        """The database's SQLAlchemy address."""
        return self.database or f"sqlite:///{self.data_dir / 'faceglide.sqlite3'}"
