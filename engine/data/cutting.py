"""Cut clips out of a film: cropped, scaled without distortion, exact in frames, at high quality.

One walk over each stretch of the film in which clips lie close together. A clip lies under its name
only when it is whole; its still, written last, says that it is done. Knows no shots.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.reformatter import ColorRange, VideoReformatter
from numpy.typing import NDArray

from engine.media.conversion import LANCZOS, from_rgb
from engine.media.encodings import REPEATABLE, Encoding
from engine.media.footage import MovieFrame, frames_of
from engine.media.picture import BT709_VIDEO, is_full_range, matrix_of
from engine.media.writer import MovieWriter, disk_errors
from engine.protocol.errors import BadInput

MULTIPLE = 16
"""Sides of clips are multiples of it: what the nets take."""

_WORTH_SKIPPING = 240
"""Frames between two clips from which a new walk is quicker than decoding them."""
_THUMB_WIDTH = 320
_FORMAT = "yuv420p"


@dataclass(frozen=True, slots=True)
class Frame:
    """What is kept of a film's picture, and how large it becomes.

    Attributes:
        crop: left, top, width, height in pixels of finished pictures.
        width, height: of the clip.
    """

    crop: tuple[int, int, int, int]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A clip to be cut: frames ``[start, stop)`` of the film, and where it goes, without suffix."""

    start: int
    stop: int
    target: Path

    @property
    def movie(self) -> Path:
        """Where the movie lies."""
        return self.target.with_suffix(".mp4")

    @property
    def still(self) -> Path:
        """Where the middle frame lies."""
        return self.target.with_suffix(".jpg")

    @property
    def is_done(self) -> bool:
        """Whether both are there."""
        return self.still.is_file() and self.movie.is_file()


def frame_of(crop: tuple[int, int, int, int], height: int) -> Frame | None:
    """Return what a film's clips show, with sides of a multiple of 16; None if it is too small.

    The shorter side gets ``height`` lines, or as many as it has. What does not go up in the shape
    of the clip is cut off evenly on both sides: up to 8 lines of the clip, never stretched.
    """
    left, top, crop_width, crop_height = crop
    shorter = min(crop_width, crop_height)
    lines = min(height, shorter) // MULTIPLE * MULTIPLE
    if lines < MULTIPLE:
        return None
    scale = lines / shorter
    longer = max(lines, round(max(crop_width, crop_height) * scale / MULTIPLE) * MULTIPLE)
    if longer > 16384:
        return None
    width, tall = (longer, lines) if crop_width >= crop_height else (lines, longer)
    shape = Fraction(width, tall)
    kept_width = min(crop_width, math.floor(crop_height * shape))
    kept_height = min(crop_height, math.floor(crop_width / shape))
    crop = (
        left + (crop_width - kept_width) // 2,
        top + (crop_height - kept_height) // 2,
        kept_width,
        kept_height,
    )
    return Frame(crop, width, tall)


def cut_clips(
    path: Path, rate: Fraction, frame: Frame, cuts: Sequence[Cut], crf: int
) -> Generator[int, None, list[Cut]]:
    """Yield after each frame how many were written; return the clips for which frames are missing.

    Args:
        cuts: in ascending order, none of them overlapping; those that are done are passed over.

    Raises:
        BadInput: the film cannot be read.
        DiskProblem: a clip cannot be written.
    """
    short: list[Cut] = []
    for run in _runs([cut for cut in cuts if not cut.is_done]):
        frames = enumerate(frames_of(path, run[0].start, run[-1].stop, rate), run[0].start)
        for cut in run:
            if not (yield from _write(frames, cut, rate, frame, crf)):
                short += [cut]
    return short


def _runs(cuts: list[Cut]) -> Iterator[list[Cut]]:
    run: list[Cut] = []
    for cut in cuts:
        if run and cut.start - run[-1].stop > _WORTH_SKIPPING:
            yield run
            run = []
        run.append(cut)
    if run:
        yield run


class _Short(Exception):
    pass


def _write(
    frames: Iterator[tuple[int, MovieFrame]], cut: Cut, rate: Fraction, frame: Frame, crf: int
) -> Generator[int, None, bool]:
    """Write one clip; whether the film had all of its frames."""
    still: NDArray[np.uint8] | None = None
    picture = Shaper(frame)
    with (
        contextlib.suppress(_Short),
        MovieWriter(cut.movie, frame.width, frame.height, rate, _encoding(crf)) as writer,
    ):
        for number, shown in frames:
            if number < cut.start:
                continue
            shaped = picture.shaped(shown)
            if number == (cut.start + cut.stop) // 2:
                still = np.asarray(shaped.to_ndarray(format="rgb24"), np.uint8)
            writer.write_ready(shaped)
            yield writer.num_frames
            if number + 1 == cut.stop:
                break
        if writer.num_frames != cut.stop - cut.start or still is None:
            raise _Short  # leaves the writer by an exception: nothing is kept
    if still is None or not cut.movie.is_file():
        return False
    write_still(cut.still, still)
    return True


