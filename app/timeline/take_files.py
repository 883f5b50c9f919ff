"""What stands of a take on disk: ``take.json``, the movies beside it, and what the user thinks.

The engine writes ``take.json``; the editor writes ``notes.json`` beside it. Thrown-away takes lie
in the journal until the project is closed.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.timeline.generation import Refining
from app.timeline.storage import TAKES_FOLDER, write_atomically
from app.timeline.takes import DRAFT_FILE, MASTER_FILE, PassContent, shots_hash
from engine.protocol.jobs import DraftJob

TAKE_FILE = "take.json"
NOTES_FILE = "notes.json"
DISCARDED_FOLDER = Path("journal") / "discarded"
MAX_TAKE_BYTES = 4 * 1024 * 1024
MAX_RATING = 5


@dataclass(frozen=True, slots=True)
class TakeFiles:
    """The finished movies of a take and the report of how they were made.

    Attributes:
        draft, master: None while unfinished.
        report: what ``take.json`` says, empty where there is none or it is damaged.
    """

    draft: Path | None = None
    master: Path | None = None
    report: dict[str, Any] = field(default_factory=dict[str, Any])

    @property
    def best(self) -> Path | None:
        """The master if there is one, else the draft."""
        return self.master or self.draft

    def master_by(
        self, refine_model: str, requested: Mapping[str, Any] | None = None
    ) -> Path | None:
        """The master, unless another Director-SR model than ``refine_model`` made it.

        Args:
            refine_model: by the film's name for it.
            requested: what else is asked for (see ``requested_of``); None takes any.
        """
        facts = self.report.get("master")
        facts = cast("dict[str, Any]", facts) if isinstance(facts, dict) else {}
        is_made_so = requested is None or facts.get("requested", {}) == dict(requested)
        is_by_it = facts.get("requested_model") in (None, refine_model)
        return self.master if is_by_it and is_made_so else None

    @property
    def refining(self) -> tuple[str, Refining] | None:
        """Model and settings that the master was asked for with; None where there is none."""
        facts = self.report.get("master")
        if self.master is None or not isinstance(facts, dict):
            return None
        facts = cast("dict[str, Any]", facts)
        model = facts.get("requested_model")
        try:
            settings = Refining.of_facts(cast("dict[str, Any]", facts.get("requested") or {}))
        except (ValidationError, TypeError):
            return None
        return (model, settings) if isinstance(model, str) else None


class TakeNotes(BaseModel):
    """What the user thinks of a take: stars (0: none), and whether it may become a master."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    rating: int = Field(default=0, ge=0, le=MAX_RATING)
    approved: bool = False


class Fidelity(BaseModel):
    """How closely a take shows one board: frames of the pass, PSNR in dB, the board's strength."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    requested_frame: int
    frame: int
    psnr_db: float
    strength: float = 1.0


@dataclass(frozen=True)
class TakeRecord:
    """A finished take.

    Attributes:
        name: of its folder.
        job: what the draft was asked for.
        shots: hash of the shots it was made from.
        num_steps: as the model was run.
        made_at: seconds since the epoch.
        fidelity: board by board, of the master where there is one.
    """

    name: str
    files: TakeFiles
    notes: TakeNotes
    job: DraftJob
    shots: str
    num_steps: int
    made_at: float
    fidelity: tuple[Fidelity, ...]

    @property
    def num_frames(self) -> int:
        """Length in frames."""
        return sum(shot.num_frames for shot in self.job.shots)

    @property
    def boards(self) -> frozenset[str]:
        """File names of the boards it was made from."""
        return frozenset(Path(k.image).name for shot in self.job.shots for k in shot.keyframes)


def read_take(folder: Path) -> TakeFiles:
    """Return what is finished in a take's folder. A movie counts once ``take.json`` knows of it."""
    report = _read_report(folder / TAKE_FILE)

    def movie(part: str, name: str) -> Path | None:
        path = folder / name
        return path if part in report and path.is_file() else None

    return TakeFiles(movie("draft", DRAFT_FILE), movie("master", MASTER_FILE), report)


