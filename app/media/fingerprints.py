"""Knowing a movie again, wherever it lies: a hash of its length and of bytes here and there.

Movies are too large to be read whole for that. Knows nothing of what is in them.
"""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from app.timeline.parts import as_text

SAMPLE_BYTES = 256 * 1024
"""Read at the beginning, in the middle and at the end."""


class FingerprintError(ValueError):
    """A file that cannot be read; the message is one sentence for the user."""


def fingerprint_of(path: Path) -> str:
    """Return 64 hexadecimal digits that stand for a file's content.

    Raises:
        FingerprintError: it is gone, no plain file, empty, or may not be read.
    """
    if as_text(str(path)) != str(path):
        raise FingerprintError(
            f"The path of {as_text(path.name)} is not readable as text; rename it first."
        )
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            raise FingerprintError(f"{path.name} is no file; choose a movie.")
        size = facts.st_size
        if not size:
            raise FingerprintError(f"{path.name} is empty; choose another movie.")
        digest = hashlib.sha256(f"{size}\0".encode())
        with path.open("rb") as stream:
            for start in (0, (size - SAMPLE_BYTES) // 2, size - SAMPLE_BYTES):
                stream.seek(max(0, start))
                digest.update(stream.read(SAMPLE_BYTES))
    except FileNotFoundError as error:
        raise FingerprintError(f"{path.name} is not there any more; choose it again.") from error
    except PermissionError as error:
        raise FingerprintError(f"{path.name} may not be read; check its permissions.") from error
    except OSError as error:
        raise FingerprintError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    return digest.hexdigest()
