"""What a movie carries of its project: the text, and boards and sound out of the movie itself.

Everything in the file is distrusted: a small text may unfold to gigabytes, and time stamps may lie.
"""

from __future__ import annotations

import base64
import contextlib
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from app.media.containers import open_local

PROJECT_TAG = "smartdirector"
MOVIE_SUFFIXES = frozenset({".mp4", ".mov", ".mkv"})
MAX_PACKED = 8 * 1024 * 1024
MAX_TEXT = 16 * 1024 * 1024


class CarriedError(ValueError):
    """A movie that carries no project that can be read; the message is one sentence."""


def carries_project(path: Path) -> bool:
    """Whether a file is a movie with a project in it; looks at its header alone."""
    return path.suffix.lower() in MOVIE_SUFFIXES and path.is_file() and bool(_packed(path))


def carried_text(path: Path) -> str:
    """Return the project that a movie carries, as JSON.

    Raises:
        CarriedError: it carries none, or something else under its name.
    """
    packed = _packed(path)
    if not packed:
        raise CarriedError(
            f"{path.name} carries no SmartDirector project; open the project's folder instead."
        )
    broken = f"The project in {path.name} is damaged; it cannot be opened."
    if len(packed) > MAX_PACKED:
        raise CarriedError(broken)
    try:
        unfolding = zlib.decompressobj()
        content = unfolding.decompress(base64.b64decode(packed, validate=True), MAX_TEXT)
        if unfolding.unconsumed_tail or not unfolding.eof:
            raise CarriedError(broken)
        return content.decode()
    except CarriedError:
        raise
    except (ValueError, zlib.error) as error:
        raise CarriedError(broken) from error


def take_boards(path: Path, frames: Mapping[str, int], folder: Path) -> dict[str, Path]:
    """Write frames of a movie as PNG files; return them by the names that were given.

    Args:
        frames: the frame for each name; frames that cannot be decoded are left out.
        folder: where the files go.
    """
    from app.media.movie import MovieReader

    taken: dict[str, Path] = {}
    with contextlib.suppress(OSError):
        reader = MovieReader(path)
        try:
            for number, (name, frame) in enumerate(sorted(frames.items(), key=lambda f: f[1]), 1):
                pixels = reader.frame(frame, 0, 0)
                if pixels is None:
                    continue
                rgb = np.ascontiguousarray(pixels[..., 2::-1])
                file = folder / f"{path.stem} board {number}.png"
                Image.fromarray(rgb).save(file, compress_level=3)
                taken[name] = file
        finally:
            reader.close()
    return taken


def take_sound(path: Path, target: Path) -> bool:
    """Copy a movie's sound, packet by packet, into a Matroska file; False where there is none."""
    import av
    from av.error import FFmpegError

    try:
        with open_local(path) as source:
            if not source.streams.audio:
                return False
            with av.open(str(target), "w", format="matroska") as copy:
                stream = copy.add_stream_from_template(source.streams.audio[0])
                for packet in source.demux(source.streams.audio[0]):
                    if packet.dts is not None:
                        packet.stream = stream
                        copy.mux(packet)
        return True
    except (FFmpegError, OSError, ValueError):
        target.unlink(missing_ok=True)
        return False


def _packed(path: Path) -> str:
    """Return the tag as it stands in the file, empty where there is none."""
    try:
        with open_local(path) as container:
            tags = {key.lower(): value for key, value in container.metadata.items()}
    except OSError:
        return ""
    return tags.get(PROJECT_TAG, "")
