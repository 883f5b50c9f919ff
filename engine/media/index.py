"""The index of a movie: known to this process, kept on the disk, or found by a walk over it."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from engine.media.index_store import keep, stored
from engine.media.movie_index import MovieIndex
from engine.media.walk import walk
from engine.protocol.errors import BadInput


def index_of(path: Path) -> MovieIndex:
    """Return a movie's index; the walk is remembered as long as the file stays as it is.

    Raises:
        BadInput: the file is no movie, or cannot be used; one sentence says why.
    """
    steps = indexing(path)
    try:
        while True:
            next(steps)
    except StopIteration as done:
        return done.value


def indexing(path: Path) -> Generator[float, None, MovieIndex]:
    """Yield the share of the file that was walked over, and return the index.

    Raises:
        BadInput: see ``index_of``.
    """
    key = _key_of(path)
    known = _known.get(key)
    if known is None:
        _, size, date = key
        known = stored(path, size, date)
        if known is None:
            known = yield from walk(path)
            keep(known, size, date)
        while len(_known) >= _KEPT:
            _known.pop(next(iter(_known)))
        _known[key] = known
    return known


_KEPT = 64
_known: dict[tuple[str, int, int], MovieIndex] = {}
"""A process reads the same few movies over and over; an index is a pure function of its file."""


def _key_of(path: Path) -> tuple[str, int, int]:
    try:
        facts = path.stat()
    except OSError as error:
        raise BadInput(f"The movie {path.name} is not there any more; choose it again.") from error
    return str(path.absolute()), facts.st_size, facts.st_mtime_ns