def read_notes(folder: Path) -> TakeNotes:
    """Return what the user noted about a take."""
    try:
        return TakeNotes.model_validate(_read_report(folder / NOTES_FILE))
    except ValidationError:
        return TakeNotes()


def write_notes(folder: Path, notes: TakeNotes) -> None:
    """Keep what the user notes about a take.

    Raises:
        OSError: the folder cannot be written.
    """
    write_atomically(folder / NOTES_FILE, notes.model_dump_json(indent=1).encode())


def read_record(folder: Path) -> TakeRecord | None:
    """Return a take with everything known of it; None while it has no finished draft."""
    files = read_take(folder)
    facts = files.report.get("draft")
    if files.draft is None or not isinstance(facts, dict):
        return None
    facts = cast("dict[str, Any]", facts)
    try:
        job = DraftJob.model_validate(facts["job"])
        shots = shots_hash(PassContent.of_job(job))
        made_at = files.draft.stat().st_mtime
    except (KeyError, ValueError, OSError):
        return None  # of another version of the program: it can be looked at, not listed
    steps = facts.get("num_steps")
    return TakeRecord(
        name=folder.name,
        files=files,
        notes=read_notes(folder),
        job=job,
        shots=shots,
        num_steps=steps if isinstance(steps, int) else 0,
        made_at=made_at,
        fidelity=_fidelity(files),
    )


def stamp(folder: Path) -> tuple[float, ...]:
    """Return what changes when a take's record does: its files' times."""
    times: list[float] = []
    for name in (TAKE_FILE, NOTES_FILE, DRAFT_FILE, MASTER_FILE):
        try:
            times.append((folder / name).stat().st_mtime_ns)
        except OSError:
            times.append(0)
    return tuple(times)


def discard(project_folder: Path, name: str) -> None:
    """Move a take aside.

    Raises:
        OSError: it cannot be moved.
    """
    if _leads_out(project_folder):
        raise OSError(f"{DISCARDED_FOLDER} leads out of the project")
    aside = project_folder / DISCARDED_FOLDER / name
    shutil.rmtree(aside, ignore_errors=True)
    source = project_folder / TAKES_FOLDER / name
    if source.is_dir():
        aside.parent.mkdir(parents=True, exist_ok=True)
        source.replace(aside)


def bring_back(project_folder: Path, name: str) -> None:
    """Undo ``discard``; a take of this name that was made since stays.

    Raises:
        OSError: it cannot be moved.
    """
    aside = project_folder / DISCARDED_FOLDER / name
    target = project_folder / TAKES_FOLDER / name
    if aside.is_dir() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.replace(target)


def sweep(project_folder: Path, discarded: Collection[str], *, delete: bool) -> None:
    """Settle what lies aside by what the saved film says.

    A take that it did not throw away comes back; the others are deleted for good on ``delete``.
    """
    if _leads_out(project_folder):
        return
    with contextlib.suppress(OSError):
        for folder in list((project_folder / DISCARDED_FOLDER).iterdir()):
            if folder.name not in discarded:
                bring_back(project_folder, folder.name)
            elif delete:
                shutil.rmtree(folder, ignore_errors=True)


def _leads_out(project_folder: Path) -> bool:
    """Whether one of the folders between which takes are moved is a link to elsewhere."""
    places = (DISCARDED_FOLDER.parent, DISCARDED_FOLDER, Path(TAKES_FOLDER))
    return any((project_folder / place).is_symlink() for place in places)


def _fidelity(files: TakeFiles) -> tuple[Fidelity, ...]:
    part = files.report.get("master" if files.master else "draft")
    rows = cast("dict[str, Any]", part).get("keyframes") if isinstance(part, dict) else None
    found: list[Fidelity] = []
    for row in cast("list[Any]", rows) if isinstance(rows, list) else []:
        with contextlib.suppress(ValidationError):
            found.append(Fidelity.model_validate(row))
    return tuple(sorted(found, key=lambda row: row.frame))


def _read_report(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file() or path.stat().st_size > MAX_TAKE_BYTES:
            return {}  # a pipe in its place would never end
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}
