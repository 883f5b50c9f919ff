"""What cannot be helped: one sentence, an exit code, no traceback."""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from tiny_project import TinyProject, make_wheel

Part = Callable[[str], ModuleType]


def fails_with(project: TinyProject, *words: str, **environ: str) -> None:
    done = project.start("render", **environ)
    last = done.stderr.splitlines()[-1]
    assert done.returncode == 1, done.stderr
    assert last.startswith("SmartDirector: ")
    assert all(word in last for word in words), last
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.fixture
def unfinished(standing: TinyProject) -> TinyProject:
    """pip has work to do at the next start."""
    (standing.venv / "smartdirector-stamp.json").unlink()
    (standing.site_packages / "tiny_base-1.0.dist-info" / "RECORD").unlink()
    return standing


def test_no_network(unfinished: TinyProject) -> None:
    nothing_listens = "http://127.0.0.1:9/simple"
    online = {"PIP_NO_INDEX": "0", "PIP_FIND_LINKS": "", "PIP_RETRIES": "1"}
    fails_with(unfinished, "network", **online, PIP_INDEX_URL=nothing_listens, NO_PROXY="*")


def test_disk_full_while_installing(unfinished: TinyProject) -> None:
    unfinished.replace_pip(
        "print('ERROR: Could not install packages due to an OSError: [Errno 28] No space left"
        " on device'); sys.exit(1)"
    )
    fails_with(unfinished, "disk", "full")


def test_too_little_room_is_said_beforehand(bare: TinyProject) -> None:
    table = bare.root / "packaging" / "torch.toml"
    table.write_text("[free_space_mb]\ndefault = 900000000000\n")
    fails_with(bare, "GB free", "needs 900000000.0 GB")
    assert not bare.venv.exists()


def test_a_package_that_does_not_exist(unfinished: TinyProject) -> None:
    pyproject = unfinished.root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("tiny-base>=1", "tiny-base>=77"))
    fails_with(unfinished, "tiny-base>=77", ".venv-setup.log")


def test_any_other_failure_of_pip_names_its_reason_and_the_log(unfinished: TinyProject) -> None:
    unfinished.replace_pip("print('ERROR: the moon is in the wrong place'); sys.exit(2)")
    fails_with(unfinished, "the moon is in the wrong place", ".venv-setup.log")


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_that_may_not_be_written_to(bare: TinyProject) -> None:
    bare.root.chmod(0o555)
    try:
        fails_with(bare, "You may not write", str(bare.root))
    finally:
        bare.root.chmod(0o755)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.EACCES, "may not write to /somewhere"),
        (errno.EROFS, "may not write to /somewhere"),
        (errno.ENOSPC, "/somewhere is full"),
        (errno.EIO, "Setting up failed"),
    ],
)
def test_errors_of_the_system_become_sentences(part: Part, code: int, words: str) -> None:
    errors = part("errors")
    sentence = str(errors.from_os_error(OSError(code, os.strerror(code)), "/somewhere"))
    assert words in sentence
    assert "\n" not in sentence


def test_a_python_without_venv(part: Part, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    build, environment = part("build"), part("environment")
    monkeypatch.setenv("SMARTDIRECTOR_NO_APT", "1")
    monkeypatch.setattr(build, "has_venv", lambda: False)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "tiny"\n')
    with part("console").Console(tmp_path / "log") as console:
        builder = build.Builder(
            environment.Environment(tmp_path), part("requirements").read(tmp_path), (), console, -1
        )
        with pytest.raises(part("errors").SetupError, match="lacks its venv module"):
            builder.build()


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's shared libraries")
def test_a_missing_library_is_named_and_breaks_no_set_up(
    standing: TinyProject, tmp_path: Path
) -> None:
    # A package that stands for Qt, on a system without a library that no system has.
    lacks = 'raise ImportError("libnone.so.1: cannot open shared object file")\n'
    make_wheel(tmp_path, "PySide6-Essentials", "6.0", {"PySide6/__init__.py": lacks})
    standing.extra_environ["PIP_FIND_LINKS"] = f"{standing.wheels} {tmp_path}"
    pyproject = standing.root / "pyproject.toml"
    pyproject.write_text(
        pyproject.read_text().replace("tiny-base>=1", 'tiny-base>=1", "PySide6-Essentials')
    )
    libraries = standing.root / "packaging" / "bootstrap" / "libraries.py"
    listed = libraries.read_text("utf-8").replace('"libEGL.so.1"', '"libnone.so.1"')
    libraries.write_text(listed, "utf-8")
    done = standing.start("render")
    assert (done.returncode, done.stdout) == (0, "cli render\n"), done.stderr
    assert "libegl1" in done.stderr or "libnone.so.1" in done.stderr
    assert standing.start("render").stderr == ""
    done = standing.start()  # the editor cannot do without
    assert done.returncode == 1
    assert "system libraries that are missing" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's shared libraries")
def test_missing_libraries_matter_only_where_they_are_used(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    libraries = part("libraries")
    lacking = ("libEGL.so.1", "libxcb-cursor.so.0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert libraries.needed_now(lacking) == ("libEGL.so.1",)
    monkeypatch.setenv("QT_QPA_PLATFORM", "xcb")
    assert libraries.needed_now(lacking) == lacking
    assert libraries.apt_command(lacking) == "sudo apt-get install libegl1 libxcb-cursor0"
