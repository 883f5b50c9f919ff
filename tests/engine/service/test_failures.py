from __future__ import annotations

import errno
import sys
from types import SimpleNamespace

import pytest
from pydantic import TypeAdapter, ValidationError

from engine.protocol.errors import BadInput, EngineError, OutputExists
from engine.service.failures import MAX_SENTENCE, explain


class _DeviceFull(RuntimeError):
    """Stands in for torch's exception of the same meaning."""


def test_torchs_own_exception_is_out_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(OutOfMemoryError=_DeviceFull))
    assert explain(_DeviceFull("tried to allocate"))[0] == "out_of_memory"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "out_of_memory"),
        (
            RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
            "out_of_memory",
        ),
        (RuntimeError("CUDA error: out of memory"), "out_of_memory"),
        (RuntimeError("shapes do not match"), "internal"),
        (OSError(errno.ENOSPC, "No space left"), "disk"),
        (OSError(errno.EROFS, "Read-only"), "disk"),
        (OSError(errno.EIO, "Input/output error", "/films/a"), "disk"),
        (OSError("truncated"), "disk"),
        (FileNotFoundError(errno.ENOENT, "No such file", "/films/a"), "bad_input"),
        (ValueError("The board is no picture."), "bad_input"),
        (ValueError(), "internal"),
        (ModuleNotFoundError("No module named 'torch'"), "internal"),
        (OutputExists("It is there."), "output_exists"),
        (EngineError("Something."), "internal"),
    ],
    ids=repr,
)
def test_every_failure_has_a_code_and_one_line(error: Exception, code: str) -> None:
    found, sentence = explain(error)
    assert found == code
    assert sentence
    assert "\n" not in sentence


def test_validation_names_the_field() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(dict[str, int]).validate_python({"steps": "many"})
    code, sentence = explain(caught.value)
    assert code == "bad_input"
    assert sentence.startswith("steps: ")


def test_long_texts_are_cut_and_lines_joined() -> None:
    assert explain(BadInput("first\n  second"))[1] == "first second"
    assert len(explain(BadInput("x" * 9999))[1]) == MAX_SENTENCE


def test_unknown_error_points_to_the_log() -> None:
    assert "/logs/engine.log" in explain(KeyError("x"), "/logs/engine.log")[1]
