"""One engine process as the editor holds it: a child, its three pipes, and the threads on them.

Plain threads feed the caller, so that it works on every event loop and every system, and nothing
here ever blocks the window. Knows lines and exit codes, no messages.
"""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from typing import IO

from engine.protocol.wire import read_lines

END_OF_STREAM_GRACE_S = 2.0
"""How long a process that closed its stdout may linger before it is killed."""

_log = logging.getLogger(__name__)


class EngineChild:
    """A running child process.

    Args:
        command: the program and its arguments.
        on_line: gets every line of its stdout, on a thread of this object.
        on_end: gets its exit code once, after the last line, on a thread of this object.

    Raises:
        OSError: it could not be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_line: Callable[[bytes], None],
        on_end: Callable[[int], None],
    ) -> None:
        self._on_line = on_line
        self._on_end = on_end
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # The environment stands, since the editor runs in it: the child need not look again.
            env={**os.environ, "SMARTDIRECTOR_NO_SETUP": "1"},
            creationflags=subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0,
        )
        stdin, stdout, stderr = self._process.stdin, self._process.stdout, self._process.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        _start("engine stdin", lambda: self._write(stdin))
        _start("engine stderr", lambda: _drain(stderr))
        self._listener = _start("engine stdout", lambda: self._listen(stdout))
        _start("engine exit", self._wait)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Write a line to its stdin, soon; a dead child is not an error here, ``on_end`` tells."""
        self._outbox.put(line)

    def end_input(self) -> None:
        """Close its stdin once everything sent before is written."""
        self._outbox.put(None)

    def terminate(self) -> None:
        """Ask the system to end it."""
        with contextlib.suppress(OSError):
            self._process.terminate()

    def kill(self) -> None:
        """End it without asking."""
        with contextlib.suppress(OSError):
            self._process.kill()

    def _write(self, stdin: IO[bytes]) -> None:
        try:
            while (line := self._outbox.get()) is not None:
                stdin.write(line)
                stdin.flush()
        except OSError:
            _log.debug("The engine does not listen any more.")
        finally:
            with contextlib.suppress(OSError):
                stdin.close()

    def _listen(self, stdout: IO[bytes]) -> None:
        with stdout:
            for line in read_lines(stdout):
                self._on_line(line)
        try:
            self._process.wait(END_OF_STREAM_GRACE_S)
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait(self) -> None:
        code = self._process.wait()
        # Lines that it wrote before it died come first. A process of its own that it left behind
        # may hold the pipe open; then the news is not kept waiting.
        self._listener.join(0.5)
        self.end_input()
        self._on_end(code)


def _drain(stderr: IO[bytes]) -> None:
    with stderr:
        for line in stderr:
            _log.info("%s", line.decode(errors="replace").rstrip())


def _start(name: str, work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread
