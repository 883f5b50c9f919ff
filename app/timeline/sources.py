"""The user's files that a film is made of, and which of them a job cannot do without. Pure.

Boards and sounds lie in the project's ``media`` folder under their content's hash; movies stay
where they are. Whether a file is there is told from outside.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from app.timeline.footage_edits import used_footage
from app.timeline.parts import MediaItem, SoundItem
from app.timeline.project import Project
from app.timeline.storage import media_path
from engine.protocol.export import ExportJob
from engine.protocol.jobs import DraftJob, UpscaleJob
from engine.protocol.messages import AnyJob

SourceKind = Literal["board", "sound", "movie"]


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the user's.

    Attributes:
        id: of its item in the film.
        name: what the user calls it.
        path: where it should lie.
        digest: SHA-256 of its bytes; of a movie its fingerprint.
    """

    id: str
    kind: SourceKind
    name: str
    path: Path
    digest: str

    @property
    def names(self) -> tuple[str, ...]:
        """What it may be called, wherever it lies now."""
        return tuple(dict.fromkeys((self.name, self.path.name)))


def sources(project: Project, folder: Path) -> tuple[Source, ...]:
    """Return what shots and lanes use: boards, sounds and movies, each in the film's order."""
    boards = dict.fromkeys(k.media for shot in project.shots for k in shot.keyframes)
    sounds = dict.fromkeys(clip.sound for clip in project.sound_clips)
    return (
        *(_source(project.media_item(name), folder) for name in boards),
        *(_source(project.sound_item(name), folder) for name in sounds),
        *(
            Source(item.id, "movie", item.name, Path(item.path), item.fingerprint)
            for item in used_footage(project)
        ),
    )


def files_of(job: AnyJob) -> frozenset[str]:
    """Return the paths of what a job reads; a take's own files are among them."""
    match job:
        case DraftJob():
            boards = [k.image for shot in job.shots for k in shot.keyframes]
            border = [job.next_keyframe.image] if job.next_keyframe else []
            return frozenset((*boards, *border, *(spec.path for spec in job.footage)))
        case ExportJob():
            parts = (*job.segments, *job.sounds, *job.room_tones)
            return frozenset(part.path for part in parts)
        case UpscaleJob():
            return frozenset((job.video,))
        case _:
            return frozenset()


def lost_for(
    jobs: Iterable[AnyJob], used: Sequence[Source], missing: Collection[str]
) -> tuple[Source, ...]:
    """Return what jobs need and is missing, in the film's order.

    Args:
        used: the film's sources.
        missing: ids of those that are not there.
    """
    gone = [source for source in used if source.id in missing]
    if not gone:
        return ()
    needed = frozenset[str]().union(*map(files_of, jobs))
    return tuple(source for source in gone if str(source.path) in needed)


def lost_words(lost: Sequence[Source], *, exports: bool) -> str:
    """Say what is lost and what to do, in one sentence.

    Args:
        exports: the film was to be exported, not only generated.
    """
    name, more = lost[0].name, len(lost) - 1
    match bool(more), exports:
        case False, False:
            return f"{name} is not where it was; relink it, then generate again."
        case False, True:
            return f"{name} is not where it was; relink it, then export again."
        case True, False:
            return f"{name} and {more} more are not where they were; find them, then generate."
        case _:
            return f"{name} and {more} more are not where they were; find them, then export."


def _source(item: MediaItem | SoundItem, folder: Path) -> Source:
    kind = "board" if isinstance(item, MediaItem) else "sound"
    return Source(item.id, kind, item.name, media_path(folder, item), item.sha256)
