"""The zygote, a world with its references, and what must hold after every death."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.media.movie import read_frames
from tests.faults.injection import Fault
from tests.faults.scenarios import NEEDS_A_DRAFT, SCENARIOS, take_of

if sys.platform != "linux":  # it forks, and looks into /proc
    collect_ignore_glob = ["test_*.py"]


@dataclass(frozen=True)
class Run:
    """One run of a scenario: how it ended, and which points it passed."""

    ending: str
    points: tuple[str, ...]


class Worlds:
    """Copies of a prepared world, and processes that do something in them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("zygote.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=(root / "zygote.log").open("wb"),
            text=True,
        )
        self._count = 0
        self._whole: dict[str, tuple[Path, Run]] = {}
        self._ask({"scenario": "world", "root": str(self._made("plain"))})
        shutil.copytree(root / "plain", root / "drafted")
        self.drafted = root / "drafted"
        self.run("generate", self.drafted)

    def fresh(self, scenario: str) -> Path:
        """Return a world of its own in which a scenario can begin.

        It always lies in the same place, since paths belong to what is hashed.
        """
        place = self._root / "world"
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self._root / "plain", place)
        if scenario in NEEDS_A_DRAFT:
            shutil.copytree(take_of(self.drafted), take_of(place))
            manifest = take_of(place) / "take.json"
            text = manifest.read_text(encoding="utf-8")
            manifest.write_text(text.replace(str(self.drafted), str(place)), encoding="utf-8")
        (place / "out" / "film.mp4").write_bytes(b"the movie before")
        return place

    def run(self, scenario: str, root: Path, fault: Fault | None = None) -> Run:
        """Begin a scenario in a process of its own and wait for its end."""
        trace = self._root / "trace"
        request = {"scenario": scenario, "root": str(root), "trace": str(trace)}
        if fault is not None:
            request |= {"point": fault.point, "way": fault.way}
        ending = self._ask(request)
        return Run(ending, tuple(trace.read_text(encoding="utf-8").splitlines()))

    def whole(self, scenario: str) -> tuple[Path, Run]:
        """Return a world in which nothing went wrong, and what happened in it."""
        if scenario not in self._whole:
            place = self.fresh(scenario)
            done = self.run(scenario, place)
            assert done.ending == "ok", done.ending
            kept = self._root / f"whole-{scenario}"
            shutil.copytree(place, kept)
            self._whole[scenario] = (kept, done)
        return self._whole[scenario]

    def close(self) -> None:
        """End the zygote."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def _made(self, name: str) -> Path:
        (self._root / name).mkdir()
        return self._root / name

    def _ask(self, request: dict[str, str]) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps(request) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())["ending"]


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """One zygote for all tests."""
    made = Worlds(tmp_path_factory.mktemp("faults"))
    yield made
    made.close()


def contents(root: Path) -> dict[str, str]:
    """Return a hash of everything that a scenario leaves, by its place in the world.

    Matroska holds random numbers, so of its movies the frames are hashed. What names its own place
    is compared without it.
    """
    found: dict[str, str] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = Path(folder) / name
            digest = hashlib.sha256()
            if path.suffix == ".mkv" and ".part" not in name:
                for frame in read_frames(path):
                    digest.update(frame.tobytes())
            else:
                digest.update(path.read_bytes())
            found[path.relative_to(root).as_posix()] = digest.hexdigest()
    return found


def kills(points: tuple[str, ...]) -> list[Fault]:
    """Return every way to die at the points of a run."""
    ways = {"fsync": ("before", "torn", "after"), "step": ("after",)}
    return [
        Fault(point, way)
        for point in points
        for way in ways.get(point.partition(":")[0], ("before", "after"))
    ]


def spread(faults: list[Fault], count: int) -> list[Fault]:
    """Return some of many, evenly, the first and the last among them."""
    if len(faults) <= count:
        return faults
    step = (len(faults) - 1) / (count - 1)
    return [faults[round(number * step)] for number in range(count)]


ALL = tuple(SCENARIOS)
