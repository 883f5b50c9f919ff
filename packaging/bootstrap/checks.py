"""`main.py test`: every check of the project, and a table of how they went.

Runs inside the environment. Knows which tools are run and how; their settings are in
pyproject.toml.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_IMPORT_LINTER = "from importlinter.cli import lint_imports_command as c; c()"
_CLOSING_LINE = re.compile(r"=+ (.*\d+ .* in [\d.]+s.*?) =+")
_ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Outcome:
    """How one check went."""

    name: str
    code: int
    duration_s: float
    remark: str = ""


def run(root: Path, arguments: list[str]) -> int:
    """Run pytest with `arguments`, or, without any, every check. 0 when all passed."""
    python = sys.executable
    if arguments:
        return _pytest(root, arguments).code
    outcomes = [
        _pytest(root, []),
        _check("ruff check", [python, "-m", "ruff", "check", "."], root),
        _check("ruff format", [python, "-m", "ruff", "format", "--check", "."], root),
        _check("import-linter", [python, "-c", _IMPORT_LINTER], root),
        _check("pyright", [python, "-m", "pyright", "--pythonpath", python], root),
    ]
    print(table(outcomes), flush=True)
    return 1 if any(outcome.code for outcome in outcomes) else 0


def table(outcomes: list[Outcome]) -> str:
    """One line for each check."""
    lines = ["", f"{'check':<14} {'result':<7} {'time':>7}"]
    for outcome in outcomes:
        result = "FAILED" if outcome.code else "passed"
        line = f"{outcome.name:<14} {result:<7} {outcome.duration_s:>5.0f} s  {outcome.remark}"
        lines.append(line.rstrip())
    return "\n".join(lines)


def _pytest(root: Path, arguments: list[str]) -> Outcome:
    """pytest, with its output passed through and its closing line kept for the table."""
    colour = ["--color=yes"] if sys.stdout.isatty() else []
    command = [sys.executable, "-m", "pytest", *colour, *arguments]
    _announce("pytest")
    began_s, closing = time.monotonic(), ""
    child = subprocess.Popen(
        command,
        cwd=root,
        env=_environ(),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    assert child.stdout is not None
    try:
        for line in child.stdout:
            print(line, end="", flush=True)
            if found := _CLOSING_LINE.search(_ESCAPES.sub("", line)):
                closing = found[1]
    except KeyboardInterrupt:  # pytest has been told too; let it say where it was
        print(child.communicate()[0], end="", flush=True)
    return Outcome("pytest", child.wait(), time.monotonic() - began_s, closing)


def _check(name: str, command: list[str], root: Path) -> Outcome:
    _announce(name)
    began_s = time.monotonic()
    code = subprocess.run(command, cwd=root, env=_environ(), check=False).returncode
    return Outcome(name, code, time.monotonic() - began_s)


def _announce(name: str) -> None:
    print(f"\n--- {name}", flush=True)


def _environ() -> dict[str, str]:
    """No window opens, and pyright does not ask the network for a newer version of itself."""
    return {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1",
        "PYTHONUNBUFFERED": "1",
    }
