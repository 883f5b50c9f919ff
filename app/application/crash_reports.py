"""What is written when the editor fails: a rotating log, and a crash report with nothing private.

A report names versions, the kinds of the errors and the lines of this program's and its libraries'
code that they came through. It holds no message, no variable, no folder and no caption: messages
quote paths. The log does, and stays on the machine.
"""

from __future__ import annotations

import contextlib
import faulthandler
import logging
import os
import platform
import re
import sys
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from engine.protocol.terminal import plainly

REPORT = "crash-report.txt"
LOG = "editor.log"
_NATIVE = "crash-native.txt"

_FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_FRAME = re.compile(r'^\s*File "(?P<file>[^"]*)", line (?P<line>\d+) in (?P<name>[\w<>.]+)')
_MAX_NATIVE_BYTES = 256 * 1024
_MAX_CAUSES = 8

_log = logging.getLogger(__name__)


class CrashReports:
    """The log and the crash reports of one session.

    Args:
        folder: of the logs; where it cannot be written, nothing is, and the editor runs.
        program: its name and version.
    """

    def __init__(self, folder: Path, program: str) -> None:
        self._folder = folder
        self._program = program
        self._native: int | None = None

    def begin(self) -> None:
        """Write to the log from here on, and be called when something fails."""
        handlers: list[logging.Handler] = [logging.StreamHandler()]
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            file = self._folder / LOG
            handlers.append(
                RotatingFileHandler(file, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
            )
        logging.basicConfig(level=logging.WARNING, handlers=plainly(handlers, _FORM), force=True)
        with contextlib.suppress(OSError):
            self._report_native()
            flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
            self._native = os.open(self._folder / _NATIVE, flags, 0o600)
            faulthandler.enable(self._native)
        sys.excepthook = self.failed

    def end(self) -> None:
        """The session ends well: nothing is left of it but the log."""
        sys.excepthook = sys.__excepthook__
        if self._native is not None:
            faulthandler.disable()
            os.close(self._native)
            self._native = None
            with contextlib.suppress(OSError):
                (self._folder / _NATIVE).unlink()

    def failed(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Note an error that nobody has caught; the editor goes on where Qt lets it."""
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("an error that nobody has caught", exc_info=(kind, error, trace))
        self._write([*described(error)])

    def _report_native(self) -> None:
        """Turn what a crash of the process itself has left into a report."""
        path = self._folder / _NATIVE
        if not path.is_file() or not path.stat().st_size:
            return
        with path.open("rb") as stream:
            text = stream.read(_MAX_NATIVE_BYTES).decode("utf-8", errors="replace")
        found = [match for line in text.splitlines() if (match := _FRAME.match(line))]
        frames = [f"  {plain(m['file'])}:{m['line']} {m['name']}" for m in found]
        first = text.partition("\n")[0]
        what = re.sub(r"[^\w :]", "", first.removeprefix("Fatal Python error"))[:80].strip(" :")
        self._write([f"the process ended: {what}", *frames])

    def _write(self, lines: list[str]) -> None:
        moment = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        head = [
            f"{self._program}, {moment}",
            f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        ]
        part = self._folder / f".{REPORT}.{os.getpid()}.part"
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
            with part.open("x", encoding="utf-8") as stream:
                stream.write("\n".join([*head, "", *lines, ""]))
            part.replace(self._folder / REPORT)


def described(error: BaseException) -> Iterator[str]:
    """Yield an error and its causes, outermost first: kinds and places, no words of theirs."""
    current: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if current is None:
            return
        yield f"{type(current).__module__}.{type(current).__qualname__}"
        for frame in traceback.extract_tb(current.__traceback__)[-40:]:
            yield f"  {plain(frame.filename)}:{frame.lineno} {frame.name}"
        current = current.__cause__ or current.__context__


def plain(file: str) -> str:
    """Return a code file's place within this program or its library, without what lies above."""
    parts = file.replace("\\", "/").split("/")
    for top in ("site-packages", "dist-packages"):
        if top in parts:
            return "/".join(parts[parts.index(top) + 1 :])
    root = Path(__file__).resolve().parents[2]
    with contextlib.suppress(ValueError, OSError):
        if not Path(file).is_absolute():
            return parts[-1]
        return Path(file).resolve().relative_to(root).as_posix()
    return parts[-1]
