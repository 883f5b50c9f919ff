"""Environments that are half-made or damaged: the next start mends them."""

import shutil
import sys
from collections.abc import Callable
from subprocess import Popen

import pytest
from tiny_project import TinyProject, wait_for

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="signals and links of POSIX")


def assert_whole(project: TinyProject) -> None:
    done = project.start("render")
    assert (done.returncode, done.stdout) == (0, "cli render\n"), done.stderr
    assert (project.site_packages / "tiny_base" / "part.py").read_text() == "WHOLE = True\n"
    again = project.start("render")
    assert (again.returncode, again.stderr) == (0, "")


@posix_only
def test_a_python_that_is_gone_means_a_new_environment(standing: TinyProject) -> None:
    standing.python.unlink()
    standing.python.symlink_to("/nowhere/python3")
    assert_whole(standing)


def test_a_cut_off_unpacking_is_completed(standing: TinyProject) -> None:
    (standing.venv / "smartdirector-stamp.json").unlink()
    (standing.site_packages / "tiny_base-1.0.dist-info" / "RECORD").unlink()
    (standing.site_packages / "tiny_base" / "part.py").unlink()
    (standing.site_packages / "~iny_base").mkdir()
    assert_whole(standing)
    assert not (standing.site_packages / "~iny_base").exists()


def test_a_half_written_file_is_written_again(standing: TinyProject) -> None:
    (standing.venv / "smartdirector-stamp.json").write_text('{"format": 1, "rea')
    (standing.site_packages / "tiny_base" / "part.py").write_text("WHO")
    assert_whole(standing)


def test_a_deleted_package_is_noticed_at_once(standing: TinyProject) -> None:
    shutil.rmtree(standing.site_packages / "tiny_base")
    assert_whole(standing)


def test_a_package_that_does_not_import_is_mended(standing: TinyProject) -> None:
    (standing.site_packages / "tiny_base" / "part.py").unlink()  # the stamp does not know of it
    done = standing.start("render", "kept", "arguments")
    assert (done.returncode, done.stdout) == (0, "cli render kept arguments\n")
    assert "mending" in done.stderr
    assert_whole(standing)


def test_the_engine_leaves_mending_to_the_next_start(standing: TinyProject) -> None:
    (standing.root / "engine" / "service" / "process.py").write_text("import tiny_base\n")
    (standing.site_packages / "tiny_base" / "part.py").unlink()
    done = standing.start("--engine")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the next start of SmartDirector mends it" in done.stderr
    assert_whole(standing)


def test_damage_is_looked_for_when_asked(standing: TinyProject) -> None:
    (standing.site_packages / "tiny_base" / "part.py").write_text("WHOLE = False\n")  # it imports
    assert standing.start("render", SMARTDIRECTOR_MEND="1").returncode == 0
    assert_whole(standing)


def test_what_cannot_be_mended_ends_in_one_sentence(standing: TinyProject) -> None:
    cli = standing.root / "app" / "application" / "cli.py"
    cli.write_text("import nobody_has_this\n")
    done = standing.start("render")
    assert done.returncode == 1
    assert "nobody_has_this" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "Traceback" in standing.log


@posix_only
def test_ctrl_c_leaves_what_the_next_start_mends(
    standing: TinyProject, stopped: Callable[["Popen[str]"], tuple[str, str]]
) -> None:
    (standing.venv / "smartdirector-stamp.json").unlink()
    begun = standing.root / "begun"
    standing.replace_pip(f"open({str(begun)!r}, 'w').close(); time.sleep(60)")
    child = standing.launch("render")
    wait_for(begun)
    _, err = stopped(child)
    assert child.returncode == 130
    assert err.splitlines()[-1].endswith("the next start goes on from here.")
    assert "Traceback" not in err
    standing.restore_pip()
    assert_whole(standing)


@posix_only
def test_a_start_from_inside_the_environment_mends_it_too(standing: TinyProject) -> None:
    (standing.venv / "smartdirector-stamp.json").unlink()
    child = Popen(
        [str(standing.python), str(standing.root / "main.py"), "render"], env=standing.environ()
    )
    assert child.wait(timeout=30) == 0
    assert_whole(standing)
