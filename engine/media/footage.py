"""Read any stretch of a movie, frame by frame, without decoding what comes long before it.

Decoding begins at the last keyframe before the stretch; if the file turns out to have led
elsewhere, at an earlier one, in the end at its start. Interlaced movies go through FFmpeg's bwdif,
one frame for two fields. A frame that is damaged beyond decoding shows the one before it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import numpy as np
from av.error import BlockingIOError as NotReady
from av.error import EOFError as Drained
from av.error import FFmpegError
from av.filter import Graph
from numpy.typing import NDArray

from engine.media.containers import decoded, decoder_of, open_movie
from engine.media.index import index_of
from engine.media.movie_index import MovieIndex
from engine.media.picture import UPRIGHT, Look, rgb_of
from engine.media.tone import WIDE
from engine.protocol.errors import BadInput
from engine.protocol.stopping import heed

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_WORTH_A_SEEK = 12
"""Frames to skip from which seeking is quicker than decoding them."""
_FIELDS_AROUND = 2
"""Frames that bwdif must have seen before one comes out as it would from the start."""
_MAX_BAD_PACKETS = 100
_MAX_HELD = 48
"""Film frames at the end that may repeat the last one: decoders differ by a few, damage by more."""


@dataclass(frozen=True, slots=True)
class MovieFrame:
    """A decoded frame that is converted only when its pixels are wanted."""

    picture: av.VideoFrame
    look: Look

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) of the finished picture."""
        return self.look.size

    @property
    def is_plain(self) -> bool:
        """Whether the stored picture is the finished one but for its matrix, depth and range."""
        look = self.look
        is_plain = look.aspect == 1 and look.orientation == UPRIGHT and not look.has_alpha
        return is_plain and not look.is_hdr and look.primaries not in WIDE

    def rgb(self) -> NDArray[np.uint16]:
        """Return the finished picture, (height, width, 3)."""
        return rgb_of(self.picture, self.look)


def frames_of(
    path: Path, start: int = 0, stop: int | None = None, rate: Fraction | None = None
) -> Iterator[MovieFrame]:
    """Yield frames ``[start, stop)`` of a movie, not yet converted; fewer where it ends before.

    Args:
        path: of the movie.
        start, stop: to the end when ``stop`` is None.
        rate: at which frames are counted, as :meth:`MovieIndex.shown_at` says; None counts the
            movie's own.

    Raises:
        BadInput: the file is no movie, or cannot be used.
    """
    index = index_of(path)
    length = index.num_frames if rate is None else index.length_at(rate)
    stop = length if stop is None else min(stop, length)
    if start >= stop:
        return
    first = start if rate is None else index.shown_at(start, rate)
    reader = _Reader(index, first)
    held = 0
    try:
        for frame in range(start, stop):
            picture = reader.at(frame if rate is None else index.shown_at(frame, rate))
            held = held + 1 if reader.is_over else 0
            if picture is None or held > _MAX_HELD:
                return
            yield MovieFrame(picture, index.look)
    finally:
        reader.close()


class _Reader:
    """Hands out the pictures of rising frame numbers."""

    def __init__(self, index: MovieIndex, first: int) -> None:
        self._index = index
        self._source = _opened(index, first)
        self._last, self._shown = -1, cast("av.VideoFrame | None", None)
        self._ahead: tuple[int, av.VideoFrame] | None = None
        self.is_over = False

    def at(self, number: int) -> av.VideoFrame | None:
        """Return frame ``number``, or what is nearest before it; None where there is nothing."""
        while True:
            if self._ahead is None:
                self._ahead = next(self._source, None)
            if self._ahead is None:
                self.is_over = self._last < number
                return self._shown
            if self._ahead[0] > number:
                return self._shown or self._ahead[1]
            self._last, self._shown = self._ahead
            self._ahead = None
            if self._last == number:
                return self._shown

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()


Numbered = Generator[tuple[int, "av.VideoFrame"]]


