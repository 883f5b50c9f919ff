"""Setting up from nothing, extras, the choice of torch, and two starts at once."""

import json
import sys
from pathlib import Path

import pytest
from tiny_project import TinyProject, make_wheel, wait_for


def test_the_first_start_sets_up_and_goes_on(standing: TinyProject) -> None:
    out, err = (standing.root / "first-start.txt").read_text().split("\n===\n")
    assert out == "cli render first\n"  # the output stream is the command's alone
    assert "[1/5]" in err
    assert "\r" not in err
    assert "Successfully installed tiny-base-1.0" in standing.log.replace("_", "-")


def test_test_adds_the_extras(standing: TinyProject) -> None:
    (standing.root / "pytest.py").write_text("print('fake pytest ran')\n")
    assert not (standing.site_packages / "tiny_extra").exists()
    assert "fake pytest ran" in standing.start("test", "-k", "x").stdout
    assert (standing.site_packages / "tiny_extra").exists()
    standing.replace_pip("sys.exit('pip was called')")
    assert standing.start("render").returncode == 0
    assert standing.start("test", "-k", "x").returncode == 0


def test_changed_requirements_are_installed(standing: TinyProject, tmp_path: Path) -> None:
    make_wheel(tmp_path, "tiny-new", "1.0", {"tiny_new.py": ""})
    standing.extra_environ["PIP_FIND_LINKS"] = f"{standing.wheels} {tmp_path}"
    pyproject = standing.root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("tiny-base>=1", 'tiny-base>=1", "tiny-new'))
    assert standing.start("render").returncode == 0
    assert (standing.site_packages / "tiny_new.py").exists()


def test_the_chosen_torch_is_kept(standing: TinyProject) -> None:
    pyproject = standing.root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("tiny-base>=1", 'tiny-base>=1", "torch>=2'))
    assert standing.start("render", SMARTDIRECTOR_TORCH="torch==2.0").returncode == 0
    assert (standing.site_packages / "torch-2.0.dist-info").exists()
    standing.start("test", "-k", "x")  # another set-up, for the extras, without the variable
    assert (standing.site_packages / "torch-2.0.dist-info").exists()
    assert (standing.site_packages / "tiny_extra").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX paths")
def test_two_starts_at_once_set_up_once(standing: TinyProject) -> None:
    (standing.venv / "smartdirector-stamp.json").unlink()
    calls = standing.root / "calls"
    standing.replace_pip(
        f"print(1, file=open({str(calls)!r}, 'a'), flush=True); time.sleep(1.5); real()"
    )
    first = standing.launch("render", "first")
    wait_for(calls)
    second = standing.launch("render", "second")
    assert first.communicate(timeout=30)[0] == "cli render first\n"
    out, err = second.communicate(timeout=30)
    assert out == "cli render second\n"
    assert f"process {first.pid}" in err
    assert len(calls.read_text().split()) == 1


def test_the_stamp_tells_what_was_made(standing: TinyProject) -> None:
    stamp = json.loads((standing.venv / "smartdirector-stamp.json").read_text())
    assert stamp["ready"]
    assert {"tiny_base", "tiny_base-1.0.dist-info"} <= set(stamp["installed"])