def write_still(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write a small JPEG of a picture, whole or not at all.

    Raises:
        DiskProblem: it cannot be written.
    """
    height = max(1, round(picture.shape[0] * _THUMB_WIDTH / picture.shape[1]))
    small = cv2.resize(picture, (_THUMB_WIDTH, height), interpolation=cv2.INTER_AREA)
    _, coded = cv2.imencode(".jpg", small[..., ::-1], [int(cv2.IMWRITE_JPEG_QUALITY), 85])
    draft = path.with_suffix(".jpg.part")
    with disk_errors(path):
        draft.write_bytes(coded.tobytes())
        draft.replace(path)


class Shaper:
    """Crops and scales frames of one film to yuv420p, BT.709.

    One scaler serves all frames: making a new one for each took longer than the scaling.
    """

    def __init__(self, frame: Frame) -> None:
        self._frame, self._scaler = frame, VideoReformatter()

    def shaped(self, shown: MovieFrame) -> av.VideoFrame:
        """Return a frame as the encoder wants it."""
        if not shown.is_plain:
            return self._by_rgb(shown)
        # The whole picture is scaled, then cut: an encoder's format cuts at even pixels only,
        # which is fine enough after the scaling.
        left, top, kept_width, kept_height = self._frame.crop
        width, height = self._frame.width, self._frame.height
        full_width = max(width, round(shown.size[0] * width / kept_width))
        full_height = max(height, round(shown.size[1] * height / kept_height))
        source = shown.picture
        scaled = self._scaler.reformat(
            source,
            width=full_width,
            height=full_height,
            format=_FORMAT,
            interpolation=LANCZOS,
            src_colorspace=matrix_of(source),
            dst_colorspace=BT709_VIDEO.space(height),
            src_color_range=ColorRange.JPEG if is_full_range(source) else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
        )
        if (full_width, full_height) == (width, height):
            return scaled
        x = min(round(left * width / kept_width), full_width - width) // 2 * 2
        y = min(round(top * height / kept_height), full_height - height) // 2 * 2
        return _cut_out(scaled, x, y, width, height)

    def _by_rgb(self, shown: MovieFrame) -> av.VideoFrame:
        left, top, width, height = self._frame.crop
        rgb = shown.rgb()[top : top + height, left : left + width]
        size = (self._frame.width, self._frame.height)
        way = cv2.INTER_AREA if size[0] < width else cv2.INTER_LANCZOS4
        return from_rgb(cv2.resize(rgb, size, interpolation=way).astype(np.uint16), _FORMAT)


def _cut_out(picture: av.VideoFrame, x: int, y: int, width: int, height: int) -> av.VideoFrame:
    """Return ``width`` × ``height`` pixels of a yuv420p picture from an even place on."""
    cut = av.VideoFrame(width, height, _FORMAT)
    planes: Any = zip(picture.planes, cut.planes, strict=True)  # buffers, which the stubs forget
    for number, (source, target) in enumerate(planes):
        half = 1 if number == 0 else 2
        rows = np.frombuffer(source, np.uint8).reshape(source.height, -1)
        room = np.frombuffer(target, np.uint8).reshape(target.height, -1)
        area = rows[y // half :, x // half :][: target.height, : target.width]
        room[:, : target.width] = area
    return cut


def _encoding(crf: int) -> Encoding:
    """Return H.264 that every trainer decodes, the same bytes at every run on any machine."""
    # At equal quality superfast takes half of veryfast's time and some more room
    # (docs/experiments.md).
    options = {
        "crf": str(crf),
        "preset": "superfast",
        "threads": "2",  # as many on every machine: the bytes depend on it
        "g": "48",
        "x264-params": REPEATABLE,
    }
    return Encoding("libx264", _FORMAT, options)


def check_clip(path: Path, num_frames: int, width: int, height: int) -> None:
    """Decode a clip and compare it with what is said of it.

    Raises:
        BadInput: it is damaged or another.
    """
    count = 0
    for shown in frames_of(path):
        count += 1
        if shown.size != (width, height):
            raise BadInput(f"is {shown.size[0]}×{shown.size[1]} and not {width}×{height}")
    if count != num_frames:
        raise BadInput(f"has {count} frames and not {num_frames}")
