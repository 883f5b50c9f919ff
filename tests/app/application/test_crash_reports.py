from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.application.crash_reports import LOG, REPORT, CrashReports, described, plain

ROOT = Path(__file__).parents[3]


@pytest.fixture
def reports(tmp_path: Path) -> Iterator[CrashReports]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    made = CrashReports(tmp_path / "logs", "SmartDirector 1.2.3")
    made.begin()
    yield made
    made.end()
    for handler in root.handlers:
        if handler not in handlers:
            handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)


def fail(caption: str) -> None:
    try:
        raise FileNotFoundError(2, "No such file", f"/home/jane/{caption}.png")
    except OSError as error:
        raise ValueError(f"the caption {caption!r} cannot be used") from error


def test_a_report_tells_kinds_and_places_and_nothing_private(
    reports: CrashReports, tmp_path: Path
) -> None:
    with pytest.raises(ValueError) as failure:
        fail("a secret scene")
    reports.failed(failure.type, failure.value, failure.tb)
    text = (tmp_path / "logs" / REPORT).read_text(encoding="utf-8")
    assert text.startswith("SmartDirector 1.2.3, ")
    assert "builtins.ValueError" in text
    assert "builtins.FileNotFoundError" in text
    assert "tests/app/application/test_crash_reports.py:" in text
    assert " fail\n" in text
    for private in ("secret", "jane", str(tmp_path), str(ROOT), str(Path.home())):
        assert private not in text
    log = (tmp_path / "logs" / LOG).read_text(encoding="utf-8")
    assert "a secret scene" in log  # it stays on the machine


def test_the_last_crash_is_the_one_that_is_kept(reports: CrashReports, tmp_path: Path) -> None:
    for error in (KeyError("first"), IndexError("last")):
        reports.failed(type(error), error, None)
    text = (tmp_path / "logs" / REPORT).read_text(encoding="utf-8")
    assert "IndexError" in text
    assert "KeyError" not in text
    assert sorted(p.name for p in (tmp_path / "logs").iterdir()) == [
        "crash-native.txt",
        REPORT,
        LOG,
    ]


def test_a_process_that_dies_is_described_by_the_next(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from pathlib import Path;"
        "from app.application.crash_reports import CrashReports;"
        "CrashReports(Path(sys.argv[2]), 'SmartDirector 1').begin();"
        "import ctypes; ctypes.string_at(0)"
    )
    command = [sys.executable, "-c", code, str(ROOT), str(tmp_path)]
    assert subprocess.run(command, capture_output=True, check=False).returncode != 0
    after = code.replace("import ctypes; ctypes.string_at(0)", "pass")
    command[2] = after
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    text = (tmp_path / REPORT).read_text(encoding="utf-8")
    assert "the process ended: Segmentation fault" in text
    assert "string_at" in text
    assert str(ROOT) not in text


def test_a_folder_that_cannot_be_written_costs_the_report_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    reports = CrashReports(tmp_path / "file" / "logs", "SmartDirector 1")
    reports.failed(ValueError, ValueError("x"), None)


def test_causes_that_go_round_end() -> None:
    first, second = ValueError(), KeyError()
    first.__cause__, second.__cause__ = second, first
    assert len(list(described(first))) == 8


def test_places_of_code_lose_what_lies_above() -> None:
    assert plain(str(ROOT / "app" / "state" / "jobs.py")) == "app/state/jobs.py"
    assert plain("/home/jane/.venv/lib/python3.11/site-packages/torch/nn/a.py") == "torch/nn/a.py"
    assert plain("C:\\Users\\jane\\thing.py") == "thing.py"
    assert plain("/home/jane/secret/thing.py") == "thing.py"
