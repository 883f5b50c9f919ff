"""main.py: its commands, and what it may import."""

import ast
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from tiny_project import REPOSITORY, TinyProject

MODULES = """
import sys
sys.path.insert(0, {root!r})
import main, json
main.load_by_path("smartdirector_bootstrap", "bootstrap", "setup")
main.load_by_path("smartdirector_bootstrap", "bootstrap", "checks")
print(json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""


def test_parses_on_an_old_python() -> None:
    ast.parse((REPOSITORY / "main.py").read_text("utf-8"), feature_version=(3, 6))


def test_an_old_python_is_told_so_in_one_sentence(entry: ModuleType) -> None:
    sentence = entry.too_old_sentence((3, 9, 2))
    assert "Python 3.11 or newer" in sentence
    assert "3.9.2" in sentence
    assert "\n" not in sentence


def test_imports_only_the_standard_library() -> None:
    code = MODULES.format(root=str(REPOSITORY))
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True
    )
    own = {"main", "smartdirector_bootstrap", "__main__"}
    assert set(json.loads(done.stdout)) - own <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("first_on_path", [REPOSITORY, REPOSITORY / "tests"])
def test_the_packaging_folder_hides_no_package(first_on_path: Path) -> None:
    assert not (REPOSITORY / "packaging" / "__init__.py").exists()
    assert not (REPOSITORY / "tests" / "packaging" / "__init__.py").exists()
    code = f"import sys; sys.path.insert(0, {str(first_on_path)!r})\n"
    code += "import packaging.version; print(packaging.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "site-packages" in done.stdout


def test_help_and_version_need_no_environment(bare: TinyProject) -> None:
    assert "usage:" in bare.start("--help").stdout
    assert bare.start("--version").stdout == "SmartDirector 9.8.7\n"
    assert not bare.venv.exists()


def test_a_mistyped_command_is_no_reason_for_a_set_up(bare: TinyProject) -> None:
    done = bare.start("rendr")
    assert done.returncode == 2
    assert "'rendr'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not bare.venv.exists()


def test_each_command_is_answered_by_its_module(standing: TinyProject) -> None:
    assert standing.start("render", "a", "--fast").stdout == "cli render a --fast\n"
    assert standing.start("new", "a").stdout == "cli new a\n"
    assert standing.start("demo").stdout == "cli demo\n"
    assert standing.start().stdout == "editor\n"
    assert standing.start(str(standing.root)).stdout == f"editor {standing.root}\n"
    assert standing.start("--engine").stdout == "engine\n"


def test_the_exit_code_is_the_commands(standing: TinyProject) -> None:
    assert standing.start("render", "seven").returncode == 7


@pytest.mark.skipif(sys.platform != "linux", reason="other systems always have a screen")
def test_the_editor_without_a_screen_says_so(standing: TinyProject) -> None:
    nowhere = {"QT_QPA_PLATFORM": "", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    done = standing.start(**nowhere)
    assert done.returncode == 1
    assert "no screen" in done.stderr
    assert standing.start("render", **nowhere).returncode == 0


def test_no_setup_uses_this_python_as_it_is(bare: TinyProject) -> None:
    done = bare.start("--engine", SMARTDIRECTOR_NO_SETUP="1")
    assert (done.returncode, done.stdout) == (0, "engine\n")
    assert not bare.venv.exists()
    done = bare.start("render", SMARTDIRECTOR_NO_SETUP="1")
    assert done.returncode == 1
    assert "tiny_base" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_keeps_its_traceback(standing: TinyProject) -> None:
    (standing.root / "app" / "application" / "cli.py").write_text("import app.nowhere\n")
    done = standing.start("render")
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "mending" not in done.stderr


def test_a_second_start_is_as_quick_as_a_direct_one(standing: TinyProject) -> None:
    standing.replace_pip("sys.exit('pip was called')")

    def shortest_s(start: Callable[[], object]) -> float:
        durations: list[float] = []
        for _ in range(3):
            began_s = time.monotonic()
            start()
            durations.append(time.monotonic() - began_s)
        return min(durations)

    command = [str(standing.python), str(standing.root / "main.py"), "render"]
    environ = standing.environ() | {"SMARTDIRECTOR_NO_SETUP": "1"}
    direct_s = shortest_s(lambda: subprocess.run(command, env=environ, check=True))
    second_s = shortest_s(lambda: standing.start("render"))
    assert second_s - direct_s < 1.0
