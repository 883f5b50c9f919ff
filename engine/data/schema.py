"""What a dataset says of its clips: the structured caption of the paper, measurements, origins.

A clip is one or several consecutive shots of a film. Its caption is the paper's (§3.4): a narrative
of the whole, and per shot the content, the camera and who is seen, with one description of each
character. Frames count from 0; ranges are half-open. Pure: knows no file and no model.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

DATASET_VERSION = 1

MoveKind = Literal["static", "pan", "tilt", "zoom", "dolly", "roll", "hand-held"]
Direction = Literal[
    "", "left", "right", "up", "down", "in", "out", "clockwise", "counter-clockwise"
]
DIRECTIONS: dict[MoveKind, frozenset[Direction]] = {
    "static": frozenset({""}),
    "pan": frozenset({"left", "right"}),
    "tilt": frozenset({"up", "down"}),
    "zoom": frozenset({"in", "out"}),
    "dolly": frozenset({"in", "out"}),
    "roll": frozenset({"clockwise", "counter-clockwise"}),
    "hand-held": frozenset({""}),
}
"""Which way a camera goes in each kind of move, as seen from behind the camera."""

_Text = Annotated[str, Field(max_length=4000)]
_Name = Annotated[str, Field(min_length=1, max_length=80)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CameraMove(_Record):
    """What the camera does in a shot, by measurement.

    Attributes:
        kind: the field's name of the move.
        direction: where it goes; empty where a move has none.
        amount: over the whole shot: frame widths for a pan, frame heights for a tilt, the natural
            logarithm of the scale for zoom and dolly, degrees for a roll; mean shake in thousandths
            of a frame width per frame for hand-held; 0 for static.
    """

    kind: MoveKind
    direction: Direction = ""
    amount: float = Field(default=0.0, ge=0.0)

    @model_validator(mode="after")
    def _goes_where_it_can(self) -> CameraMove:
        if self.direction not in DIRECTIONS[self.kind]:
            raise ValueError(f"A {self.kind} does not go {self.direction or 'nowhere'}.")
        return self


class Character(_Record):
    """Somebody, or something that acts, in a clip.

    Attributes:
        name: what the shots call it, unique in the clip ("the woman in the red coat").
        appearance: what it looks like.
    """

    name: _Name
    appearance: _Text = ""


class ShotCaption(_Record):
    """One shot of a clip.

    Attributes:
        content: what is seen and what happens.
        camera: its motion in words.
        characters: names of those who are seen.
    """

    content: _Text = ""
    camera: _Text = ""
    characters: tuple[_Name, ...] = Field(default=(), max_length=32)


class StructuredCaption(_Record):
    """The paper's caption of a clip: a narrative, its characters, its shots in order."""

    narrative: _Text = ""
    characters: tuple[Character, ...] = Field(default=(), max_length=32)
    shots: tuple[ShotCaption, ...] = Field(min_length=1, max_length=64)

    @model_validator(mode="after")
    def _knows_its_characters(self) -> StructuredCaption:
        names = [character.name for character in self.characters]
        if len(set(names)) < len(names):
            raise ValueError("Two characters of a clip have the same name.")
        unknown = {name for shot in self.shots for name in shot.characters} - set(names)
        if unknown:
            raise ValueError(f"A shot names {min(unknown)}, who is not among the characters.")
        return self


class ShotRecord(_Record):
    """Where a shot of a clip lies and what was measured of it.

    Attributes:
        start, stop: frames of the clip.
        moves: what the camera does, the strongest move first.
    """

    start: int = Field(ge=0)
    stop: int = Field(gt=0)
    moves: tuple[CameraMove, ...] = ()


class Quality(_Record):
    """Measurements that decide whether a clip is worth training on.

    Attributes:
        motion: mean optical flow, thousandths of a frame width per frame.
        sharpness: deviation of the Laplacian over the deviation of luma.
        text: share of the picture that carries written words.
        black: share of frames that are nearly black or nearly one colour.
    """

    motion: float = Field(ge=0)
    sharpness: float = Field(ge=0)
    text: float = Field(ge=0, le=1)
    black: float = Field(ge=0, le=1)


class ClipRecord(_Record):
    """One clip of a dataset.

    Attributes:
        id: its name in the shards.
        film: file name of the film.
        fingerprint: what the film is known by, whatever its name.
        start, stop: frames of the film, at ``rate``.
        rate: frames a second as a fraction, "24/1".
        width, height: of the stored clip.
        crop: what was kept of the film's picture: left, top, width, height in its pixels.
        shots: in order, filling the clip.
        quality: measurements.
        caption: what is trained on.
        captioned_by: who wrote it: "geometry", or the model's name.
        split: training or validation; shots of one film's scene are never on both sides.
    """

    id: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[0-9A-Za-z_-]+$")]
    film: Annotated[str, Field(max_length=500)]
    fingerprint: Annotated[str, Field(max_length=128)]
    start: int = Field(ge=0)
    stop: int = Field(gt=0)
    rate: Annotated[str, Field(pattern=r"^[1-9]\d{0,8}/[1-9]\d{0,8}$")]
    width: int = Field(gt=0, le=16384)
    height: int = Field(gt=0, le=16384)
    crop: tuple[int, int, int, int]
    shots: tuple[ShotRecord, ...] = Field(min_length=1, max_length=64)
    quality: Quality
    caption: StructuredCaption
    captioned_by: Annotated[str, Field(max_length=200)] = "geometry"
    split: Literal["train", "val"] = "train"

    @property
    def num_frames(self) -> int:
        """Frames of the clip."""
        return self.stop - self.start

    @property
    def cut_frames(self) -> tuple[int, ...]:
        """Frames of the clip on which a new shot begins, but for the first."""
        return tuple(shot.start for shot in self.shots[1:])

    @model_validator(mode="after")
    def _shots_fill_it(self) -> ClipRecord:
        edges = [0, *(shot.stop for shot in self.shots)]
        if [shot.start for shot in self.shots] != edges[:-1] or edges[-1] != self.num_frames:
            raise ValueError("The shots of a clip do not fill it.")
        if any(shot.stop <= shot.start for shot in self.shots):
            raise ValueError("A shot of a clip has no frame.")
        if len(self.caption.shots) != len(self.shots):
            raise ValueError("A clip's caption has another number of shots than the clip.")
        return self


class DatasetIndex(_Record):
    """``dataset.json``: what a dataset folder holds.

    Attributes:
        version: of this form.
        shards: file names beside it, training first, each with its clips.
    """

    version: Literal[1] = DATASET_VERSION
    shards: tuple[ShardFacts, ...] = ()


class ShardFacts(_Record):
    """One tar file of clips."""

    name: Annotated[str, Field(pattern=r"^(train|val)-\d{6}\.tar$")]
    clips: int = Field(ge=0)
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


DatasetIndex.model_rebuild()
