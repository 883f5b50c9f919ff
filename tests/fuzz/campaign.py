"""Broken files by the thousand: what each may do, and what is noted when it does anything else.

An input must end in a result or in one sentence, within its time, without the memory growing, and
without a file, a process or a connection outside of what it was given. Light kinds are tried in
this process; the others in a child that is started anew when it dies.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from tests.fuzz.kinds import OWN_ERRORS, Kind, Refused
from tests.fuzz.mutations import broken, random_of

MAX_GROWTH_MIB = 400
"""What a process may hold more after a batch than before it; caches of decoders fill at first."""
MAX_ADDRESS_SPACE = 3 * 1024**3
"""What one input may ask for beyond what the process has: three pictures of 100 megapixels."""
MAX_SENTENCE = 700
SWEEP_EVERY = 50
STARTING = "starting"
"""What a child says after each step of its start, so that its parent does not give it up."""


@dataclass(frozen=True)
class Fault:
    """What an input did that it must not."""

    kind: str
    campaign: int
    number: int
    what: str
    where: str = ""

    @property
    def cause(self) -> str:
        """What is the same for inputs that find the same fault."""
        place = [line for line in self.where.splitlines() if line.startswith("  File")][-1:]
        return f"{self.what.split(':')[0]} {place}"


@dataclass
class Tally:
    """How a campaign over one kind went."""

    accepted: int = 0
    refused: int = 0
    faults: list[Fault] = field(default_factory=list[Fault])


class OutOfTime(BaseException):
    """Not an ``Exception``, so that nothing takes it for a damaged file."""


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise ``OutOfTime`` in Python code that takes longer; native code is its parent's matter."""

    def ring(_: int, __: FrameType | None) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Box:
    """A folder to break files in, beside things that must stay as they are."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.given = self.root / "given"
        self.scratch = self.root / "scratch"
        self._beside = self.root / "beside"
        for folder in (self.given, self.scratch, self._beside):
            folder.mkdir(parents=True)
        (self._beside / "precious.txt").write_text("Do not touch.")
        (self.root / "x").write_text("Nor this.")
        self._before = self._seen()
        self._crossed: list[str] = []

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Note what Python's own auditing tells of files, processes and connections."""
        _install_hook()
        old = tempfile.tempdir, Path.cwd()
        tempfile.tempdir = str(self.scratch)
        os.chdir(self._beside)
        _watching.append(self)
        try:
            yield
        finally:
            _watching.remove(self)
            tempfile.tempdir = old[0]
            os.chdir(old[1])

    def crossed(self) -> str:
        """Return what was done outside since the last call, empty where nothing was."""
        found, self._crossed = self._crossed, []
        if found:
            return found[0]
        if self._seen() != self._before:
            self._before = self._seen()
            return "a file outside its folder came, went or changed"
        left = [path.name for path in self.scratch.iterdir()]
        if left:
            self.sweep(self.scratch)
            return f"left in the temporary folder: {left[0]}"
        return ""

    def sweep(self, folder: Path | None = None) -> None:
        """Empty the folder."""
        for path in (folder or self.given).iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()

    def note(self, event: str, arguments: tuple[object, ...]) -> None:
        """Hear an audit event."""
        if event in _NEVER:
            self._crossed.append(f"{event} {arguments[:1]!r}")
        elif event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if writes and isinstance(path, str | bytes) and not self._may_write(os.fsdecode(path)):
                self._crossed.append(f"writes {os.fsdecode(path)[:100]!r}")
        elif event in _CHANGES and isinstance(arguments[0], str | bytes):
            number = arguments[-1]  # a folder's descriptor that the path counts from, or -1
            is_from = isinstance(number, int) and number >= 0 and event != "os.truncate"
            base = str(Path(f"/proc/self/fd/{number}").readlink()) if is_from else ""
            for path in arguments[: 2 if event in {"os.rename", "os.link"} else 1]:
                whole = os.path.join(base, os.fsdecode(path))  # noqa: PTH118
                if not self._may_write(whole):
                    self._crossed.append(f"{event} {whole[:100]!r}")

    def _may_write(self, path: str) -> bool:
        real = os.path.realpath(path)
        return path == os.devnull or any(
            real == str(root) or real.startswith(f"{root}{os.sep}")
            for root in (self.given, self.scratch)
        )

    def _seen(self) -> list[tuple[str, int, int]]:
        return [
            (str(path), path.lstat().st_size, path.lstat().st_mtime_ns)
            for path in (*sorted(self._beside.rglob("*")), self.root / "x")
        ]


