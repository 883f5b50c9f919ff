"""What is done of a dataset, on the disk: surveys, clips, captions. A killed run goes on from it.

Beside the shards lies a folder ``work`` with one folder for each film, named by its content. What
lies there under its name is whole; what is damaged is made again. Knows no film and no net.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from engine.data.schema import StructuredCaption
from engine.data.settings import MakeSettings
from engine.data.survey import FilmSurvey
from engine.media.writer import disk_errors
from engine.protocol.errors import BadInput, DiskProblem

try:
    import fcntl
except ImportError:  # Windows: two runs into one folder cannot be told apart there
    fcntl = None

WORK = "work"
_MAX_BYTES = 512 << 20

Kept = TypeVar("Kept", bound=BaseModel)


class KeptCaption(BaseModel):
    """A caption that a model wrote.

    Attributes:
        asked: what it was asked with; another model or prompt asks again.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    asked: str
    by: str
    trouble: str
    caption: StructuredCaption


@dataclass(frozen=True, slots=True)
class FilmFolder:
    """Where the work on one film lies."""

    folder: Path
    settings: MakeSettings

    @property
    def survey_file(self) -> Path:
        """The survey with these settings."""
        return self.folder / f"survey-{self.settings.survey_key}.json"

    @property
    def clips(self) -> Path:
        """Folder of the clips with these settings."""
        return self.folder / f"clips-{self.settings.clip_key}"

    def survey(self) -> FilmSurvey | None:
        """Return the survey that is kept; None where there is none that can be used."""
        return _read(self.survey_file, FilmSurvey)

    def keep_survey(self, survey: FilmSurvey) -> None:
        """Keep a survey.

        Raises:
            DiskProblem: it cannot be written.
        """
        _write(self.survey_file, survey)

    def caption(self, clip: str, asked: str) -> KeptCaption | None:
        """Return the caption that a clip has from ``asked``; None where there is none."""
        kept = _read(self.clips / f"{clip}.caption.json", KeptCaption)
        return kept if kept is not None and kept.asked == asked else None

    def keep_caption(self, clip: str, kept: KeptCaption) -> None:
        """Keep a caption.

        Raises:
            DiskProblem: it cannot be written.
        """
        _write(self.clips / f"{clip}.caption.json", kept)


def film_folder(dataset: Path, fingerprint: str, settings: MakeSettings) -> FilmFolder:
    """Return where the work on a film lies."""
    return FilmFolder(dataset / WORK / fingerprint, settings)


@contextlib.contextmanager
def held(dataset: Path) -> Generator[None]:
    """Hold a dataset's folder, so that no other run works in it.

    Raises:
        BadInput: another one does, or the folder's name is taken by a file.
        DiskProblem: it cannot be made.
    """
    lock = dataset / WORK / "lock"
    try:
        with disk_errors(lock):
            lock.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
    except (FileExistsError, NotADirectoryError) as error:
        raise BadInput(f"{dataset.name} is a file; choose another folder.") from error
    try:
        if fcntl is not None:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BadInput(
                    f"Another run makes the dataset {dataset.name}; wait until it is done."
                ) from error
            except OSError:
                pass  # a disk that knows no locks
        yield
    finally:
        os.close(descriptor)


def write_whole(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        DiskProblem: it cannot be written.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with draft.open("w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
    except OSError as error:
        raise DiskProblem(f"{path.name} cannot be written ({error.strerror}).") from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


def _write(path: Path, model: BaseModel) -> None:
    write_whole(path, model.model_dump_json() + "\n")


def _read(path: Path, kind: type[Kept]) -> Kept | None:
    """Return what a file holds; None where it is missing or damaged."""
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
        if len(content) > _MAX_BYTES:
            return None
        return kind.model_validate_json(content)
    except (OSError, ValueError, ValidationError, RecursionError):
        return None
