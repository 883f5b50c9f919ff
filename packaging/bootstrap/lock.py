"""One set-up at a time for one project folder.

An operating-system lock on a file: it ends with the processes that hold it, so a killed set-up
leaves nothing behind. On POSIX the running pip inherits it, so that a pip whose parent was killed
still keeps the next start waiting until it is done.
"""

import os
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # far from the process number, which is read
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def held(path: Path, say: Callable[[str], None], poll_s: float = 0.3) -> Generator[int]:
    """Hold the lock at `path`, waiting for another set-up if there is one; give its descriptor.

    Raises OSError where the file cannot be made.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        waited = False
        while not _try_lock(descriptor):
            if not waited:
                holder = path.read_text("ascii", "replace").strip()
                say(f"Another start is setting up SmartDirector (process {holder}); waiting for it")
                waited = True
            time.sleep(poll_s)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode("ascii"))
        yield descriptor
    finally:
        os.close(descriptor)
