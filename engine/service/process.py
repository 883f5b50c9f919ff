"""The engine process: commands come in on stdin, events go out on stdout, one JSON line each.

Owns the process: its streams, its log, its threads and its end. It is ready before torch is even
imported, keeps the real stdout to itself so that no library's print can corrupt the stream, and
ends with the editor: when stdin ends, everything is cancelled, and a job that does not let go is
left behind. What a job does is the pipelines' matter.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pydantic import BaseModel

from engine.protocol.errors import BadInput
from engine.protocol.messages import (
    COMMANDS,
    PROTOCOL_VERSION,
    Cancel,
    DescribeModel,
    Hello,
    ProtocolFault,
    Ready,
    Rest,
    Shutdown,
    Submit,
)
from engine.protocol.terminal import plainly
from engine.protocol.wire import WireError, decode, encode, read_lines
from engine.service.descriptions import describe
from engine.service.facts import device_report
from engine.service.jobs import JobQueue

if TYPE_CHECKING:
    from engine.pipelines.registry import SharedModels
    from engine.pipelines.steps import Pipeline
    from engine.protocol.training import StyleJob
    from engine.service.runner import PipelineFunction

GRACE_S = 2.0
"""How long a running job may take to let go before the process ends without it."""

SWITCH_INTERVAL_S = 0.001
"""How long a job in plain Python may keep the reader waiting; Python's own choice is 5 ms."""

EXIT_OK = 0
EXIT_OTHER_PROTOCOL = 3

_log = logging.getLogger(__name__)


def main() -> int:
    """Be the engine until stdin ends or the editor says so; return the exit code."""
    # No library looks for a model's missing part on the net, whatever its folder says.
    os.environ["HF_HUB_OFFLINE"] = "1"
    registered = _Registered()
    threading.Thread(target=_clear_up, name="clearing up", daemon=True).start()
    return serve(registered.pipelines, log_folder=_user_log_folder, let_go=registered.let_go)


def serve(
    pipelines: Callable[[], Mapping[str, PipelineFunction]],
    log_folder: Callable[[], Path] | None = None,
    let_go: Callable[[], None] = lambda: None,
) -> int:
    """Serve jobs with some pipelines until stdin ends or a ``Shutdown`` comes.

    Does not return while a job hangs: then the process ends here, after ``GRACE_S``.

    Args:
        pipelines: returns the pipeline of each kind of job; called by the first job.
        log_folder: returns where the log file goes; None logs to stderr only.
        let_go: gives back the memory that the pipelines keep between jobs.
    """
    commands, events = claim_streams()
    writer = EventWriter(events)
    writer.say(Ready(engine_version=_version(), pid=os.getpid()))
    # Ctrl+C in a terminal reaches the whole process group; what it means is the editor's choice.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    place = _set_up_logging(log_folder)
    queue = JobQueue(pipelines, writer.say, place, let_go)
    reader = Reader(commands, queue, writer)
    threading.Thread(target=reader.run, name="commands", daemon=True).start()
    queue.work()
    reader.worker_is_done.set()
    _log.info("The engine ends.")
    logging.shutdown()
    return reader.exit_code


def claim_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take stdin and stdout for the protocol alone.

    From here on, file descriptor 1 is stderr and 0 is empty, for Python, for C libraries and for
    child processes. The private duplicates are not inherited.

    Returns:
        The stream of commands and the stream of events.
    """
    sys.stdout.flush()
    commands, events = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(commands, os.O_BINARY)
        msvcrt.setmode(events, os.O_BINARY)
    return os.fdopen(commands, "rb"), os.fdopen(events, "wb")


class EventWriter:
    """Sends events, from any thread, until nobody listens any more."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._is_open = True

    def say(self, event: BaseModel) -> None:
        """Send an event; a closed stream is not an error, since the reader sees the end too.

        Raises:
            ValueError: the event holds what JSON cannot.
        """
        line = encode(event)
        with self._lock:
            if not self._is_open:
                return
            try:
                self._stream.write(line)
                self._stream.flush()
            except OSError:
                self._is_open = False
                _log.warning("Nobody listens to the engine any more.")


