"""Which films there are: files and folders that the user names, each film once.

What is no plain file is passed over, with a reason. Folders are walked without following links.
Knows no frame.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.protocol.plain import plain_words

_KINDS = "mp4 m4v mov mkv webm avi mpg mpeg mts m2ts ts mxf vob wmv flv ogv 3gp y4m asf dv gif"
SUFFIXES = frozenset(re.findall(r"\w+", _KINDS))
"""What is looked for in folders; a file that is named is tried whatever it is called."""

MAX_FILMS = 100_000
_BLOCKS, _BLOCK_BYTES = 48, 256 << 10


@dataclass(frozen=True, slots=True)
class Film:
    """A file that may be a film.

    Attributes:
        fingerprint: of its content, whatever its name.
    """

    path: Path
    fingerprint: str

    @property
    def name(self) -> str:
        """What it is called in records and sentences."""
        return plain_words(self.path.name, 200)


@dataclass(frozen=True, slots=True)
class Passed:
    """A file that is not used, and why."""

    name: str
    reason: str


def find_films(places: Sequence[Path]) -> tuple[list[Film], list[Passed]]:
    """Return films in the order of their names, and what was passed over."""
    films: dict[str, Film] = {}
    passed: list[Passed] = []
    for path in _candidates(places, passed):
        name = plain_words(path.name, 200)
        if len(films) >= MAX_FILMS:
            passed.append(Passed(name, f"more than {MAX_FILMS} films; make several datasets"))
            break
        try:
            fingerprint = fingerprint_of(path)
        except OSError as error:
            reason = plain_words(error.strerror or type(error).__name__)
            passed.append(Passed(name, f"it cannot be read ({reason})"))
            continue
        if not fingerprint:
            passed.append(Passed(name, "it is empty"))
        elif fingerprint in films:
            passed.append(Passed(name, f"the same film as {films[fingerprint].name}"))
        else:
            films[fingerprint] = Film(path, fingerprint)
    return list(films.values()), passed


def fingerprint_of(path: Path) -> str:
    """Return what a file's content is known by; empty for an empty file.

    Long films are known by their length and 48 stretches spread over them: reading terabytes only
    to name them would take longer than what is done with them.

    Raises:
        OSError: it is no plain file, or cannot be read.
    """
    # A pipe that nobody writes to would be waited for without an end.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as stream:
        facts = os.fstat(stream.fileno())
        if not stat.S_ISREG(facts.st_mode):
            raise OSError(0, "it is no plain file")
        size = facts.st_size
        if not size:
            return ""
        digest = hashlib.sha256(str(size).encode())
        last = max(0, size - _BLOCK_BYTES)
        if size <= _BLOCKS * _BLOCK_BYTES:
            while block := stream.read(_BLOCK_BYTES):
                digest.update(block)
        else:
            for block in range(_BLOCKS):
                stream.seek(last * block // (_BLOCKS - 1))
                digest.update(stream.read(_BLOCK_BYTES))
    return digest.hexdigest()[:32]


def _candidates(places: Sequence[Path], passed: list[Passed]) -> Iterator[Path]:
    for place in places:
        if place.is_dir():
            yield from _inside(place)
        elif os.path.lexists(place):
            yield place
        else:
            passed.append(Passed(plain_words(place.name, 200), "there is no such file or folder"))


def _inside(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(root, name)
            if path.suffix.lower().removeprefix(".") in SUFFIXES and not name.startswith("."):
                yield path
