"""`main.py test`: every tool is run, and one that fails makes the whole fail."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

Part = Callable[[str], ModuleType]

FAKE_PYTEST = """\
import os, sys
print(os.environ["QT_QPA_PLATFORM"], *sys.argv[1:])
print("===== 3 passed in 0.12s =====")
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder in which each tool's name stands for a script that does as it is told."""
    (tmp_path / "pytest.py").write_text(FAKE_PYTEST)
    (tmp_path / "ruff.py").write_text("print('ruff ran')")
    (tmp_path / "pyright.py").write_text("print('pyright ran')")
    (tmp_path / "importlinter").mkdir()
    (tmp_path / "importlinter" / "__init__.py").touch()
    (tmp_path / "importlinter" / "cli.py").write_text(
        "def lint_imports_command(): print('importlinter ran')"
    )
    return tmp_path


def test_every_tool_is_run(root: Path, part: Part, capfd: pytest.CaptureFixture[str]) -> None:
    assert part("checks").run(root, []) == 0
    out = capfd.readouterr().out
    for said in ("offscreen", "ruff ran", "pyright ran", "importlinter ran", "3 passed in 0.12s"):
        assert said in out
    assert "FAILED" not in out
    assert out.count("passed") == 5 + 2  # five in the table, twice pytest's closing line


@pytest.mark.parametrize("tool", ["pytest.py", "ruff.py", "pyright.py", "importlinter/cli.py"])
def test_one_failing_tool_fails_the_whole(
    tool: str, root: Path, part: Part, capfd: pytest.CaptureFixture[str]
) -> None:
    (root / tool).write_text("raise SystemExit(3)")
    assert part("checks").run(root, []) == 1
    assert "FAILED" in capfd.readouterr().out


def test_arguments_are_for_pytest_alone(
    root: Path, part: Part, capfd: pytest.CaptureFixture[str]
) -> None:
    assert part("checks").run(root, ["-k", "timeline"]) == 0
    out = capfd.readouterr().out
    assert "offscreen -k timeline" in out
    assert "ruff" not in out
