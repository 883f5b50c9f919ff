"""What a job's exception means to the user: a code and one sentence that says what to do.

Knows the exceptions of the libraries under the pipelines by their looks, so that none of them must
be imported here.
"""

from __future__ import annotations

import errno

from pydantic import ValidationError

from engine.models.shortage import is_out_of_memory
from engine.protocol.errors import EngineError, ErrorCode

MAX_SENTENCE = 500

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


def explain(error: BaseException, log: str = "the log") -> tuple[ErrorCode, str]:
    """Return the code of a failure and one sentence for the user.

    Args:
        error: what ended the job.
        log: where the traceback was written, for the sentence about an unknown error.
    """
    if isinstance(error, EngineError):
        return error.code, one_line(str(error))
    if is_out_of_memory(error):
        return (
            "out_of_memory",
            "The job does not fit into memory; close other programs, make the film smaller, or "
            "split the shots into shorter passes.",
        )
    if isinstance(error, OSError):
        return _explain_os_error(error)
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        what = first["msg"].removeprefix("Value error, ")
        return "bad_input", one_line(f"{where}: {what}" if where else what)
    if isinstance(error, ValueError) and str(error):
        return "bad_input", one_line(str(error))
    if isinstance(error, ImportError):
        return (
            "internal",
            one_line(f"The engine is not completely installed ({error}); run the set-up again."),
        )
    return "internal", f"The engine met an error of its own; see {log} for what happened."


def one_line(text: str) -> str:
    """Return a text as one line of bearable length."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_SENTENCE else line[: MAX_SENTENCE - 1] + "…"


def _explain_os_error(error: OSError) -> tuple[ErrorCode, str]:
    place = str(error.filename) if error.filename is not None else ""
    if error.errno in _NO_SPACE:
        where = f" for {place}" if place else ""
        return "disk", f"The drive has no space left{where}; free some and start the job again."
    if error.errno in _NO_PERMISSION:
        what = place or "A file of this job"
        return "disk", f"{what} may not be read or written; check the permissions."
    if isinstance(error, FileNotFoundError):
        return "bad_input", f"{place or 'A file of this job'} does not exist."
    said = error.strerror or str(error) or type(error).__name__
    return "disk", one_line(f"{place}: {said}." if place else f"A file could not be used: {said}.")
