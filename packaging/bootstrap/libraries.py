"""The system's shared libraries that Qt needs on Linux, and apt where it may be used.

The lists were read from the NEEDED entries of Qt's own libraries: `_ALWAYS` is what QtGui links
to, so that even the offscreen platform needs it; `_FOR_X11` is what the xcb platform adds. Nothing
here is needed by `render`, whose modules do not touch Qt.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .console import Console
from .errors import SetupError
from .pip_run import run_logged

_ALWAYS = {  # shared library -> Debian package
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libdbus-1.so.3": "libdbus-1-3",
}
_FOR_X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


def missing() -> tuple[str, ...]:
    """The libraries that Qt would not find here. Empty on other systems than Linux."""
    if not sys.platform.startswith("linux"):
        return ()
    return tuple(name for name in _ALWAYS | _FOR_X11 if not _loads(name))


def needed_now(names: tuple[str, ...]) -> tuple[str, ...]:
    """Those of `names` without which no window can open in this session."""
    other_platform = os.environ.get("QT_QPA_PLATFORM", "xcb").split(":")[0] != "xcb"
    if other_platform or os.environ.get("WAYLAND_DISPLAY"):
        return tuple(name for name in names if name in _ALWAYS)
    return names


def sentence(names: tuple[str, ...]) -> str:
    """What is missing and what to type."""
    if shutil.which("apt-get"):
        return f"The window needs system libraries that are missing; type: {apt_command(names)}"
    return f"The window needs system libraries that are missing: {', '.join(names)}."


def apt_command(names: tuple[str, ...]) -> str:
    """The command that a user types to install the libraries."""
    return "sudo apt-get install " + " ".join(packages(names))


def packages(names: tuple[str, ...]) -> list[str]:
    """The Debian packages that hold the libraries."""
    return sorted({(_ALWAYS | _FOR_X11)[name] for name in names})


def install(wanted: list[str], console: Console, place: Path) -> bool:
    """Install system packages through apt if that needs no password; whether it was done."""
    prefix = _apt_prefix()
    if prefix is None:
        return False
    console.say(f"      installing through apt: {' '.join(wanted)}")
    apt = [*prefix, "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120"]
    command = [*apt, "install", "-y", "--no-install-recommends", *wanted]
    try:
        code, _ = run_logged(command, console, place)
        if code != 0:  # on a fresh machine apt has no lists yet, or they name old versions
            run_logged([*apt, "update"], console, place)
            code, _ = run_logged(command, console, place)
    except SetupError as error:
        console.note(str(error))
        return False
    return code == 0


def _apt_prefix() -> list[str] | None:
    """What to put before apt-get, or None where apt may not be used without asking."""
    if sys.platform == "win32" or os.environ.get("SMARTDIRECTOR_NO_APT") == "1":
        return None
    if not shutil.which("apt-get"):
        return None
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quiet
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        if asked.returncode == 0:
            return ["sudo", "-n", *quiet]
    return None


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
