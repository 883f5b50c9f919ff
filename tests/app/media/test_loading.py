"""PyAV loads late, for whoever needs it first; that may be two threads at once."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import app
import engine.media

ROOTS = [Path(package.__path__[0]) for package in (app, engine.media)]
"""What runs in several threads."""

RACE = """
import importlib, sys, threading
sys.setswitchinterval(1e-5)
import numpy
gate, said = threading.Barrier(2), []
def load(name):
    gate.wait()
    try:
        importlib.import_module(name)
    except Exception as error:
        said.append(repr(error))
threads = [threading.Thread(target=load, args=(name,)) for name in sys.argv[1:]]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(said)
"""


@pytest.mark.parametrize("other", ["app.media.sounds", "app.media.encoders", "app.media.resound"])
def test_two_threads_may_need_it_at_once(other: str) -> None:
    command = [sys.executable, "-c", RACE, "app.media.movie", other]
    said = subprocess.check_output(command, text=True, cwd=ROOTS[0].parent, timeout=90)
    assert said.strip() == "[]"


def test_who_needs_parts_of_it_loads_it_whole_before() -> None:
    """Python lets a second thread into a package's parts while the first still loads the whole."""
    hasty: list[str] = []
    for path in (path for root in ROOTS for path in root.rglob("*.py")):
        for scope in _scopes(ast.parse(path.read_text(encoding="utf-8"))):
            names = [name for node in scope for name in _imported(node)]
            parts = [name for name in names if name.partition(".")[0] == "av"]
            if parts and parts[0] != "av":
                hasty.append(f"{path.name}: {parts[0]}")
    assert hasty == []


def _scopes(tree: ast.Module) -> list[list[ast.stmt]]:
    """Return the statements of the module, then of each function, without those for type checks."""
    inner = [node.body for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return [tree.body, *inner]


def _imported(node: ast.stmt) -> list[str]:
    match node:
        case ast.Import():
            return [alias.name for alias in node.names]
        case ast.ImportFrom(module=str(module)):
            return [module]
        case _:
            return []
