"""What the engine does with footage: finds its shots, and makes it larger. Results become edits.

Jobs go through the queue. What comes back is applied to the film as it is then, as one undo step;
where the shot is gone, nothing is done and it is said.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QObject, Signal

from app.state.background import Background
from app.state.editor import EditorState
from app.state.file_names import shortened
from app.state.footage_intake import FootageIntake, MovieResult
from app.state.job_entries import JobEntry, OfShot
from app.state.jobs import JobsState
from app.state.notices import NoticesState
from app.state.selection import select_shots
from app.timeline import footage_edits
from app.timeline.edits import with_changes
from app.timeline.parts import FootageItem, new_id
from app.timeline.project import Project, Shot
from app.timeline.queue_records import OfSplit, OfUpscale
from app.timeline.storage import TAKES_FOLDER, ProjectError
from engine.protocol.jobs import UpscaleJob
from engine.protocol.media import ShotFinder, ShotsJob
from engine.protocol.messages import JobFinished

GONE = "That shot is not there any more; nothing was changed."
UPSCALED_FILE = "upscaled.mkv"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a job was asked for: a shot, and the frames of a movie that it showed then."""

    shot_id: str
    item: FootageItem
    folder: Path
    start: int
    num_frames: int


class FootageWork(QObject):
    """Splits footage into its shots and makes it larger.

    Signals:
        changed: how cuts are looked for changed.
    """

    changed = Signal()

    def __init__(
        self,
        editor: EditorState,
        jobs: JobsState,
        intake: FootageIntake,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._jobs = jobs
        self._intake = intake
        self._notices = notices
        self._method: ShotFinder = "content"
        self._sensitivity = 0.5
        self._wishes: dict[str, _Wish] = {}
        self._background = Background(self)
        jobs.finished.connect(self._on_finished)

    @property
    def method(self) -> ShotFinder:
        """How cuts are looked for."""
        return self._method

    @property
    def sensitivity(self) -> float:
        """How readily something is taken for a cut, 0 to 1."""
        return self._sensitivity

    def look_for_cuts_by(self, method: ShotFinder, sensitivity: float) -> None:
        """Choose how cuts are looked for."""
        self._method, self._sensitivity = method, max(0.0, min(1.0, sensitivity))
        self.changed.emit()

    def split_into_shots(self) -> None:
        """Look for the cuts in the selected shot's movie, and divide the shot there."""
        chosen = self._chosen()
        if chosen is not None:
            how = self._method, self._sensitivity
            self._jobs.ask([self._entry(_split_job(chosen[1], *how), *chosen)])

    def upscale(self) -> None:
        """Make what the selected shot shows as large as the film, by Director-SR."""
        chosen = self._chosen()
        if chosen is None:
            return
        shot, item = chosen
        width, height = enlarged(item, self._editor.project)
        if width <= item.width and height <= item.height:
            self._notices.info(
                f"{item.name} is as large as the film already; choose a larger frame size first."
            )
            return
        job = upscale_job(self._editor.project, self._editor.folder, shot)
        self._jobs.ask([self._entry(job, shot, item)])

    def planned_again(self, work: OfSplit | OfUpscale) -> JobEntry | None:
        """Return what is asked of a shot once more, as the film has it now; None if it is gone."""
        project = self._editor.project
        shot = next((shot for shot in project.shots if shot.id == work.shot), None)
        if shot is None or shot.footage is None:
            return None
        item = project.footage_item(shot.footage.footage)
        if isinstance(work, OfSplit):
            return self._entry(_split_job(item, work.method, work.sensitivity), shot, item)
        return self._entry(upscale_job(project, self._editor.folder, shot), shot, item)

    def close(self) -> None:
        """Let go; nothing is delivered afterwards."""
        self._wishes.clear()
        self._background.close()

    def _chosen(self) -> tuple[Shot, FootageItem] | None:
        shot = self._editor.selected_shot
        if shot is None or shot.footage is None:
            self._notices.error(footage_edits.NO_FOOTAGE)
            return None
        return shot, self._editor.project.footage_item(shot.footage.footage)

    def _entry(self, job: ShotsJob | UpscaleJob, shot: Shot, item: FootageItem) -> JobEntry:
        project = self._editor.project
        start = next(at for at, known in project.shot_starts() if known.id == shot.id)
        assert shot.footage is not None
        shown = (shot.footage.start, shot.num_frames)
        self._wishes[job.job_id] = _Wish(shot.id, item, self._editor.folder, *shown)
        span = (start, start + shot.num_frames)
        place = (shortened(item.name), self._jobs.next_batch, "", span)
        return JobEntry(job, *place, wish=OfShot(shot.id))

    def _on_finished(self, entry: JobEntry, ending: JobFinished) -> None:
        wish = self._wishes.get(entry.job.job_id)
        if wish is None or wish.folder != self._editor.folder:
            return
        if isinstance(entry.job, ShotsJob):
            self._divide(wish, ending.report)
        elif isinstance(entry.job, UpscaleJob):
            self._take_along(wish, entry.job, Path(ending.path))

    # Shots.

    def _divide(self, wish: _Wish, report: dict[str, Any]) -> None:
        shot = self._still_there(wish)
        if shot is None:
            return
        assert shot.footage is not None
        cuts = [start - shot.footage.start for start in _starts(report)]
        before = self._editor.project
        edited = footage_edits.divide(before, shot.id, cuts)
        count = len(edited.shots) - len(before.shots) + 1
        if count == 1:
            self._notices.info(
                f"No cut was found in {wish.item.name}; a higher sensitivity finds more."
            )
            return
        index = before.shots.index(shot)
        chosen = select_shots(part.id for part in edited.shots[index : index + count])
        self._editor.do("Split into shots", lambda _: edited, select=chosen)
        self._notices.info(f"{wish.item.name} was split into {count} shots.")

    # Director-SR.

    def _take_along(self, wish: _Wish, job: UpscaleJob, picture: Path) -> None:
        """Give what was made the sound of its movie, then put it into the film."""
        if not wish.item.num_sounds:
            self._look_at(wish, picture)
            return
        target = picture.with_name(UPSCALED_FILE)
        own = wish.item.own_rate.fraction
        length = (job.stop or 0) - job.start

        def work() -> None:
            from app.media.resound import ResoundError, with_sound_of  # PyAV loads when needed

            try:
                original = Path(wish.item.path)
                with_sound_of(picture, original, job.start / own, length / own, target)
            except ResoundError as error:
                raise ProjectError(str(error)) from error

        def arrived(error: str | None) -> None:
            if error is not None:
                self._notices.error(error)
            self._look_at(wish, picture if error is not None else target)

        self._background.start(work, arrived)

    def _look_at(self, wish: _Wish, path: Path) -> None:
        def arrived(result: MovieResult) -> None:
            if result.items and wish.folder == self._editor.folder:
                self._replace(wish, result.items[0])

        self._intake.start([path], self._editor.project.format.rate, arrived)

    def _replace(self, wish: _Wish, made: FootageItem) -> None:
        shot = self._still_there(wish)
        if shot is None:
            return
        assert shot.footage is not None
        named = with_changes(made, name=f"{Path(wish.item.name).stem} · Director-SR")
        offset = shot.footage.start - wish.start
        if offset < 0 or offset + shot.num_frames > wish.num_frames:
            self._notices.error(
                f"The shot shows other frames of {wish.item.name} than before; upscale it again."
            )
            return
        self._editor.do(
            "Upscale footage",
            lambda film: footage_edits.replace_movie(film, shot.id, named, offset),
        )
        self._notices.info(f"{wish.item.name} was made {made.width}×{made.height} by Director-SR.")

    def _still_there(self, wish: _Wish) -> Shot | None:
        for shot in self._editor.project.shots:
            is_same = shot.footage is not None and shot.footage.footage == wish.item.id
            if shot.id == wish.shot_id and is_same:
                return shot
        self._notices.error(GONE)
        return None


def _split_job(item: FootageItem, method: ShotFinder, sensitivity: float) -> ShotsJob:
    return ShotsJob(
        job_id=f"shots-{new_id()}",
        path=item.path,
        rate=item.rate,
        method=method,
        sensitivity=sensitivity,
    )


def upscale_job(project: Project, folder: Path, shot: Shot) -> UpscaleJob:
    """Return the job that makes a shot of footage as large as the film.

    Its folder is named by all that decides the pixels, so that the same wish goes on where it was
    stopped. Frames of the job are the movie's own.
    """
    assert shot.footage is not None
    item = project.footage_item(shot.footage.footage)
    width, height = enlarged(item, project)
    start, stop = own_frames(item, shot.footage.start, shot.footage.start + shot.num_frames)
    job = UpscaleJob(
        job_id="",
        folder="",
        video=item.path,
        start=start,
        stop=stop,
        caption=shot.caption or project.caption[:4000],
        width=width,
        height=height,
        model=project.refine_model,
        **project.refining.fields(),
    )
    told = job.model_copy(update={"video": item.fingerprint}).model_dump_json()
    name = f"upscale-{hashlib.sha256(told.encode()).hexdigest()[:16]}"
    place = folder / TAKES_FOLDER / name
    return job.model_copy(update={"job_id": name, "folder": str(place)})


def enlarged(item: FootageItem, project: Project) -> tuple[int, int]:
    """Return the size at which a movie fills the film's frame, or stands whole in it."""
    film = project.format
    scale = min(film.width / item.width, film.height / item.height)
    width, height = (max(64, round(side * scale / 2) * 2) for side in (item.width, item.height))
    return width, height


def own_frames(item: FootageItem, start: int, stop: int) -> tuple[int, int]:
    """Return which of a movie's own frames are seen on the film frames ``[start, stop)``.

    A film frame shows what is on the screen in the middle of its time.
    """
    own = item.own_rate.fraction / item.rate.fraction
    first = math.floor((start + Fraction(1, 2)) * own)
    last = math.floor((stop - Fraction(1, 2)) * own)
    return first, last + 1


def _starts(report: dict[str, Any]) -> list[int]:
    found = report.get("shots")
    rows = cast("list[Any]", found) if isinstance(found, list) else []
    pairs = (cast("list[Any]", row) for row in rows if isinstance(row, list) and row)
    return [pair[0] for pair in pairs if isinstance(pair[0], int)]
