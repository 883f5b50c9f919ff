"""What the user sees of a set-up, and the log that keeps all of it.

Writes to the error stream, since the output stream may belong to a command or to the engine's
wire. With a terminal, one line is redrawn; without one, plain lines come at long intervals.
"""

import shutil
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

_PLAIN_INTERVAL_S = 15.0


class Console:
    """Stage lines on the error stream, everything in the log file."""

    def __init__(self, log_path: Path, stream: TextIO | None = None) -> None:
        self.log_path = log_path
        self._log = log_path.open("w", encoding="utf-8", errors="replace")
        self._stream = stream or sys.stderr
        self._redraws = self._stream.isatty()
        self._drawn = False
        self._last_plain_s = 0.0
        self._stage_began_s = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()
        self._log.close()

    def say(self, line: str) -> None:
        """One line for the user and the log."""
        self._clear()
        print(line, file=self._stream, flush=True)
        self.note(line)

    def note(self, line: str) -> None:
        """One line for the log only."""
        print(time.strftime("%H:%M:%S"), line.rstrip("\n"), file=self._log, flush=True)

    def stage(self, line: str) -> None:
        """Begin a stage: its name, and from now on its elapsed time."""
        self._stage_began_s = self._last_plain_s = time.monotonic()
        self.say(line)

    def elapsed_s(self) -> float:
        """Seconds since the stage began."""
        return time.monotonic() - self._stage_began_s

    def progress(self, text: str) -> None:
        """How far the stage is. May be called as often as one likes."""
        line = f"      {text}, {self.elapsed_s():.0f} s"
        if self._redraws:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + line[:width].ljust(width), end="", file=self._stream, flush=True)
            self._drawn = True
        elif time.monotonic() - self._last_plain_s >= _PLAIN_INTERVAL_S:
            self._last_plain_s = time.monotonic()
            self.say(line)

    def _clear(self) -> None:
        if self._drawn:
            width = shutil.get_terminal_size().columns - 1
            print("\r" + " " * width + "\r", end="", file=self._stream, flush=True)
            self._drawn = False
