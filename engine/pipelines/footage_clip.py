"""A user's movie as the low-resolution clip of Director-SR, and the look at it beforehand.

Its frames are counted at its own rate, a variable one brought to the standard rate next to it.
Containers lie about lengths, so every frame is decoded once before anything is planned; what stays
of that look is the length and the few frames that full-resolution references stand on. Knows
movies and plans; knows no net.

Shape legend: B batch, C channels, T frames, H W pixels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from engine.media.footage import frames_of
from engine.media.index import indexing
from engine.media.movie import RgbFrame
from engine.media.movie_index import MovieIndex
from engine.models.codec import Codec
from engine.pipelines.given import fit_frame
from engine.pipelines.guide import Frame
from engine.pipelines.steps import StageProgress, Step
from engine.planning.plan import ChunkPlan
from engine.planning.resolution import FrameSize, cover_crop
from engine.protocol.errors import BadInput

_REPORT_EVERY = 48
_SAMPLES, _SAMPLE_BYTES = 64, 1 << 16


@dataclass(frozen=True)
class MovieLook:
    """What a movie turned out to be.

    Attributes:
        size: of its frames, cropped to the aspect ratio of the film.
        num_frames: that are wanted of it and can be decoded.
        frames: those that were asked for, (h, w, 3) uint16 at ``size``, by index.
        fingerprint: hash of the file's length and of samples of it.
    """

    path: Path
    start: int
    size: FrameSize
    rate: Fraction
    num_frames: int
    frames: Mapping[int, RgbFrame]
    fingerprint: str

    def read(self) -> Iterator[RgbFrame]:
        """Yield the frames from the first wanted one on, (h, w, 3) uint16 at ``size``.

        Raises:
            BadInput: the movie is damaged.
        """
        stop = self.start + self.num_frames
        for frame in frames_of(self.path, self.start, stop, self.rate):
            yield fit_frame(frame.rgb(), self.size)


def look_at_movie(
    path: Path, start: int, stop: int | None, film: FrameSize, wanted: Collection[int]
) -> Generator[Step, None, MovieLook]:
    """Decode a movie once, and return what it is.

    Args:
        path: of the movie.
        start, stop: which of its frames are meant; to the end when ``stop`` is None.
        film: whose aspect ratio the frames are cropped to.
        wanted: frames to keep, counted from ``start``.

    Raises:
        BadInput: it cannot be read, or is of a kind that cannot be used.
    """
    index = yield from _indexed(path)
    length = index.length_at(index.rate)
    box = cover_crop(FrameSize(*index.look.size), film)
    size = FrameSize(box.width, box.height)
    stop = length if stop is None else min(stop, length)
    kept: dict[int, RgbFrame] = {}
    count = 0
    for frame in frames_of(path, start, stop, index.rate):
        if count in wanted:
            kept[count] = fit_frame(frame.rgb(), size)
        count += 1
        if count % _REPORT_EVERY == 0:
            yield StageProgress("keyframes", count, stop - start)
    if not count:
        raise BadInput(f"{path.name} has no frame {start}; choose an earlier stretch of it.")
    return MovieLook(path, start, size, index.rate, count, kept, _fingerprint(path))


def _indexed(path: Path) -> Generator[Step, None, MovieIndex]:
    steps = indexing(path)
    yield StageProgress("keyframes", 0, 100)
    while True:
        try:
            share = next(steps)
        except StopIteration as done:
            return done.value
        yield StageProgress("keyframes", int(100 * share), 100)


class MovieClip:
    """A movie as a :class:`~engine.pipelines.lift.LowClip`; read forwards, as a rule once.

    Args:
        look: the movie; ``look.frames`` holds the frames of the plan's references.
        plan: of the movie. What it is longer shows the last frame again.
        codec: of Director-SR, for lifting latents.
        device: where latents are wanted.
    """

    def __init__(
        self, look: MovieLook, plan: ChunkPlan, codec: Codec, device: torch.device
    ) -> None:
        self._look, self._plan, self._codec, self._device = look, plan, codec, device
        self._reader: Iterator[RgbFrame] = iter(())
        self._next: int | None = None
        self._last: RgbFrame | None = None

    def frames(self, index: int) -> Iterator[Frame]:
        """Yield the frames of chunk ``index``.

        Raises:
            BadInput: the movie is damaged.
        """
        chunk = self._plan.chunks[index]
        if self._next is None or self._next > chunk.start:
            self._reader, self._next = self._look.read(), 0
        for position in range(self._next, chunk.stop):
            self._next = position + 1
            self._last = next(self._reader, self._last)
            if self._last is None:
                raise BadInput(f"{self._look.path.name} has changed meanwhile; begin again.")
            if position >= chunk.start:
                yield _levels(self._last)

    def head(self, index: int) -> Frame:
        """Return the first frame of a chunk that carries a reference."""
        return _levels(self._look.frames[self._plan.chunks[index].start])

    def latents(self, index: int) -> Iterator[Tensor]:
        """Yield the latents of chunk ``index``, (1, C, 1, h, w) each, covering the whole frame."""
        stride = self._codec.spatial_stride
        size = self._look.size.padded(stride)
        parts = _parts(self.frames(index), size, self._codec.temporal_stride, self._device)
        yield from self._codec.encode_stream(parts)


def _parts(
    frames: Iterator[Frame], size: FrameSize, count: int, device: torch.device
) -> Iterator[Tensor]:
    """Yield frames stretched to ``size`` as a codec takes them: one, then ``count`` at a time."""
    group: list[Frame] = []
    wanted = 1
    for frame in frames:
        stretched = cv2.resize(frame, (size.width, size.height), interpolation=cv2.INTER_CUBIC)
        group.append(np.asarray(stretched, dtype=np.float32))
        if len(group) == wanted:
            yield _tensor(group).to(device)
            group, wanted = [], count


def _tensor(frames: Sequence[Frame]) -> Tensor:
    stacked = torch.from_numpy(np.stack(frames)).permute(3, 0, 1, 2).unsqueeze(0)
    return (stacked / 127.5 - 1.0).clamp(-1, 1)


def _levels(frame: RgbFrame) -> Frame:
    return frame.astype(np.float32) / np.float32(257.0)


def _fingerprint(path: Path) -> str:
    length = path.stat().st_size
    digest = hashlib.sha256(str(length).encode())
    with path.open("rb") as stream:
        for step in range(_SAMPLES):
            stream.seek(step * length // _SAMPLES)
            digest.update(stream.read(_SAMPLE_BYTES))
    return digest.hexdigest()[:16]