_NEVER = frozenset({
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork",
    "socket.connect", "socket.getaddrinfo", "socket.bind", "pickle.find_class", "os.chmod",
})  # fmt: skip
_CHANGES = frozenset({"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.truncate"})
_watching: list[Box] = []
_is_installed = False


def _install_hook() -> None:
    global _is_installed
    if not _is_installed:
        sys.addaudithook(_hear)
        _is_installed = True


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _watching and (event in _NEVER or event in _CHANGES or event == "open"):
        _watching[-1].note(event, arguments)


def try_input(kind: Kind, content: bytes, box: Box) -> tuple[bool, str, str]:
    """Read one input; return whether it was of use, what was wrong, and where in the code."""
    try:
        with time_limit(kind.limit_s):
            kind.attempt(content, box.given)
    except (*OWN_ERRORS, Refused) as error:
        return False, _wrong_with(str(error)), ""
    except OutOfTime:
        return False, f"took longer than {kind.limit_s:g} s", traceback.format_exc()[-1500:]
    except Exception as error:
        return False, f"{type(error).__name__}: {str(error)[:200]}", traceback.format_exc()[-1500:]
    return True, "", ""


def _wrong_with(sentence: str) -> str:
    """Return what a user could not read in a refusal."""
    if not sentence:
        return "a refusal without a word"
    if any(not sign.isprintable() for sign in sentence):
        return f"a refusal with control characters: {sentence[:120]!r}"
    if len(sentence) > MAX_SENTENCE:
        return f"a refusal of {len(sentence)} characters: {sentence[:120]!r}"
    return ""


def run_here(
    kind: Kind,
    seeds: Sequence[bytes],
    campaign: int,
    numbers: Iterable[int],
    box: Box,
    tell: Callable[[int], None] = lambda _: None,
) -> Iterator[tuple[bool, Fault | None]]:
    """Try inputs one after the other; yield whether each was of use, and its fault.

    Args:
        tell: hears of each input before it is tried.
    """
    resident = 0
    for count, number in enumerate(numbers):
        tell(number)
        if count % SWEEP_EVERY == 0:
            box.sweep()
        content = broken(seeds, random_of(kind.name, campaign, number))
        with box.watched():
            is_useful, wrong, where = try_input(kind, content, box)
        wrong = wrong or box.crossed()
        if count == SWEEP_EVERY:
            resident = _resident_mib()
        elif count % 1000 == 999 and resident and _resident_mib() - resident > MAX_GROWTH_MIB:
            wrong = wrong or f"the memory grew by {_resident_mib() - resident} MiB"
            resident = _resident_mib()
        fault = Fault(kind.name, campaign, number, wrong, where) if wrong else None
        yield is_useful, fault


def _resident_mib() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def limit_memory() -> None:
    """Bound what this process may ask for from here on."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    bound = pages * os.sysconf("SC_PAGE_SIZE") + MAX_ADDRESS_SPACE
    resource.setrlimit(resource.RLIMIT_AS, (bound, bound))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(kind: Kind, campaign: int, numbers: range, box: Box) -> None:
    """Be the child: tell each input's number before it is tried, and what came of it."""
    made = box.given
    say = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    _say(say, STARTING)  # what the kind imports is there
    seeds = kind.seeds(made)
    box.sweep()
    _say(say, STARTING)
    limit_memory()
    numbered = run_here(kind, seeds, campaign, numbers, box, lambda n: _say(say, str(n)))
    for is_useful, fault in numbered:
        _say(say, json.dumps(asdict(fault)) if fault else "used" if is_useful else "refused")


def _say(stream: IO[str], line: str) -> None:
    stream.write(f"{line}\n")
