"""What a film is made of: one walk over its frames for everything that is measured.

Shots, the camera and the quality of each, bars around the picture, what shots look like. The walk
decodes once; of each shot the small copies are looked at again when shots are known. Knows no clip.
"""

from __future__ import annotations

import base64
from collections.abc import Generator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import cv2
import numpy as np
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.data.clip_plan import Lengths, parts_of
from engine.data.grouping import Descriptor, descriptor
from engine.data.measures.camera import CameraMeter
from engine.data.measures.duplicates import ClipMarks
from engine.data.measures.letterbox import Letterbox
from engine.data.measures.quality import QualityMeter
from engine.data.measures.segmentation import ShotFinder
from engine.data.schema import CameraMove, Quality
from engine.data.spool import Spool
from engine.media.footage import MovieFrame, frames_of
from engine.media.index import index_of
from engine.media.picture import is_full_range, matrix_of
from engine.media.writer import disk_errors
from engine.protocol.errors import BadInput

WIDTH = 480
"""Of the small copies; portrait films get as many lines."""

_LETTERBOX_PER_S = 1
_LOOKS = (0.1, 0.5, 0.9)
"""Where in a shot its look is taken from."""
_TELL_EVERY = 48
_THUMB_WIDTH = 160
_MAX_SHOTS = 50_000

Picture = NDArray[np.uint8]
_Levels = Annotated[str, Field(max_length=4096)]


class _Facts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class ShotFacts(_Facts):
    """What was measured of a shot.

    Attributes:
        start, stop: frames of the film.
        looks: hexadecimal bytes of descriptors, colour then structure.
        marks: hexadecimal bytes of marks for duplicates.
        is_part: whether it is part of a shot that is too long for a clip.
        thumb: a small JPEG of its middle, in base64.
    """

    start: int = Field(ge=0)
    stop: int = Field(gt=0)
    moves: tuple[CameraMove, ...]
    quality: Quality
    looks: tuple[_Levels, ...] = Field(max_length=8)
    marks: _Levels = ""
    is_part: bool = False
    thumb: Annotated[str, Field(max_length=1 << 16)] = ""


class FilmSurvey(_Facts):
    """What was measured of a film.

    Attributes:
        rate: at which frames are counted.
        width, height: of finished pictures.
        crop: left, top, width, height without bars.
    """

    rate: str
    num_frames: int = Field(gt=0)
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    crop: tuple[int, int, int, int]
    shots: tuple[ShotFacts, ...] = Field(max_length=_MAX_SHOTS)

    @model_validator(mode="after")
    def _is_in_order(self) -> FilmSurvey:
        ends = [0, *(shot.stop for shot in self.shots)]
        for shot, end in zip(self.shots, ends, strict=False):
            if not end <= shot.start < shot.stop <= self.num_frames:
                raise ValueError("The shots of a survey are not in order.")
        return self


@dataclass(frozen=True, slots=True)
class Surveying:
    """How far a survey is: frames seen of about so many."""

    step: int
    num_steps: int


