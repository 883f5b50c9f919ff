"""The small tree of failures that cross the seam between the two processes.

Each carries one sentence for the user that says what to do. What was logged stays in the log.
"""

from __future__ import annotations

from typing import ClassVar, Literal

ErrorCode = Literal[
    "bad_input",
    "model_missing",
    "out_of_memory",
    "disk",
    "output_exists",
    "engine_died",
    "internal",
]


class EngineError(Exception):
    """A job could not be done; ``str(error)`` is one sentence for the user."""

    code: ClassVar[ErrorCode] = "internal"


class BadInput(EngineError):
    """Something that the user handed over cannot be used."""

    code = "bad_input"


class ModelMissing(EngineError):
    """A model folder is absent or incomplete."""

    code = "model_missing"


class OutOfMemory(EngineError):
    """The device's memory does not hold the job."""

    code = "out_of_memory"


class DiskProblem(EngineError):
    """A file could not be written: no space, no permission, or the drive is gone."""

    code = "disk"


class OutputExists(EngineError):
    """The output would replace a file, and nobody said that it may."""

    code = "output_exists"


class HelperLost(EngineError):
    """A process on a further device ended while it was needed."""

    code = "engine_died"


class EngineDied(EngineError):
    """The engine process ended while a job was running."""

    code = "engine_died"
