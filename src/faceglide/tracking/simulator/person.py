"""A simulated person: a face, two hands and habits, all drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from faceglide.face.canonical import mesh_normals, vertices_mm

FloatArray = NDArray[np.float64]

# Adult faces differ by about 6 % in size (tracking.md: the population scale's uncertainty), and
# about half of that again in proportions (our default).
FACE_SCALE_SD = 0.055
PROPORTION_SD = 0.03
# Adult hand length 185 mm, standard deviation about 10 mm over both sexes.
HAND_SCALE_SD = 0.055
_PUPIL_CORNERS = ((33, 133), (263, 362))


@dataclass(frozen=True)
class ToolHold:
    """How a person holds a tool between the fingertips.

    Attributes:
        size: Of the tool, over one of usual size.
        tilt_deg: How steeply it stands on the skin: 0 where it lies flat.
        thumbward_mm: How far its edge lies from the fingers towards the thumb.
    """

    size: float
    tilt_deg: float
    thumbward_mm: float


@dataclass(frozen=True, eq=False)
class Person:
    """Who massages.

    Attributes:
        mesh_mm: (468, 3) the neutral face in the face frame (see `faceglide.face.canonical`).
        normals: (468, 3) unit normals of the skin at those points, pointing out of the face.
        hand_scale: Size of the hands over the mean adult hand.
        hand_world_bias: How much larger than true the tracker believes these hands to be, as a
            factor; trackers pull every hand towards an average one.
        pad_mm: Height of a fingertip's tracked point over the skin that its pad touches.
        wrist_out: How far outwards (against downwards) the forearm comes from.
        pitch_deg: How far the palm is raised from the skin.
        spread: Sideways spread of the fingers; 1 is the resting hand.
        neck_shift_mm: (3,) where this neck lies against the one extrapolated from the face.
        tool: How a tool is held.
    """

    mesh_mm: FloatArray
    normals: FloatArray
    hand_scale: float
    hand_world_bias: float
    pad_mm: float
    wrist_out: float
    pitch_deg: float
    spread: float
    neck_shift_mm: FloatArray
    tool: ToolHold

    @property
    def eye_distance_mm(self) -> float:
        """Distance of the eyes' centres, each the middle of its two corners."""
        right, left = (self.mesh_mm[list(pair)].mean(axis=0) for pair in _PUPIL_CORNERS)
        return float(np.linalg.norm(right - left))

    def project(self, points: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Put points on the skin.

        Args:
            points: (N, 3) millimetres in the face frame, near the face.

        Returns:
            (N, 3) the nearest skin, as the plane through the nearest mesh points, and (N, 3) its
            unit normals. Below the jaw the skin is the neck: there points stay where they are and
            the normal points away from the neck's axis.
        """
        distance = np.linalg.norm(points[:, None] - self.mesh_mm[None], axis=2)
        nearest = np.argpartition(distance, 6, axis=1)[:, :6]
        weight = 1.0 / (np.take_along_axis(distance, nearest, axis=1) + 2.0) ** 2
        weight /= weight.sum(axis=1, keepdims=True)
        centre = np.einsum("nk,nkc->nc", weight, self.mesh_mm[nearest])
        normal = _unit(np.einsum("nk,nkc->nc", weight, self.normals[nearest]))
        gap = np.einsum("nc,nc->n", points - centre, normal)
        on_skin = points - gap[:, None] * normal

        below = self._below_jaw(points)
        outward = _unit((points - self.neck_axis()) * np.array([1.0, 0.0, 1.0]))
        skin = np.where(below > 0, points, on_skin)
        return skin, _unit(below * outward + (1 - below) * normal)

    def neck_axis(self) -> FloatArray:
        """A point (3,) of the neck's vertical axis, behind the chin."""
        chin = self.mesh_mm[152]
        return np.array([0.0, chin[1], chin[2] - 75.0])

    def _below_jaw(self, points: FloatArray) -> FloatArray:
        jaw = self.mesh_mm[_JAW_LINE]
        nearest = np.abs(points[:, None, 0] - jaw[None, :, 0]).argmin(axis=1)
        drop = jaw[nearest, 1] - points[:, 1]
        below: FloatArray = np.clip((drop - 4.0) / 10.0, 0.0, 1.0)[:, None]
        return below


# The lower border of the mesh from ear to ear.
_JAW_LINE = np.array(
    [132, 58, 172, 136, 150, 149, 176, 148, 152, 377, 400, 378, 379, 365, 397, 288, 361]
)


def draw_person(rng: np.random.Generator) -> Person:
    """Draw a person.

    Args:
        rng: The source of chance.

    Returns:
        A person whose face differs from the mean one in size, proportions, shape and symmetry.
    """
    mesh = vertices_mm() * _bounded(rng, 1.0, FACE_SCALE_SD, 2.2)
    mesh = mesh * [_bounded(rng, 1.0, PROPORTION_SD, 2.0) for _ in range(3)]
    height = mesh[:, 1]
    lower = np.clip(-height / 90.0, 0.0, 1.0)
    mesh = mesh * np.column_stack(
        [1 + _bounded(rng, 0.0, 0.04, 2.0) * lower, np.ones_like(lower), np.ones_like(lower)]
    )
    mesh = mesh + _smooth_shape(rng, vertices_mm(), amplitude_mm=1.2)
    scale = _bounded(rng, 1.0, HAND_SCALE_SD, 2.0)
    return Person(
        mesh_mm=mesh,
        normals=mesh_normals(mesh),
        hand_scale=scale,
        hand_world_bias=float(scale**-0.6 * _bounded(rng, 1.0, 0.03, 2.0)),
        pad_mm=float(rng.uniform(3.0, 6.0)),
        wrist_out=float(rng.uniform(0.35, 0.95)),
        pitch_deg=float(rng.uniform(20.0, 38.0)),
        spread=float(rng.uniform(0.7, 1.3)),
        neck_shift_mm=rng.normal(0.0, 3.0, 3),
        tool=_tool_hold(rng.spawn(1)[0]),
    )


def _tool_hold(rng: np.random.Generator) -> ToolHold:
    """From flat under the fingers to half upright, then the more on the thumb's side; our default.

    Drawn from a source of its own, so that what is done with bare hands stays as it is.
    """
    upright = float(rng.random())
    return ToolHold(
        size=float(rng.uniform(0.8, 1.25)),
        tilt_deg=50.0 * upright,
        thumbward_mm=float(rng.uniform(0.0, 4.0 + 18.0 * upright)),
    )


def _smooth_shape(rng: np.random.Generator, at: FloatArray, amplitude_mm: float) -> FloatArray:
    """A smooth random displacement field (N, 3), so that no two faces are alike."""
    centres = at[rng.choice(len(at), size=12, replace=False)]
    push = rng.normal(0.0, amplitude_mm, (12, 3))
    near = np.exp(-(np.linalg.norm(at[:, None] - centres[None], axis=2) ** 2) / (2 * 28.0**2))
    return np.asarray(near @ push, dtype=np.float64)


def _bounded(rng: np.random.Generator, mean: float, sd: float, most: float) -> float:
    return mean + sd * float(np.clip(rng.normal(), -most, most))


def _unit(vectors: FloatArray) -> FloatArray:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-9), dtype=np.float64)
