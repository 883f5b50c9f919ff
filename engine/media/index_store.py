"""Indexes of large movies, kept in the user's cache folder from one start to the next.

An index is a pure function of its file: an entry is named by the file's place, size and date, and
by what made it. Entries are arrays and a JSON header, never code; one that is damaged, or that
cannot be read or written, is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tempfile
import time
import zipfile
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import platformdirs
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.media.movie_index import MovieIndex
from engine.media.picture import Look
from engine.protocol.last_used import last_used

MIN_BYTES = 8 * 1024 * 1024
"""Smaller movies are walked over in no time."""
MAX_ENTRIES, MAX_TOTAL_BYTES = 1000, 128 * 1024 * 1024
_MAX_UNPACKED = 256 * 1024 * 1024
_MAX_STEP = 1 << 38
"""Ticks between two frames; ten million of those do not overflow."""
_FORMAT = 2
"""Raised whenever an index is made otherwise, or says other things."""

_BROKEN = (
    OSError,
    ValueError,
    KeyError,
    EOFError,
    ArithmeticError,
    zipfile.BadZipFile,
    zlib.error,
    MemoryError,
    NotImplementedError,  # packed in a way that zipfile does not know
    RuntimeError,  # encrypted
)


class _Header(BaseModel):
    """An index but for its path and its arrays; see :class:`MovieIndex` and :class:`Look`."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    stream: int = Field(ge=0)
    tick: str
    first: int
    end: int = Field(gt=0)
    rate: str
    is_variable: bool
    is_timed: bool
    can_seek: bool
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    aspect: str
    orientation: list[int] = Field(min_length=4, max_length=4)
    is_interlaced: bool
    transfer: int
    primaries: int
    pixel_format: str
    has_alpha: bool
    bits: int


def stored(path: Path, size: int, mtime_ns: int) -> MovieIndex | None:
    """Return the index that is kept of a movie; None where there is none."""
    if size < MIN_BYTES:
        return None
    entry = _entry(path, size, mtime_ns)
    try:
        content = entry.read_bytes()
    except OSError:
        return None
    try:
        index = _unpacked(path, content)
    except _BROKEN:
        with contextlib.suppress(OSError):
            entry.unlink()
        return None
    with contextlib.suppress(OSError):
        os.utime(entry)  # what was not asked for the longest goes first
    return index


def keep(index: MovieIndex, size: int, mtime_ns: int) -> None:
    """Keep an index; where that is not possible, the movie is walked over again next time."""
    if size < MIN_BYTES:
        return
    entry = _entry(index.path, size, mtime_ns)
    with contextlib.suppress(OSError):
        entry.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(prefix=".part-", dir=entry.parent)
        part = Path(name)
        try:
            with os.fdopen(number, "wb") as stream:
                stream.write(_packed(index))
            part.replace(entry)
        finally:
            part.unlink(missing_ok=True)
        _make_room(entry.parent)


def _folder() -> Path:
    return Path(platformdirs.user_cache_dir("SmartDirector", appauthor=False)) / "indexes"


def _entry(path: Path, size: int, mtime_ns: int) -> Path:
    told = f"{_FORMAT} {av.__version__} {size} {mtime_ns} {path.absolute()}"
    digest = hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()
    return _folder() / f"{digest[:40]}.npz"


def _packed(index: MovieIndex) -> bytes:
    look = index.look
    header = _Header(
        stream=index.stream,
        tick=str(index.tick_s),
        first=index.first,
        end=index.end,
        rate=str(index.rate),
        is_variable=index.is_variable,
        is_timed=index.is_timed,
        can_seek=index.can_seek,
        width=look.width,
        height=look.height,
        aspect=str(look.aspect),
        orientation=list(look.orientation),
        is_interlaced=look.is_interlaced,
        transfer=look.transfer,
        primaries=look.primaries,
        pixel_format=look.pixel_format,
        has_alpha=look.has_alpha,
        bits=look.bits,
    )
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        header=np.frombuffer(header.model_dump_json().encode(), np.uint8),
        # Steps from frame to frame are nearly all alike, and so next to nothing when packed.
        steps=np.diff(index.stamps, prepend=0),
        keys=np.diff(index.keys, prepend=0),
    )
    return buffer.getvalue()


def _array(part: object) -> NDArray[Any]:
    # What has not the head of an array comes as its bytes.
    if not isinstance(part, np.ndarray):
        raise ValueError("no array")
    return cast("NDArray[Any]", part)


def _unpacked(path: Path, content: bytes) -> MovieIndex:
    """Return an entry's index.

    Raises:
        One of ``_BROKEN``: it is none.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MAX_UNPACKED:
            raise ValueError("too large")
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        rows: list[object] = [arrays[name] for name in ("header", "steps", "keys")]
    head, steps, keys = (_array(row) for row in rows)
    if any(row.dtype != np.int64 or row.ndim != 1 for row in (steps, keys)) or not len(steps):
        raise ValueError("no rows of numbers")
    try:
        told = _Header.model_validate_json(head.astype(np.uint8).tobytes())
    except ValidationError as error:
        raise ValueError("no header") from error
    largest = max(int(steps.max()), int(keys.max(initial=0)))
    if largest > _MAX_STEP or steps[0] != 0 or (steps[1:] <= 0).any() or (keys[1:] <= 0).any():
        raise ValueError("not in order")
    stamps, places = np.cumsum(steps), np.cumsum(keys)
    if len(places) and not 0 <= places[0] <= places[-1] < len(stamps):
        raise ValueError("a keyframe past the end")
    a, b, c, d = told.orientation
    look = Look(
        told.width,
        told.height,
        Fraction(told.aspect),
        (a, b, c, d),
        told.is_interlaced,
        told.transfer,
        told.primaries,
        told.pixel_format,
        told.has_alpha,
        told.bits,
    )
    tick, rate = Fraction(told.tick), Fraction(told.rate)
    if tick <= 0 or rate <= 0 or look.aspect <= 0:
        raise ValueError("time that does not go on")
    return MovieIndex(
        *(path, told.stream, tick, told.first, stamps, places, told.end, rate),
        *(told.is_variable, told.is_timed, told.can_seek, look),
    )


def _make_room(folder: Path) -> None:
    """Remove the entries that were not asked for the longest, down to the bounds."""
    now = time.time()
    entries: list[tuple[float, int, Path]] = []
    for path in folder.glob("*.npz"):
        with contextlib.suppress(OSError):
            facts = path.stat()
            entries.append((last_used(facts.st_mtime, now), facts.st_size, path))
    entries.sort(reverse=True)
    total = 0
    for number, (_, size, path) in enumerate(entries):
        total += size
        if number >= MAX_ENTRIES or total > MAX_TOTAL_BYTES:
            with contextlib.suppress(OSError):
                path.unlink()
