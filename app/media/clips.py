"""What a user's movie file is: size, rate and length, and whether it can be extended at all.

Every frame is decoded once and thrown away: containers lie about lengths, and the engine must be
told exactly which frames to read. Knows nothing of takes or plans.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from engine.protocol.jobs import FrameRate

MIN_SIDE, MAX_SIDE = 64, 8192
"""Pixels that a film is wide and high."""

_MAX_RATE = 240
_MAX_DENOMINATOR = 1001
"""Enough for every broadcast rate; a variable rate's average has no meaning beyond."""


class ClipError(ValueError):
    """A movie that cannot be used; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class ClipInfo:
    """A movie's picture.

    Attributes:
        width, height: in pixels, as stored.
        rate: frames per second.
        num_frames: that can be decoded, from first to last.
        has_sound: whether something is heard.
    """

    width: int
    height: int
    rate: FrameRate
    num_frames: int
    has_sound: bool = False


def probe_clip(path: Path) -> ClipInfo:
    """Return what a movie holds.

    Raises:
        ClipError: it is missing, empty, no movie, damaged, or of a kind that films are not.
    """
    name = path.name
    if not path.is_file():
        raise ClipError(f"{path} is not there; name a movie file.")
    num_frames = 0
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ClipError(f"{name} has no picture; choose a movie.")
            stream = container.streams.video[0]
            _check_stream(name, stream)
            stream.thread_type = "AUTO"
            has_sound = bool(container.streams.audio)
            size = (stream.codec_context.width, stream.codec_context.height)
            for frame in container.decode(stream):
                _check_frame(name, frame, size, num_frames)
                num_frames += 1
            rate = Fraction(stream.average_rate or stream.guessed_rate or 0)
    except FFmpegError as error:
        reason = f"is damaged after frame {num_frames}" if num_frames else "is no readable movie"
        raise ClipError(f"{name} {reason}; convert it or choose another.") from error
    if num_frames == 0:
        raise ClipError(f"{name} holds no frame; choose another movie.")
    if num_frames == 1 or not 1 <= rate <= _MAX_RATE:
        raise ClipError(f"{name} does not run at 1 to {_MAX_RATE} frames a second; convert it.")
    rate = rate.limit_denominator(_MAX_DENOMINATOR)
    whole = FrameRate(num=rate.numerator, den=rate.denominator)
    return ClipInfo(*size, whole, num_frames, has_sound)


def _check_stream(name: str, stream: VideoStream) -> None:
    context = stream.codec_context
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (context.width, context.height)):
        raise ClipError(
            f"{name} is {context.width}×{context.height} pixels; {MIN_SIDE} to {MAX_SIDE} on each "
            "side are possible, so scale it first."
        )
    if context.sample_aspect_ratio not in {None, 0, 1}:
        raise ClipError(f"{name} does not have square pixels; convert it to square ones first.")


def _check_frame(name: str, frame: VideoFrame, size: tuple[int, int], index: int) -> None:
    if (frame.width, frame.height) != size:
        raise ClipError(f"{name} changes its size at frame {index}; convert it to one size first.")
    if frame.rotation:
        raise ClipError(f"{name} is stored turned by {abs(frame.rotation)}°; export it upright.")
