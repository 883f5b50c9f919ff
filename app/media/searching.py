"""Finding files again that lie elsewhere now: by name beside a place, then by content below it.

A board or a sound is known by the SHA-256 of its bytes, a movie by its fingerprint. A name only
says where to look first: what is found is the same content, whatever it is called. The search is
bounded, so that a whole drive, or a folder that never ends, costs seconds. Knows no project.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.media.fingerprints import FingerprintError, fingerprint_of

_BLOCK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that is sought.

    Attributes:
        id: of the item that it belongs to.
        names: what it may be called.
        digest: SHA-256 of its bytes, or a movie's fingerprint.
        is_movie: which of the two.
    """

    id: str
    names: tuple[str, ...]
    digest: str
    is_movie: bool = False


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a search goes.

    Attributes:
        num_files: so many names are looked at.
        depth: so many folders below the first one.
        seconds: so long it takes at most; a file that is being read is left then.
    """

    num_files: int = 100_000
    depth: int = 12
    seconds: float = 60.0


@dataclass(slots=True)
class Search:
    """What a search has found, by the items' ids, and whether it saw all that is there."""

    found: dict[str, Path] = field(default_factory=dict[str, Path])
    is_whole: bool = True


def search(
    folder: Path,
    wanted: Sequence[Wanted],
    is_cancelled: Callable[[], bool] = lambda: False,
    bounds: Bounds | None = None,
) -> Search:
    """Look for files in a folder by name, then below it by name, then by content alone."""
    limits = bounds or Bounds()
    end = time.monotonic() + limits.seconds
    result = Search()
    if not wanted:
        return result

    def is_over() -> bool:
        return is_cancelled() or time.monotonic() > end

    rest = {item.id: item for item in wanted}
    for item in wanted:
        for name in item.names:
            _try(folder / name, rest, result, is_over, only=item.id)
    by_suffix: list[Path] = []
    named = {name.casefold() for item in wanted for name in item.names}
    suffixes = {Path(name).suffix.casefold() for name in named}
    for path in _files(folder, limits, result, is_over):
        if not rest:
            return result
        if path.name.casefold() in named:
            _try(path, rest, result, is_over)
        elif path.suffix.casefold() in suffixes:
            by_suffix.append(path)
    for path in by_suffix:  # somebody gave it another name
        if not rest or is_over():
            break
        _try(path, rest, result, is_over)
    if rest and is_over():
        result.is_whole = False
    return result


def digest_of(
    path: Path, *, is_movie: bool, is_over: Callable[[], bool] = lambda: False
) -> str | None:
    """Return what a file is known by; None where it cannot be read, or it took too long."""
    try:
        if is_movie:
            return fingerprint_of(path)
        if not path.is_file():  # a pipe would never end
            return None
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                if is_over():
                    return None
                digest.update(block)
    except (FingerprintError, OSError, ValueError):
        return None
    return digest.hexdigest()


def _try(
    path: Path,
    rest: dict[str, Wanted],
    result: Search,
    is_over: Callable[[], bool],
    only: str = "",
) -> None:
    """Take a file for what is sought, if it is that."""
    suspects = [item for item in rest.values() if not only or item.id == only]
    for is_movie in {item.is_movie for item in suspects}:
        digest = digest_of(path, is_movie=is_movie, is_over=is_over)
        for item in suspects:
            if digest == item.digest and item.is_movie == is_movie:
                result.found[item.id] = path.absolute()
                rest.pop(item.id, None)


def _files(
    folder: Path, limits: Bounds, result: Search, is_over: Callable[[], bool]
) -> Iterator[Path]:
    """Yield the files below a folder, the nearest first; links to folders are not followed."""
    level, num_seen = [folder], 0
    for _ in range(limits.depth + 1):
        below: list[Path] = []
        for place in level:
            if is_over():
                result.is_whole = False
                return
            try:
                with os.scandir(place) as entries:
                    for entry in entries:
                        num_seen += 1
                        if num_seen > limits.num_files or is_over():
                            result.is_whole = False
                            return
                        if entry.is_dir(follow_symlinks=False):
                            below.append(Path(entry.path))
                        elif entry.is_file():
                            yield Path(entry.path)
            except OSError:
                continue  # a folder that may not be read holds nothing for us
        level = sorted(below)
        if not level:
            return
    result.is_whole = False
