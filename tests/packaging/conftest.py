"""Projects and modules for the tests of the set-up."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest
from tiny_project import TinyProject, load_main, make_project, make_wheel


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    make_wheel(
        folder,
        "tiny-base",
        "1.0",
        {"tiny_base/__init__.py": "from . import part\n"} | {"tiny_base/part.py": "WHOLE = True\n"},
    )
    make_wheel(folder, "tiny-extra", "1.0", {"tiny_extra/__init__.py": ""})
    for version in ("2.0", "3.0"):
        make_wheel(folder, "torch", version, {"torch/__init__.py": f"__version__ = {version!r}\n"})
    return folder


@pytest.fixture
def bare(tmp_path: Path, wheels: Path) -> TinyProject:
    """A project that was never set up."""
    return make_project(tmp_path / "project", wheels)


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> TinyProject:
    project = make_project(tmp_path_factory.mktemp("template") / "project", wheels)
    done = project.start("render", "first")
    assert done.returncode == 0, done.stderr
    (project.root / "first-start.txt").write_text(done.stdout + "\n===\n" + done.stderr)
    return project


def _copy(source: str, target: str) -> None:
    """Link the many files that no test changes, copy the others."""
    if any(part in Path(source).parts for part in ("_vendor", "_internal", "pkg_resources")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


@pytest.fixture
def standing(tmp_path: Path, _template: TinyProject) -> TinyProject:
    """A project whose environment stands: a copy, to be broken at will."""
    shutil.copytree(_template.root, tmp_path / "project", symlinks=True, copy_function=_copy)
    return TinyProject(tmp_path / "project", _template.wheels)


@pytest.fixture
def part() -> Callable[[str], ModuleType]:
    """Gives a module of the set-up by its name."""
    entry = load_main()
    return lambda name: entry.load_by_path("smartdirector_bootstrap", "bootstrap", name)


@pytest.fixture
def entry() -> ModuleType:
    """main.py as a module."""
    return load_main()


@pytest.fixture
def stopped() -> Iterator[Callable[["subprocess.Popen[str]"], tuple[str, str]]]:
    """Gives a function that interrupts a start as Ctrl-C does, and its output."""

    def stop(child: "subprocess.Popen[str]") -> tuple[str, str]:
        child.send_signal(signal.SIGINT)
        return child.communicate(timeout=20)

    yield stop
