"""Movies and sound of a project opened with distrust: nothing but the file itself is read.

A list that FFmpeg would follow to other files, or over the network, is refused. Knows nothing of
what is in a movie.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.protocol.media import LIST_FORMATS, LIST_HEADS

if TYPE_CHECKING:
    from av.container import InputContainer

_LOCAL = {"protocol_whitelist": "file"}


class ContainerError(OSError):
    """A file that cannot be opened as a movie or as sound."""


def open_local(path: Path) -> InputContainer:
    """Open a plain file; the caller closes it.

    Raises:
        ContainerError: it is missing, no plain file, no movie or sound, or names other files.
    """
    import av  # loads when the first movie is looked at, not with the window
    from av.error import FFmpegError

    if not path.is_file():  # a pipe would never end
        raise ContainerError(f"{path.name} is no file")
    with path.open("rb") as stream:
        head = stream.read(64)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(LIST_HEADS):
        raise ContainerError(f"{path.name} names other files")
    try:
        container = av.open(str(path.absolute()), options=_LOCAL, metadata_errors="replace")
    except (FFmpegError, ValueError) as error:
        raise ContainerError(f"{path.name} cannot be read") from error
    if LIST_FORMATS & {*container.format.name.split(",")}:
        container.close()
        raise ContainerError(f"{path.name} names other files")
    return container