def _opened(index: MovieIndex, first: int) -> Numbered:
    """Yield decoded frames with their numbers, from ``first`` or shortly before it on."""
    before = max(0, first - _FIELDS_AROUND) if index.look.is_interlaced else first
    for key in _beginnings(index, before):
        source = _decoded_from(index, key)
        head = next(source, None)
        if head is None or (head[0] > before > 0 and key > 0):
            source.close()
            if key > 0:
                continue  # the container led elsewhere: try from further ahead
            return
        try:
            yield from _finished(index, _after(head, source, before))
        finally:
            source.close()
        return


def _beginnings(index: MovieIndex, wanted: int) -> Iterator[int]:
    """Yield frames to begin decoding at, each further ahead, and at last the first."""
    if index.can_seek and wanted >= _WORTH_A_SEEK:
        key = index.key_before(wanted)
        for _ in range(3):
            if key <= 0:
                break
            yield key
            key = index.key_before(max(0, key - 1))
    yield 0


def _after(head: tuple[int, av.VideoFrame], source: Numbered, first: int) -> Numbered:
    if head[0] >= first:
        yield head
    last = head
    for numbered in source:
        if numbered[0] >= first:
            if last[0] < first < numbered[0]:
                yield last  # the wanted frame itself is lost: the one before it is shown
            yield numbered
        last = numbered


def _decoded_from(index: MovieIndex, key: int) -> Numbered:
    with open_movie(index.path) as (container, stream):
        if key > 0:
            try:
                stamp = index.first + int(index.stamps[key])
                container.seek(stamp, stream=stream)
            except FFmpegError:
                return
        count = key
        for frame in _frames(index.path, container, stream):
            if (frame.width, frame.height) != (index.look.width, index.look.height):
                raise BadInput(
                    f"{index.path.name} changes its size from {index.look.width}×"
                    f"{index.look.height} to {frame.width}×{frame.height} at frame {count}; "
                    "convert it to one size first."
                )
            number = count
            if index.is_timed and frame.pts is not None:
                number = index.at_tick(frame.pts - index.first)
            count = number + 1
            yield number, frame


def _frames(path: Path, container: InputContainer, stream: VideoStream) -> Iterator[av.VideoFrame]:
    """Decode up to the end or to where the file breaks off, passing over damaged packets."""
    bad = 0
    decoder = decoder_of(path, stream)
    decoder.thread_type = "AUTO"
    try:
        for packet in container.demux(stream):
            heed()
            try:
                frames = decoded(path, decoder, packet)
                bad = 0
            except FFmpegError:
                bad += 1
                if bad > _MAX_BAD_PACKETS:
                    return
                continue
            yield from frames
    except FFmpegError:  # the container breaks off: what the decoder still holds is good
        try:
            yield from decoder.decode(None)
        except FFmpegError:
            return


def _finished(index: MovieIndex, source: Numbered) -> Numbered:
    """Pass progressive frames on; make one progressive frame of every two fields."""
    if not index.look.is_interlaced:
        yield from source
        return
    graph: Graph | None = None
    waiting: list[int] = []
    for number, frame in source:
        if graph is None:
            graph = _bwdif(frame)
        frame.pts = number
        frame.time_base = Fraction(1, 25)
        waiting.append(number)
        graph.push(frame)
        yield from _pulled(graph, waiting)
    if graph is not None:
        graph.push(None)
        yield from _pulled(graph, waiting)


def _pulled(graph: Graph, waiting: list[int]) -> Numbered:
    while True:
        try:
            frame = graph.pull()
        except (NotReady, Drained):
            return
        yield waiting.pop(0), cast("av.VideoFrame", frame)


def _bwdif(frame: av.VideoFrame) -> Graph:
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 25)
    )
    deinterlacer = graph.add("bwdif", "mode=send_frame:deint=interlaced")
    sink = graph.add("buffersink")
    source.link_to(deinterlacer)
    deinterlacer.link_to(sink)
    graph.configure()
    return graph
