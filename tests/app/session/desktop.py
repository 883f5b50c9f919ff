"""A screen of its own with the editor on it, driven from outside as a hand and an eye would.

Nothing here imports the editor: it is a process, known by its window, its keys and its files.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[3]
NEEDED = ("Xvfb", "openbox", "xdotool", "import", "ffprobe")
_TITLE = "SmartDirector"


def missing_programs() -> list[str]:
    """Return which of the programs that a session needs are not installed."""
    return [name for name in NEEDED if shutil.which(name) is None]


class Desktop:
    """An X server with a window manager and one editor.

    Args:
        folder: a new home for the editor, where pictures of the screen go as well.
        size: of the screen in pixels.
    """

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.size = size
        self._folder = folder
        self._shots = Path(os.environ.get("SMARTDIRECTOR_SCREENSHOTS", folder))
        self._shots.mkdir(parents=True, exist_ok=True)
        self._children: list[subprocess.Popen[bytes]] = []
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("QT_", "XDG_"))},
            "HOME": str(folder / "home"),
            "XDG_CONFIG_HOME": str(folder / "home" / "config"),
            "XDG_DATA_HOME": str(folder / "home" / "data"),
            "SMARTDIRECTOR_NO_SETUP": "1",
            "LANG": "C.UTF-8",
        }
        (folder / "home").mkdir()

    def __enter__(self) -> Desktop:
        """Start the screen."""
        number = next(n for n in range(70, 170) if not Path(f"/tmp/.X11-unix/X{n}").exists())
        self._environ["DISPLAY"] = f":{number}"
        screen = f"{self.size[0]}x{self.size[1]}x24"
        self._spawn("Xvfb", f":{number}", "-screen", "0", screen, "-nolisten", "tcp")
        self.wait_for(lambda: Path(f"/tmp/.X11-unix/X{number}").exists(), 10)
        self._spawn("openbox")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End everything that was started, last first."""
        if kind is not None:
            self.picture("failed")
        for child in reversed(self._children):
            child.terminate()
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()

    def open_editor(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start the editor, wait for its window, and give it the whole screen."""
        editor = self._spawn(sys.executable, str(ROOT / "main.py"), *arguments)
        self.wait_for(lambda: _TITLE in self.title(), 60)
        # The window manager may not be there yet.
        self.wait_for(lambda: self._tries("windowactivate", "--sync", self._window()), 20)
        self.key("F11")  # the whole screen, without the window manager's frame
        self.settle(1.0)
        return editor

    def title(self) -> str:
        """Return the title of the editor's window; empty while there is none."""
        return self._ask("getwindowname", self._window()) if self._window() else ""

    def key(self, *keys: str) -> None:
        """Press keys, each in xdotool's spelling."""
        for key in keys:
            self._do("key", "--clearmodifiers", key)
            self.settle(0.25)

    def type(self, text: str) -> None:
        """Type a text."""
        self._do("type", "--delay", "8", text)
        self.settle(0.4)

    def click(self, x: float, y: float, button: int = 1) -> None:
        """Click on a place, given as a share of the screen's width and height."""
        self._point(x, y)
        self._do("click", str(button))
        self.settle(0.3)

    def click_from_right(self, right: int, top: int) -> None:
        """Click on a place that keeps its distance to the right and upper edge, in pixels."""
        self.click(1 - right / self.size[0], top / self.size[1])

    def drag(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """Take hold at one place, move in small steps, and let go at another."""
        self._point(*start)
        self._do("mousedown", "1")
        for step in range(1, 11):
            share = step / 10
            self._point(
                start[0] + (stop[0] - start[0]) * share, start[1] + (stop[1] - start[1]) * share
            )
            self.settle(0.04)
        self._do("mouseup", "1")
        self.settle(0.4)

    def picture(self, name: str) -> Path:
        """Write what the screen shows to a PNG, and return it."""
        path = self._shots / f"{self.size[0]}-{name}.png"
        subprocess.run(
            ["import", "-window", "root", str(path)], env=self._environ, check=True, timeout=30
        )
        return path

    def wait_for(self, holds: Callable[[], object], timeout_s: float) -> None:
        """Wait until something holds.

        Raises:
            TimeoutError: it did not.
        """
        end = time.monotonic() + timeout_s
        while not holds():
            if time.monotonic() > end:
                raise TimeoutError(f"waited {timeout_s:g} s in vain")
            time.sleep(0.1)

    def settle(self, seconds: float) -> None:
        """Leave the editor time to paint."""
        time.sleep(seconds)

    def _point(self, x: float, y: float) -> None:
        self._do("mousemove", str(round(x * self.size[0])), str(round(y * self.size[1])))

    def _window(self) -> str:
        found = self._ask("search", "--onlyvisible", "--name", f"{_TITLE}$").split()
        return found[0] if found else ""

    def _do(self, *words: str) -> None:
        subprocess.run(["xdotool", *words], env=self._environ, check=True, timeout=30)

    def _tries(self, *words: str) -> bool:
        tried = subprocess.run(
            ["xdotool", *words], check=False, env=self._environ, capture_output=True, timeout=30
        )
        return tried.returncode == 0

    def _ask(self, *words: str) -> str:
        found = subprocess.run(  # a window that is not there yet is no failure
            ["xdotool", *words],
            check=False,
            env=self._environ,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return found.stdout.strip()

    def _spawn(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self._folder / f"{len(self._children)}.log").open("wb")
        with log:
            child = subprocess.Popen(
                command, env=self._environ, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
            )
        self._children.append(child)
        return child
