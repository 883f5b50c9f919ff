"""Small copies of a film's frames, kept while its shots are not known yet.

Shots are known only when a film has been seen to its end; what is measured of a shot needs its
pictures once more. Decoding a film twice costs more than small JPEGs do: 25 KB a frame, in memory
up to a bound, then in a file without a name that ends with the process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_IN_MEMORY = 192 << 20
_QUALITY = [int(cv2.IMWRITE_JPEG_QUALITY), 92]


class Spool:
    """Frames that can be read again by their numbers. Used as a context manager.

    Args:
        folder: where the file goes that has no name.
    """

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.SpooledTemporaryFile(  # noqa: SIM115 (closed in __exit__)
            max_size=_IN_MEMORY, dir=str(folder)
        )
        self._places = [0]

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places) - 1

    def add(self, frame: Picture) -> None:
        """Append a frame, (height, width, 3) uint8 RGB.

        Raises:
            OSError: the disk is full.
        """
        _, coded = cv2.imencode(".jpg", frame[..., ::-1], _QUALITY)
        content = coded.tobytes()
        self._file.write(content)
        self._places.append(self._places[-1] + len(content))

    def frames(self, start: int, stop: int) -> Iterator[Picture]:
        """Yield frames ``[start, stop)``."""
        for number in range(start, stop):
            self._file.seek(self._places[number])
            content = self._file.read(self._places[number + 1] - self._places[number])
            coded = np.frombuffer(content, np.uint8)
            found = cv2.imdecode(coded, cv2.IMREAD_COLOR_RGB)
            yield np.asarray(found, np.uint8)
