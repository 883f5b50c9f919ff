"""Who works on a project: ``project.lock`` in its folder, with the token of one window.

A lock is owned by whoever's token stands in the file, and nothing else counts: the owner reads it
again before it writes anything, so a window whose token is gone knows that it has to stop. Another
one asks for the project by a second file, and waits until the owner has let go (docs/adr/0025).
Everything read is distrusted. Knows files; what a window does about it is decided elsewhere.
"""

from __future__ import annotations

import contextlib
import os
import stat
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.timeline.process_identity import (
    ProcessIdentity,
    is_certainly_gone,
    is_here,
    this_process,
)
from app.timeline.storage import can_be_entered

LOCK_FILE = "project.lock"
ASKED_FILE = "project.lock.asked"
MAX_BYTES = 4096

_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

Worker = Literal["window", "command"]
Standing = Literal["own", "lost", "away"]
"""``away``: the folder cannot be reached just now, so nothing can be said."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_R = TypeVar("_R", bound=_Record)


class Holder(_Record):
    """Who works on a project.

    Attributes:
        token: a name that nobody else has, made anew for every opening.
        process: in which process.
        worker: a window, or the command line.
        is_leaving: it was asked to let go and is ending what it does.
    """

    token: str = Field(pattern=r"^[0-9a-f]{32}$")
    process: ProcessIdentity
    worker: Worker = "window"
    is_leaving: bool = False


class _Request(_Record):
    """Another one would like to work on the project that ``of`` holds."""

    of: str = Field(pattern=r"^[0-9a-f]{32}$")
    by: Holder


@dataclass(frozen=True, slots=True)
class Taken:
    """The project is this lock's."""


@dataclass(frozen=True, slots=True)
class Held:
    """Another one works on the project; None where the file does not say who."""

    by: Holder | None

    @property
    def is_leaving(self) -> bool:
        """Whether it is ending what it does, to let go."""
        return self.by is not None and self.by.is_leaving

    def told(self, name: str) -> str:
        """Return who works on the project of this name, as one sentence."""
        if self.by is None:
            return f"{name} seems to be open in another window already."
        if self.by.worker == "command":
            return f"{name} is being rendered by a command line on {self._place()}."
        if is_here(self.by.process):
            return f"{name} is open in another window already."
        return f"{name} is open on {self._place()} already."

    def _place(self) -> str:
        assert self.by is not None
        here = is_here(self.by.process)
        return "this computer" if here else self.by.process.host or "another computer"


@dataclass(frozen=True, slots=True)
class Unwritable:
    """The project's folder cannot be written, so nobody can work on it."""


Claim = Taken | Held | Unwritable


class ProjectLock:
    """One window's claim on one project folder."""

    def __init__(self, folder: Path, worker: Worker = "window") -> None:
        self._folder = folder
        self._path = folder / LOCK_FILE
        self._me = Holder(token=uuid.uuid4().hex, process=this_process(), worker=worker)

    def take(self) -> Claim:
        """Take the project if nobody works on it; who has certainly ended does not count."""
        for _ in range(3):
            try:
                if self._create():
                    return Taken()
            except OSError:
                return Unwritable()
            try:
                found = _read(self._path, Holder)
            except OSError:
                return Unwritable()
            except _Absent:
                continue  # let go of just now
            except _Unreadable:
                return Held(None)
            if not is_certainly_gone(found.process):
                return Held(found)
            return self.force()
        return Held(None)

    def force(self) -> Claim:
        """Take the project whoever works on it; its window finds out before it writes again."""
        try:
            self._put(self._path, self._me)
        except OSError:
            return Unwritable()
        return Taken() if self.standing() == "own" else self.take()

    def standing(self) -> Standing:
        """Look who owns the project now: to be asked before every write."""
        try:
            found = _read(self._path, Holder)
        except _Unreadable:  # or nothing can be read there any more
            return "lost" if can_be_entered(self._folder) else "away"
        except _Absent:
            # Another one took the project and has let go of it since, or somebody deleted the
            # file. Either way what is on the disk may be newer than what this window knows.
            return "lost" if self._folder.is_dir() else "away"
        except OSError:
            return "away"
        return "own" if found.token == self._me.token else "lost"

    def release(self) -> None:
        """Let go of the project."""
        if self.standing() == "own":
            with contextlib.suppress(OSError):
                self._path.unlink()

    # Between two windows.

    def ask(self) -> None:
        """Ask the one who works on the project to let go of it."""
        try:
            holder = _read(self._path, Holder)
        except (_Absent, _Unreadable, OSError):
            return
        with contextlib.suppress(OSError):
            self._put(self._folder / ASKED_FILE, _Request(of=holder.token, by=self._me))

    def end_asking(self) -> None:
        """Take the question back, or away once it is answered."""
        with contextlib.suppress(_Absent, _Unreadable, OSError):
            if _read(self._folder / ASKED_FILE, _Request).by.token == self._me.token:
                (self._folder / ASKED_FILE).unlink()

    def is_asked(self) -> bool:
        """Whether another one, who is still there as far as is known, waits for the project."""
        try:
            request = _read(self._folder / ASKED_FILE, _Request)
        except (_Absent, _Unreadable, OSError):
            return False
        return request.of == self._me.token and not is_certainly_gone(request.by.process)

    def say_leaving(self) -> None:
        """Let who waits know that it is heard, and that it takes a moment."""
        if self.standing() == "own":
            with contextlib.suppress(OSError):
                self._put(self._path, self._me.model_copy(update={"is_leaving": True}))

    # Files.

    def _create(self) -> bool:
        """Make the lock file with all its content at once; False when there is one."""
        if os.path.lexists(self._path):
            return False
        part = self._write_part(self._me)
        try:
            os.link(part, self._path)
        except FileExistsError:
            return False
        except OSError:  # a file system without links
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
            try:
                number = os.open(self._path, flags, 0o644)
            except FileExistsError:
                return False
            with os.fdopen(number, "wb") as stream:
                stream.write(part.read_bytes())
        finally:
            part.unlink(missing_ok=True)
        return True

    def _put(self, path: Path, record: _Record) -> None:
        part = self._write_part(record)
        try:
            part.replace(path)  # a link that lies there is replaced itself, never followed
        finally:
            part.unlink(missing_ok=True)

    def _write_part(self, record: _Record) -> Path:
        part = self._folder / f".{LOCK_FILE}.{uuid.uuid4().hex}.part"
        with part.open("xb") as stream:
            stream.write(record.model_dump_json().encode())
            stream.flush()
            os.fsync(stream.fileno())
        return part


class _Absent(Exception):
    """There is no such file."""


class _Unreadable(Exception):
    """There is something, but no record of ours."""


def _read(path: Path, kind: type[_R]) -> _R:
    try:
        if path.is_symlink():
            raise _Unreadable
        number = os.open(path, os.O_RDONLY | _PLAIN)
    except FileNotFoundError as error:
        raise _Absent from error
    except PermissionError as error:
        raise _Unreadable from error  # a folder, on some systems; another user's file
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise _Unreadable
    with os.fdopen(number, "rb") as stream:
        content = stream.read(MAX_BYTES + 1)
    try:
        if len(content) > MAX_BYTES:
            raise _Unreadable
        return kind.model_validate_json(content)
    except (ValidationError, ValueError, RecursionError) as error:
        raise _Unreadable from error
