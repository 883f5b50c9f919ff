"""Open movie files that may come from anywhere: nothing but the file itself is read.

Playlists and scripts that FFmpeg would follow to other places are refused, and so are pictures that
would fill the memory. Knows nothing of frames.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError
from av.stream import Disposition

from engine.protocol.bombs import is_scan_bomb
from engine.protocol.errors import BadInput
from engine.protocol.media import LIST_FORMATS, LIST_HEADS, MAX_MOVIE_SIDE

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

MIN_SIDE, MAX_SIDE = 16, MAX_MOVIE_SIDE
"""Pixels on each side that a movie may have."""

_LOCAL = {"protocol_whitelist": "file"}
_SEEING_THROUGH = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
_TEXT = {"tty", "bin", "xbin", "adf", "idf"}


@contextlib.contextmanager
def open_movie(path: Path) -> Generator[tuple[InputContainer, VideoStream]]:
    """Open a movie and its picture, and close it again.

    Raises:
        BadInput: it is missing, no movie, or one that must not be opened; one sentence says why.
    """
    _check_file(path)
    try:
        container = av.open(str(path.absolute()), options=_LOCAL)
    except (FFmpegError, OSError, ValueError) as error:
        raise BadInput(f"{path.name} cannot be read as a movie; choose another file.") from error
    try:
        yield container, _picture_of(path, container)
    finally:
        container.close()


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse frames that are too small or too large.

    Raises:
        BadInput: they are.
    """
    if not all(MIN_SIDE <= side <= MAX_SIDE for side in (width, height)):
        raise BadInput(
            f"{path.name} is {width}×{height} pixels; {MIN_SIDE} to {MAX_SIDE} on each side are "
            "possible, so scale it first."
        )


def decoder_of(path: Path, stream: VideoStream) -> VideoCodecContext:
    """Return what decodes a movie's picture, its transparency included.

    FFmpeg's own decoders of VP8 and VP9 leave the transparency of WebM out; libvpx does not.

    Raises:
        BadInput: it is transparent, and there is no libvpx.
    """
    wanted = _SEEING_THROUGH.get(stream.codec_context.name)
    tags = {name.lower(): value for name, value in stream.metadata.items()}
    if wanted is None or tags.get("alpha_mode") != "1":
        return stream.codec_context
    try:
        decoder = cast("VideoCodecContext", av.CodecContext.create(wanted, "r"))
    except UnknownCodecError as error:
        raise BadInput(
            f"The transparency of {path.name} cannot be decoded here; convert it to ProRes 4444."
        ) from error
    decoder.options = {"max_pixels": str(MAX_SIDE * MAX_SIDE)}
    return decoder


def decoded(
    path: Path, decoder: VideoCodecContext, packet: Packet[VideoStream]
) -> list[VideoFrame]:
    """Return a packet's frames.

    Raises:
        BadInput: decoding it would take all time.
        FFmpegError: it is damaged.
    """
    if is_scan_bomb(decoder.name, bytes(packet)):
        raise BadInput(f"{path.name} would take all time to decode; convert it first.")
    return decoder.decode(packet)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise BadInput(f"The movie {path.name} is not there any more; choose it again.")
    try:
        with path.open("rb") as stream:
            head = stream.read(64)
    except OSError as error:
        raise BadInput(f"{path.name} may not be read; check its permissions.") from error
    if not head:
        raise BadInput(f"{path.name} is empty; choose another file.")
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(LIST_HEADS):
        raise BadInput(f"{path.name} is a list of other files; choose the movie itself.")


def _picture_of(path: Path, container: InputContainer) -> VideoStream:
    names = set(container.format.name.split(","))
    if names & LIST_FORMATS:
        raise BadInput(f"{path.name} is a list of other files; choose the movie itself.")
    if names & _TEXT:
        raise BadInput(f"{path.name} cannot be read as a movie; choose another file.")
    if any(name == "image2" or name.endswith("_pipe") for name in names):
        raise BadInput(f"{path.name} is a still picture; place it as a keyframe instead.")
    streams = [
        stream
        for stream in container.streams.video
        if not stream.disposition & Disposition.attached_pic
    ]
    if not streams:
        raise BadInput(f"{path.name} has no moving picture; choose a movie.")
    stream = streams[0]
    if not hasattr(stream.codec_context, "width"):
        raise BadInput(f"{path.name} is coded in a way that is not known; convert it first.")
    context = stream.codec_context
    if context.width or context.height:
        check_size(path, context.width, context.height)
    context.options = {"max_pixels": str(MAX_SIDE * MAX_SIDE)}
    return stream
