"""Unfinished files: each under a name of its own, held while it is written, found when it is left.

A movie is written beside its place as ``.film.4711.part.mp4``. Its writer holds a lock on it that
ends with the process, however that ends; what nobody holds is left over, and is removed by the next
writer to that place, or by the next engine. A note in the user's cache folder says where parts lie;
no project and no movie has a say in what is removed. Knows files, not what is in them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import stat
import time
from dataclasses import dataclass
from pathlib import Path

import platformdirs

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which is as good as a lock
    fcntl = None

MAX_NOTES = 1000
_MAX_NOTE_BYTES = 8192
_PART = re.compile(r"\..+\.\d+\.part(\.\w+)?", re.DOTALL)
_UNTOUCHED_S = 24 * 3600.0
"""Where a folder cannot be held, one that nobody has written to for so long is left over."""

_OPEN = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@dataclass(frozen=True, slots=True)
class Part:
    """An unfinished file or folder that this process holds.

    Attributes:
        path: where it lies; there is something there already, empty.
        held: the descriptor that holds it; None where the system or the disk knows no locks.
    """

    path: Path
    held: int | None

    def held_again(self) -> Part:
        """Return it held, after another file has taken its place."""
        fresh = Part(self.path, _hold(self.path))
        self._let_go()
        return fresh

    def end(self) -> None:
        """Remove what is still there, and let go. Never raises."""
        _remove(self.path)
        self._let_go()
        with contextlib.suppress(OSError):
            _note_of(self.path).unlink()

    def _let_go(self) -> None:
        if self.held is not None:
            with contextlib.suppress(OSError):
                os.close(self.held)


def begin_file(final: Path) -> Part:
    """Return an empty file to write a movie to that shall lie at ``final``.

    Raises:
        OSError: it cannot be made there.
    """
    return _begin(final, f".{final.stem}.", f".part{final.suffix}", is_folder=False)


def begin_folder(final: Path) -> Part:
    """Return an empty folder to write a sequence to that shall lie at ``final``.

    Raises:
        OSError: it cannot be made there.
    """
    return _begin(final, f".{final.name}.", ".part", is_folder=True)


def remove_left_over() -> int:
    """Remove all parts on this machine that nobody holds; return how many. Never raises."""
    count = 0
    with contextlib.suppress(OSError):
        notes = sorted(_notes().glob("*.part"))[:MAX_NOTES]
        for note in notes:
            with contextlib.suppress(OSError, ValueError):
                count += _follow(note)
    return count


def _begin(final: Path, before: str, after: str, *, is_folder: bool) -> Part:
    for name in [path.name for path in final.parent.iterdir()]:
        middle = name.removeprefix(before).removesuffix(after)
        if name == f"{before}{middle}{after}" and middle.isdecimal():
            _remove_if_left(final.with_name(name))
    number = os.getpid()
    while True:
        path = final.with_name(f"{before}{number}{after}")
        number += 1
        try:
            _make(path, is_folder=is_folder)
        except FileExistsError:
            continue
        _note(path)
        held = _hold(path)
        if held is not None or path.exists():
            return Part(path, held)
        # Somebody who clears up found it before it was held.


def _make(path: Path, *, is_folder: bool) -> None:
    if is_folder:
        path.mkdir()
    else:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))


def _hold(path: Path) -> int | None:
    """Hold what lies there until the descriptor is closed or the process ends; None if not."""
    if fcntl is None:
        return None
    try:
        descriptor = os.open(path, _OPEN)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(descriptor), path.lstat()):
            return descriptor
    except OSError:  # held by another, gone meanwhile, or the disk knows no locks
        pass
    os.close(descriptor)
    return None


def _remove_if_left(path: Path) -> bool:
    """Remove a part that nobody holds; whether it was removed."""
    if fcntl is None:
        if path.is_dir() and time.time() - path.stat().st_mtime < _UNTOUCHED_S:
            return False
        return _remove(path)
    held = _hold(path)
    if held is None:
        return False
    try:
        return _remove(path)
    finally:
        os.close(held)


def _remove(path: Path) -> bool:
    """Remove a file, or a folder with what is in it, and what was to be its signed copy."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
        path.with_name(f"{path.name}.signed{path.suffix}").unlink(missing_ok=True)
    except OSError:
        return False
    return True


def _notes() -> Path:
    return Path(platformdirs.user_cache_dir("SmartDirector", appauthor=False)) / "parts"


def _note_of(part: Path) -> Path:
    name = hashlib.sha256(os.fsencode(part.absolute())).hexdigest()[:40]
    return _notes() / f"{name}.part"


def _note(part: Path) -> None:
    """Write down where a part lies; where that is not possible, the next writer there finds it."""
    with contextlib.suppress(OSError):
        note = _note_of(part)
        note.parent.mkdir(parents=True, exist_ok=True)
        note.write_bytes(os.fsencode(part.absolute()))


def _follow(note: Path) -> int:
    """Remove the part that a note tells of, unless it is held or its drive is away."""
    about = note.lstat()
    if not stat.S_ISREG(about.st_mode) or about.st_size > _MAX_NOTE_BYTES:
        return 0
    part = Path(os.fsdecode(note.read_bytes()))
    if not part.is_absolute() or not _PART.fullmatch(part.name):
        note.unlink()
        return 0
    if not part.parent.is_dir():
        return 0
    if not os.path.lexists(part):
        note.unlink()
        return 0
    if not _remove_if_left(part):
        return 0
    note.unlink()
    return 1