class Reader:
    """Reads commands and acts on them, whatever the worker is at.

    Attributes:
        exit_code: what the process ends with, valid once the commands have ended.
        worker_is_done: set by the worker when it has left its last job.
    """

    def __init__(self, commands: BinaryIO, queue: JobQueue, writer: EventWriter) -> None:
        self.exit_code = EXIT_OK
        self.worker_is_done = threading.Event()
        self._commands = commands
        self._queue = queue
        self._writer = writer

    def run(self) -> None:
        """Read until the end, then see to it that the process ends."""
        try:
            self._read()
        except Exception:
            _log.exception("The engine can no longer read its commands.")
        finally:
            self._queue.shut_down()
            if self.worker_is_done.wait(GRACE_S):
                time.sleep(GRACE_S)  # the process ends meanwhile, unless a library's thread hangs
            else:
                _log.warning("A job did not let go within %.0f s; the engine ends.", GRACE_S)
                logging.shutdown()
            os._exit(self.exit_code)

    def _read(self) -> None:
        for line in read_lines(self._commands):
            try:
                command = decode(line, COMMANDS)
            except WireError as error:
                _log.warning("%s", error)
                self._writer.say(ProtocolFault(message=str(error)))
                continue
            match command:
                case Hello():
                    if command.protocol != PROTOCOL_VERSION:
                        self._refuse(command)
                        return
                    threading.Thread(target=self._tell_device, daemon=True).start()
                case Submit():
                    self._queue.submit(command.job)
                case Cancel():
                    self._queue.cancel(command.job_id)
                case Rest():
                    self._queue.rest()
                case DescribeModel():
                    # Looking through a slow disk must not keep a cancel waiting.
                    answer = threading.Thread(target=self._describe, args=(command,), daemon=True)
                    answer.start()
                case Shutdown():
                    return

    def _describe(self, asked: DescribeModel) -> None:
        self._writer.say(describe(asked))

    def _tell_device(self) -> None:
        self._writer.say(device_report())

    def _refuse(self, hello: Hello) -> None:
        self.exit_code = EXIT_OTHER_PROTOCOL
        sentence = (
            f"The editor speaks version {hello.protocol} of the protocol and the engine version "
            f"{PROTOCOL_VERSION}; install both from the same release."
        )
        self._writer.say(ProtocolFault(message=sentence))


class _Registered:
    """The pipelines of this program, imported when the first job comes, and their models."""

    def __init__(self) -> None:
        self._models: SharedModels | None = None

    def pipelines(self) -> Mapping[str, PipelineFunction]:
        """Return the pipeline of each kind of job."""
        from engine.pipelines.registry import SharedModels, pipelines

        self._models = SharedModels()
        return {**pipelines(self._models), "style": _style}

    def let_go(self) -> None:
        """Let go of all models."""
        if self._models is not None:
            self._models.let_go()


def _style(job: StyleJob) -> Pipeline:
    """Return the pipeline of a training, whose packages not every installation has."""
    try:
        from engine.training.style import run_style
    except ImportError as error:
        package = (error.name or "A package").partition(".")[0]
        raise BadInput(f"{package} is not installed; add it with pip install {package}.") from error
    return run_style(job)


def _clear_up() -> None:
    """Remove what killed engines left unfinished; a drive that does not answer holds nobody up."""
    from engine.media.part_files import remove_left_over

    count = remove_left_over()
    if count:
        _log.info("Removed what engines that were killed left unfinished: %d", count)


def _user_log_folder() -> Path:
    import platformdirs

    return platformdirs.user_log_path("SmartDirector", appauthor=False)


def _set_up_logging(log_folder: Callable[[], Path] | None) -> str:
    """Log to stderr and, where that can be, to a file; return what to call the place."""
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    place = "the log"
    problem: OSError | None = None
    if log_folder is not None:
        from logging.handlers import RotatingFileHandler

        try:
            folder = log_folder()
            folder.mkdir(parents=True, exist_ok=True)
            file = folder / "engine.log"
            handlers.append(
                RotatingFileHandler(file, maxBytes=2_000_000, backupCount=3, encoding="utf-8")
            )
            place = str(file)
        except OSError as error:
            problem = error
    form = "%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"
    logging.basicConfig(level=logging.INFO, handlers=plainly(handlers, form), force=True)
    logging.captureWarnings(capture=True)
    if problem is not None:
        _log.warning("No log file is written: %s", problem)
    return place


def _version() -> str:
    """The version in pyproject.toml, so that it is written down once."""
    try:
        text = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    except OSError:
        return "unknown"
    lines = (line for line in text.splitlines() if line.startswith("version = "))
    return next(lines, 'version = "unknown"').split('"')[1]
