"""Make the tracker's three model bundles from the published, Apache-2.0 MediaPipe models.

The models lie inside an older MediaPipe wheel, which is downloaded, checked file by file and never
installed. A ``.task`` bundle is an uncompressed zip of TFLite files. The hand bundle holds two of
them unchanged; in the bundles for face and pose one model each is edited first (`model_edits`).
Only photos use the pose, for the shoulders; the camera's pages never load it.

Runs inside the build, so it uses the standard library only. Every byte written is the same on every
machine; ``src/faceglide/tracking/data/models.json`` holds the hashes of what goes in and comes out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from model_edits import BuildError, with_iris_stand_ins, with_picture_scale

ROOT = Path(__file__).resolve().parent.parent
MANIFEST = ROOT / "src/faceglide/tracking/data/models.json"


def build(models_dir: Path, wheel: Path | None = None) -> None:
    """Write the bundles, unless they are there already.

    Args:
        models_dir: Where the ``.task`` files go.
        wheel: The wheel to take the models from; downloaded when None.

    Raises:
        BuildError: If the download fails or a hash differs.
    """
    manifest = json.loads(MANIFEST.read_text("utf-8"))
    wanted: dict[str, str] = manifest["bundles"]
    if all(_sha256_of(models_dir / name) == digest for name, digest in wanted.items()):
        return
    with tempfile.TemporaryDirectory() as scratch:
        models = read_models(wheel or _download(manifest["wheel"], Path(scratch)), manifest)
    for name, data in bundles(models).items():
        if hashlib.sha256(data).hexdigest() != wanted[name]:
            raise BuildError(f"{name}: came out different from what {MANIFEST.name} promises")
        _write(models_dir / name, data)


def _sha256_of(path: Path) -> str | None:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None


def _write(path: Path, data: bytes) -> None:
    """Write whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_bytes(data)
    part.replace(path)


def _download(wheel: dict[str, str], folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--disable-pip-version-check", "--only-binary=:all:", "--implementation", "cp"]
    command += ["--platform", wheel["platform"], "--python-version", wheel["python"]]
    command += ["--dest", str(folder), wheel["requirement"]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    found = sorted(folder.glob("*.whl"))
    if done.returncode or not found:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise BuildError(
            f"cannot download {wheel['requirement']} for its models ({reason}); "
            f"with the wheel at hand run: python {Path(__file__).name} --wheel FILE"
        )
    return found[0]


def read_models(wheel: Path, manifest: dict[str, dict[str, str]]) -> dict[str, bytes]:
    """Take the models out of the wheel, checking the whole hash of each.

    Returns:
        File stem to TFLite bytes.
    """
    models = {}
    with zipfile.ZipFile(wheel) as archive:
        for path, digest in manifest["files"].items():
            data = archive.read(path)
            if hashlib.sha256(data).hexdigest() != digest:
                raise BuildError(f"{wheel.name}: {path} is not the published file; not used")
            models[Path(path).stem] = data
    return models


def bundles(models: dict[str, bytes]) -> dict[str, bytes]:
    """Make the bundles.

    Args:
        models: From `read_models`.

    Returns:
        Bundle file name to its bytes.
    """
    return {
        "face_landmarker.task": bundle(
            {
                "face_detector.tflite": models["face_detection_short_range"],
                "face_landmarks_detector.tflite": with_iris_stand_ins(models["face_landmark"]),
            }
        ),
        "hand_landmarker.task": bundle(
            {
                "hand_detector.tflite": models["palm_detection_full"],
                "hand_landmarks_detector.tflite": models["hand_landmark_full"],
            }
        ),
        "pose_landmarker.task": bundle(
            {
                "pose_detector.tflite": models["pose_detection"],
                "pose_landmarks_detector.tflite": with_picture_scale(models["pose_landmark_full"]),
            }
        ),
    }


def bundle(members: dict[str, bytes]) -> bytes:
    """Zip the members uncompressed, each starting at a multiple of 64 bytes, with fixed bytes."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name, data in members.items():
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.create_system, info.external_attr = 3, 0o644 << 16
                # A padding field (the one zipalign uses) in the header: models are read in place.
                start = file.tell() + 30 + len(name) + 4
                info.extra = struct.pack("<HH", 0xD935, -start % 64) + bytes(-start % 64)
                archive.writestr(info, data)
        file.seek(0)
        return file.read()


def main() -> None:
    """Build into the package, or into the folder given."""
    parser = argparse.ArgumentParser(description="Make the tracker's model bundles.")
    parser.add_argument("models_dir", type=Path, nargs="?", default=ROOT / "src/faceglide/models")
    parser.add_argument("--wheel", type=Path, help="take the models from this wheel")
    given = parser.parse_args()
    try:
        build(given.models_dir, given.wheel)
    except BuildError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
