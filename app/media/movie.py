"""Random access into a movie file: any frame, by number, at the size of the screen.

One reader belongs to one thread. Sequential reading costs one decode a frame; a jump seeks to the
key frame before it. Knows no cache and no clock.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from fractions import Fraction
from pathlib import Path

import av  # whole, before its parts: two threads that load parts at once get halves of them
import numpy as np
from av.error import FFmpegError
from av.video.reformatter import Interpolation
from numpy.typing import NDArray

from app.media.containers import ContainerError, open_local
from engine.protocol.bombs import is_scan_bomb
from engine.protocol.media import MAX_MOVIE_SIDE

_HD_LINES = 1200
_SEQUENTIAL_REACH = 48
"""Frames that are decoded rather than jumped over: a seek would cost about as much."""


class MovieReader:
    """Decode frames of one movie.

    Raises:
        OSError: the file is missing or no movie.
    """

    def __init__(self, path: Path) -> None:
        self._container = open_local(path)
        pictures = self._container.streams.video
        # A codec that is not known has no context, whatever PyAV's types say.
        if not pictures or not hasattr(pictures[0].codec_context, "height"):
            self._container.close()
            raise ContainerError(f"{path.name} has no picture that can be decoded")
        self._stream = pictures[0]
        context = self._stream.codec_context
        if max(context.width, context.height) > MAX_MOVIE_SIDE:
            self._container.close()
            raise ContainerError(f"{path.name} has pictures that are too large")
        # A header may say less than the frames are.
        context.options = {"max_pixels": str(MAX_MOVIE_SIDE**2)}
        # Frame threads hold a dozen pictures more and make every jump wait for them; up to HD one
        # thread decodes in real time with room to spare, and leaves the other cores to the window.
        is_large = self._stream.codec_context.height > _HD_LINES
        self._stream.thread_type = "AUTO" if is_large else "SLICE"
        rate = self._stream.average_rate or self._stream.guessed_rate or Fraction(24)
        self._rate = Fraction(rate)
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._next: int | None = None

    def close(self) -> None:
        """Let go of the file."""
        self._frames = iter(())
        self._container.close()

    def frame(self, index: int, width: int, height: int) -> NDArray[np.uint8] | None:
        """Return frame ``index`` as BGRA (height', width', 4), fitted into width × height.

        None past the end of the movie. A width of 0 leaves it as large as it is.
        """
        for _, pixels in self.run_to(index, width, height):
            return pixels
        return None

    def run_to(
        self,
        index: int,
        width: int,
        height: int,
        passing: Collection[int] = (),
        *,
        is_hasty: bool = False,
    ) -> Iterator[tuple[int, NDArray[np.uint8]]]:
        """Yield frame ``index``, and before it those of ``passing`` that lie on the way there.

        A movie that is damaged on the way ends there.

        Who plays backwards needs them next: decoding them again would cost a jump for each. In
        haste, scaling takes a fifth of the time and is a little rougher.
        """
        if self._next is None or not 0 <= index - self._next <= _SEQUENTIAL_REACH:
            self._jump(index)
        for frame in self._whole_frames():
            position = self._position(frame)
            self._next = position + 1
            if position >= index:
                yield index, _fitted(frame, width, height, is_hasty=is_hasty)
                return
            if position in passing:
                yield position, _fitted(frame, width, height, is_hasty=is_hasty)
        self._next = None

    def _whole_frames(self) -> Iterator[av.VideoFrame]:
        # Its end must not close what the next frame is asked of: hence no ``yield from``.
        with contextlib.suppress(FFmpegError):
            for frame in self._frames:  # noqa: UP028
                yield frame

    def _jump(self, index: int) -> None:
        base = self._stream.time_base or Fraction(1, 1000)
        # A few ticks early: rounded time stamps must not carry the seek past the frame.
        target = max(0, int((index - Fraction(1, 2)) / self._rate / base))
        with contextlib.suppress(FFmpegError):
            self._container.seek(target, stream=self._stream, backward=True)
        self._frames = self._decoded()
        self._next = index

    def _decoded(self) -> Iterator[av.VideoFrame]:
        for packet in self._container.demux(self._stream):
            if is_scan_bomb(self._stream.codec_context.name, bytes(packet)):
                return
            yield from self._stream.codec_context.decode(packet)

    def _position(self, frame: av.VideoFrame) -> int:
        if frame.pts is None or frame.time_base is None:
            return self._next or 0
        return round(frame.pts * frame.time_base * self._rate)


def _fitted(frame: av.VideoFrame, width: int, height: int, *, is_hasty: bool) -> NDArray[np.uint8]:
    scale = min(width / frame.width, height / frame.height) if width else 1.0
    out_width = max(2, round(frame.width * scale))
    out_height = max(2, round(frame.height * scale))
    method = Interpolation.BILINEAR if scale < 1 else Interpolation.BICUBIC
    method = Interpolation.FAST_BILINEAR if is_hasty else method
    picture = frame.reformat(
        width=out_width, height=out_height, format="bgra", interpolation=method
    )
    return np.asarray(picture.to_ndarray(), dtype=np.uint8)
