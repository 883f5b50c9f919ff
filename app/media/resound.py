"""A movie's picture with the sound of another: packets are copied, nothing is encoded.

What Director-SR makes has no sound; footage keeps the one that belongs to it.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import av
from av.error import FFmpegError

from app.media.containers import open_local


class ResoundError(ValueError):
    """The sound cannot be taken along; the message is one sentence for the user."""


def with_sound_of(
    picture: Path, original: Path, start_s: Fraction, length_s: Fraction, target: Path
) -> None:
    """Write ``picture`` with the sound tracks of ``original``, whole or not at all.

    Args:
        picture: a movie whose first frame stands at ``start_s`` of the original.
        original: its tracks keep their numbers.
        start_s, length_s: seconds from the beginning of the original's picture.
        target: a Matroska file.

    Raises:
        ResoundError: a file is gone or damaged, or the disk is full.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with (
            open_local(picture) as seen,
            open_local(original) as heard,
            av.open(str(part), "w", format="matroska") as output,
        ):
            tracks = list(heard.streams.audio)
            image = seen.streams.video[0]
            image_out = output.add_stream_from_template(image)
            outputs = {track.index: output.add_stream_from_template(track) for track in tracks}
            for packet in seen.demux(image):
                if packet.dts is not None:
                    packet.stream = image_out
                    output.mux(packet)
            begin = start_s + _start_of(heard.streams.video[0])
            for packet in heard.demux(tracks):
                if packet.pts is None or packet.dts is None:
                    continue
                if not begin <= packet.pts * packet.time_base < begin + length_s:
                    continue
                shift = round(begin / packet.time_base)
                packet.pts -= shift
                packet.dts -= shift
                packet.stream = outputs[packet.stream.index]
                output.mux(packet)
        part.replace(target)
    except (FFmpegError, OSError, ValueError, IndexError) as error:
        raise ResoundError(f"The sound of {original.name} could not be taken along.") from error
    finally:
        part.unlink(missing_ok=True)


def _start_of(stream: av.VideoStream) -> Fraction:
    if stream.start_time is None or stream.time_base is None:
        return Fraction(0)
    return stream.start_time * Fraction(stream.time_base)
