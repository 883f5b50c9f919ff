"""Brings the environment about: enters it when it stands, builds or mends it when it does not.

Knows the order of the stages and what an interruption leaves. The stages' own knowledge lies in
the modules beside this one.
"""

import os
import signal
import subprocess
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import NoReturn

from . import libraries, lock
from . import requirements as req
from .build import Builder
from .console import Console
from .environment import Environment
from .errors import SetupError, SetupStopped, from_os_error

__all__ = ["SetupError", "SetupStopped", "enter", "mend_or_give_up", "require_screen"]

_INSIDE = "SMARTDIRECTOR_INSIDE"  # the environment that this process was started in, for children
_MEND = "SMARTDIRECTOR_MEND"  # "1": look for damage, which a user may ask for too; "2": done
_LEFT = "SMARTDIRECTOR_LEFT_ENVIRONMENT"  # the base interpreter was asked to do the set-up


def enter(root: Path, argv: list[str], extras: tuple[str, ...]) -> None:
    """Return when this process runs inside the standing environment; replace it otherwise."""
    env = Environment(root)
    mending = os.environ.get(_MEND) == "1"
    if env.is_current() and os.environ.get(_INSIDE) == str(env.folder) and not extras:
        return
    wanted = req.read(env.root)
    extras = tuple(extra for extra in extras if extra in wanted.groups)
    if mending or not env.stands(wanted, extras):
        if env.is_current():
            _start_over(env, argv)
        _set_up(env, wanted, extras, mending)
        if mending:
            os.environ[_MEND] = "2"
    os.environ.pop(_LEFT, None)
    os.environ[_INSIDE] = str(env.folder)
    if not env.is_current():
        _become(env.python, env.root, argv)


def mend_or_give_up(root: Path, argv: list[str], error: ImportError) -> NoReturn:
    """A dependency cannot be imported: mend the environment once and start again.

    The engine's process leaves that to the next start, since its editor is waiting for it.
    Raises SetupError where it has been tried, or where the environment is not ours.
    """
    env = Environment(root)
    if not env.is_current():
        raise SetupError(f"This Python lacks what SmartDirector needs: {error}.") from error
    if os.environ.get(_MEND) == "2":
        with env.log_path.open("a", encoding="utf-8") as log:
            traceback.print_exception(error, file=log)
        raise SetupError(
            f"A package cannot be loaded, even after mending: {error} (details: "
            f"{env.log_path.name})."
        ) from error
    if argv[:1] == ["--engine"]:
        if stamp := env.read_stamp():
            env.write_stamp(replace(stamp, ready=False))
        raise SetupError(
            f"A package cannot be loaded: {error}; the next start of SmartDirector mends it."
        ) from error
    print(f"SmartDirector: mending the environment ({error})", file=sys.stderr, flush=True)
    os.environ[_MEND] = "1"
    _start_over(env, argv)


def require_screen(root: Path) -> None:
    """Raise SetupError where no window can open: no screen, or libraries of the system missing."""
    if not sys.platform.startswith("linux"):
        return
    if not any(os.environ.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        raise SetupError("There is no screen to open a window on; `render` works without one.")
    stamp = Environment(root).read_stamp()
    if stamp is None or not stamp.missing_libraries:
        return
    if needed := libraries.needed_now(libraries.missing()):
        raise SetupError(libraries.sentence(needed))


def _set_up(
    env: Environment, wanted: req.Requirements, extras: tuple[str, ...], mend: bool
) -> None:
    """Make the environment stand, alone, and turn what goes wrong into one sentence."""
    signal.signal(signal.SIGTERM, _stop)
    lock_path = env.root / ".venv-setup.lock"
    try:
        with lock.held(lock_path, _say_waiting) as descriptor:
            if not mend and env.stands(wanted, extras):
                return  # another start has done it while this one waited
            with Console(env.log_path) as console:
                Builder(env, wanted, extras, console, descriptor).build()
    except KeyboardInterrupt as stopped:
        raise SetupStopped("Set-up stopped; the next start goes on from here.") from stopped
    except OSError as error:
        raise from_os_error(error, str(env.root)) from error


def _start_over(env: Environment, argv: list[str]) -> NoReturn:
    """Hand over to the Python that the environment was made from, which can rebuild it."""
    base = getattr(sys, "_base_executable", "")
    if not base or os.environ.get(_LEFT) == "1" or not Path(base).exists():
        raise SetupError("The environment is incomplete; start again with the system's own Python.")
    os.environ[_LEFT] = "1"
    os.environ.pop(_INSIDE, None)
    _become(Path(base), env.root, argv)


def _become(python: Path, root: Path, argv: list[str]) -> NoReturn:
    """Go on as `python main.py argv`."""
    command = [str(python), str(root / "main.py"), *argv]
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        if sys.platform != "win32":
            os.execv(command[0], command)
        # Windows has no exec: a caller would see its child end while the real one still runs.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        raise SystemExit(subprocess.call(command))
    except OSError as error:
        raise SetupError(f"{python} could not be started: {error.strerror}.") from error


def _say_waiting(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _stop(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
