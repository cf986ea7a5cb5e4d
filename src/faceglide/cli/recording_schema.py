"""The two kinds of line in a recording, as models; they exist for their JSON Schemas."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Point2 = tuple[float, float]
Point3 = tuple[float, float, float]
HandPoints = Annotated[tuple[Point3, ...], Field(min_length=21, max_length=21)]
FacePoints = Annotated[tuple[Point3, ...], Field(min_length=468, max_length=478)]


class RecordingHeader(BaseModel):
    """The first line."""

    model_config = ConfigDict(frozen=True)

    format: Literal["faceglide-recording"]
    version: Literal[1]
    width: int = Field(gt=0, description="Picture width in pixels.")
    height: int = Field(gt=0, description="Picture height in pixels.")
    mirrored: bool = Field(description="Whether x runs as in a selfie.")
    tracker: str = Field(default="", description="What produced the points.")


class RecordedHand(BaseModel):
    """One hand of a frame."""

    model_config = ConfigDict(frozen=True)

    side: Literal["left", "right"] = Field(description="The person's own hand.")
    score: float = Field(ge=0, le=1)
    image: HandPoints = Field(description="x, y in 0..1 of width and height; z in the scale of x.")
    world: HandPoints | None = Field(default=None, description="Metres about the hand's centre.")


class RecordingFrame(BaseModel):
    """Every further line."""

    model_config = ConfigDict(frozen=True)

    t: float = Field(description="Seconds, strictly rising.")
    face: FacePoints | None = Field(description="468 or 478 points, as `image` of a hand.")
    hands: tuple[RecordedHand, ...] = Field(max_length=2)
    shoulders: tuple[Point2, Point2] | None = Field(default=None, description="Right, then left.")