def survey_film(
    path: Path, rate: Fraction | None, finder: ShotFinder, lengths: Lengths, scratch: Path
) -> Generator[Surveying, None, FilmSurvey]:
    """Yield how far it is; return what was measured.

    Args:
        rate: at which frames are counted; None takes the film's own.
        lengths: shots that are longer than a clip may be are measured in parts.
        scratch: folder for a file without a name.

    Raises:
        BadInput: the film cannot be read.
        DiskProblem: the small copies do not fit on the disk.
    """
    index = index_of(path)
    rate = index.rate if rate is None else rate
    total = index.length_at(rate)
    yield Surveying(0, total)
    copies, box = Miniature(), Letterbox()
    every = max(1, round(rate / _LETTERBOX_PER_S))
    with disk_errors(scratch / path.name), Spool(scratch) as spool:
        for number, frame in enumerate(frames_of(path, rate=rate)):
            small = copies.of(frame)
            finder.see(small)
            spool.add(small)
            # Short films hold few frames; eight at least must be seen to tell bars.
            if number % min(every, max(1, total // 16)) == 0:
                box.see(small)
            if number % _TELL_EVERY == 0:
                yield Surveying(min(number, total), 2 * total)
        if not len(spool):
            raise BadInput(f"No frame of {path.name} can be decoded; choose another movie.")
        count = len(spool)
        crop = _cautious(box.crop(*index.look.size), index.look.size)
        shots: list[ShotFacts] = []
        for shot in finder.segmentation().shots[:_MAX_SHOTS]:
            if not 0 <= shot.start < shot.stop <= count:
                continue
            parts = parts_of(shot.start, shot.stop, lengths, rate)
            for start, stop in parts:
                facts = _measured(spool, start, stop, rate, crop, index.look.size)
                is_part = len(parts) > 1
                shots.append((yield from facts).model_copy(update={"is_part": is_part}))
            yield Surveying(count + shot.stop, 2 * count)
    width, height = index.look.size
    return FilmSurvey(
        rate=f"{rate.numerator}/{rate.denominator}",
        num_frames=count,
        width=width,
        height=height,
        crop=crop,
        shots=tuple(shots),
    )


def _measured(
    spool: Spool,
    start: int,
    stop: int,
    rate: Fraction,
    crop: tuple[int, int, int, int],
    size: tuple[int, int],
) -> Generator[Surveying, None, ShotFacts]:
    """Look at a shot's small copies, without the bars."""
    camera, quality, marks = CameraMeter(float(rate)), QualityMeter(float(rate)), ClipMarks()
    wanted = {start + int((stop - start) * share) for share in _LOOKS}
    looks: list[Descriptor] = []
    thumb = ""
    for number, whole in enumerate(spool.frames(start, stop), start):
        small = _without_bars(whole, crop, size)
        camera.see(small)
        quality.see(small)
        marks.see(small)
        if number in wanted:
            looks.append(descriptor(small))
        if number == (start + stop) // 2:
            thumb = _thumb(small)
        if number % _TELL_EVERY == 0:
            yield Surveying(len(spool) + number, 2 * len(spool))
    return ShotFacts(
        start=start,
        stop=stop,
        moves=camera.moves(),
        quality=quality.quality(),
        looks=tuple(map(packed, looks)),
        marks=marks.marks().tobytes().hex(),
        thumb=thumb,
    )


class Miniature:
    """Makes small copies of a film's frames, uint8 RGB; one scaler serves all."""

    def __init__(self) -> None:
        self._scaler = VideoReformatter()

    def of(self, frame: MovieFrame) -> Picture:
        """Return a copy, (height, width, 3), whose longer side is :data:`WIDTH`."""
        width, height = frame.size
        scale = WIDTH / max(width, height)
        size = (max(16, round(width * scale)), max(16, round(height * scale)))
        if not frame.is_plain:
            eight = (frame.rgb() >> 8).astype(np.uint8)
            return np.asarray(cv2.resize(eight, size, interpolation=cv2.INTER_AREA), np.uint8)
        picture = frame.picture
        small = self._scaler.reformat(
            picture,
            width=size[0],
            height=size[1],
            format="rgb24",
            # Measurements bear a level of error; an exact scaler is three times slower.
            interpolation=Interpolation.AREA,
            src_colorspace=matrix_of(picture),
            dst_colorspace=matrix_of(picture),
            src_color_range=ColorRange.JPEG if is_full_range(picture) else ColorRange.MPEG,
            dst_color_range=ColorRange.JPEG,
        )
        found: Any = small.to_ndarray()
        return np.asarray(found, np.uint8)


def packed(look: Descriptor) -> str:
    """Return a descriptor as text; a 255th of its largest value is its finest step."""
    colour = np.rint(np.clip(look.colour, 0, 1) * 255).astype(np.uint8)
    structure = np.rint(np.clip(look.structure, -0.5, 0.5) * 254).astype(np.int8)
    return colour.tobytes().hex() + structure.tobytes().hex()


def unpacked(text: str) -> Descriptor:
    """Return what :func:`packed` made text of.

    Raises:
        ValueError: it is none.
    """
    content = bytes.fromhex(text)
    if len(content) != 192 + 144:
        raise ValueError("not a descriptor")
    colour = np.frombuffer(content[:192], np.uint8).astype(np.float32)
    structure = np.frombuffer(content[192:], np.int8).astype(np.float32)
    return Descriptor(_unit(colour), _unit(structure))


def marks_of(text: str) -> NDArray[np.uint64]:
    """Return (n, 4) marks from their text.

    Raises:
        ValueError: it is none.
    """
    return np.frombuffer(bytes.fromhex(text), np.uint64).reshape(-1, 4)


def _unit(values: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(values))
    return values / length if length > 0 else values


def _thumb(picture: Picture) -> str:
    size = (_THUMB_WIDTH, max(1, round(picture.shape[0] * _THUMB_WIDTH / picture.shape[1])))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    _, coded = cv2.imencode(".jpg", small[..., ::-1], [int(cv2.IMWRITE_JPEG_QUALITY), 75])
    return base64.b64encode(coded.tobytes()).decode()


def _without_bars(
    whole: Picture, crop: tuple[int, int, int, int], size: tuple[int, int]
) -> Picture:
    left, top, width, height = crop
    if (width, height) == size:
        return whole
    scale_x, scale_y = whole.shape[1] / size[0], whole.shape[0] / size[1]
    x, y = int(np.ceil(left * scale_x)), int(np.ceil(top * scale_y))
    return np.ascontiguousarray(
        whole[y : y + max(16, int(height * scale_y)), x : x + max(16, int(width * scale_x))]
    )


def _cautious(crop: tuple[int, int, int, int], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a crop that lies within the picture and leaves something of it; else all of it."""
    left, top, width, height = crop
    fits = left >= 0 and top >= 0 and left + width <= size[0] and top + height <= size[1]
    return crop if fits and min(width, height) >= 16 else (0, 0, *size)
