"""From the film to what is handed on: which frames, which words, how large, one file or many. Pure.

Ranges are film frames ``[start, stop)``. How each format is encoded is the engine's matter.
"""

from __future__ import annotations

import uuid
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.timeline.footage_sound import clipped, footage_sounds, room_tones
from app.timeline.pieces import FilmPiece, segments_of
from app.timeline.project import Project, Shot
from app.timeline.sounds import heard
from engine.planning.sound import sample_at
from engine.planning.timecode import shifted_timecode
from engine.protocol.export import (
    CaptionSpec,
    ChapterSpec,
    ExportFormatSpec,
    ExportJob,
    MarkSpec,
    RoomTone,
    Segment,
    SoundSpec,
)
from engine.protocol.formats import (
    FORMATS,
    CaptionMode,
    Container,
    EncoderName,
    ExportFormat,
    FormatName,
    scaled_size,
)
from engine.protocol.jobs import Fit, FrameRate

Shots = Sequence[tuple[int, Shot]]
"""Shots with the film frames they start on, in order."""

ExportRange = Literal["film", "in_out", "shots"]

_SAME_SHAPE = 0.03
"""Drafts stray from the film's shape by a percent or two; nobody sees it."""


class ExportChoices(BaseModel):
    """What the user chose of an export; it is remembered from one to the next.

    Attributes:
        quality: None is the format's own.
        size: None is the film's.
        short_side: the film's shape with so many pixels on the shorter side, where ``size`` is
            None; None keeps the film's size.
        fit: how pictures stand in a size of another shape: cropped, or whole between bars; None
            refuses such a size.
        rate: None is the film's; another one keeps the time and repeats or leaves out frames.
        range: all, what is marked, or each shot into a file of its own.
        timecode: of the film's first frame; empty for none.
        keeps_project: whether the movie carries the project that made it.
        proves_footage: whether hashes of footage before and after go into a file beside the movie.
        certificate, key: PEM files to sign a C2PA manifest with.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    format: FormatName = "h264"
    container: Container = "mp4"
    encoder: EncoderName = "software"
    quality: int | None = Field(default=None, ge=0, le=63)
    size: tuple[int, int] | None = None
    short_side: int | None = Field(default=None, ge=16, le=8192)
    fit: Fit | None = None
    rate: FrameRate | None = None
    range: ExportRange = "film"
    captions: CaptionMode = "none"
    chapters: bool = True
    timecode: str = Field(default="", max_length=16)
    keeps_project: bool = True
    proves_footage: bool = False
    certificate: str | None = None
    key: str | None = None

    @property
    def row(self) -> ExportFormat:
        """The format's facts."""
        return FORMATS[self.format]

    def size_of(self, project: Project) -> tuple[int, int]:
        """Return (width, height) of what is written."""
        film = project.format
        if self.size is not None:
            return self.size
        if self.short_side is None:
            return film.width, film.height
        return scaled_size(film.width, film.height, self.short_side)

    def changes_shape(self, project: Project) -> bool:
        """Whether what is written has another shape than the film; a few lines do not count."""
        film = project.format
        width, height = self.size_of(project)
        return abs(width * film.height / (height * film.width) - 1) > _SAME_SHAPE

    def rate_of(self, project: Project) -> FrameRate:
        """Return the rate of what is written."""
        return self.rate or project.format.rate


@dataclass(frozen=True, slots=True)
class Stretch:
    """Frames ``[start, stop)`` of the film that go into one output."""

    start: int
    stop: int
    output: Path


def stretches(project: Project, choices: ExportChoices, output: Path) -> tuple[Stretch, ...]:
    """Return what is written, file by file.

    Raises:
        ValueError: nothing is marked, though what is marked was asked for.
    """
    match choices.range:
        case "film":
            return (Stretch(0, project.num_frames, output),)
        case "in_out":
            marked = project.in_out
            if marked is None:
                raise ValueError("Nothing is marked; set an in or an out point first.")
            return (Stretch(*marked, output),)
        case "shots":
            digits = max(2, len(str(len(project.shots))))
            return tuple(
                Stretch(
                    start,
                    start + shot.num_frames,
                    output.with_name(f"{output.stem}_{number:0{digits}}{output.suffix}"),
                )
                for number, (start, shot) in enumerate(project.shot_starts(), 1)
            )


def export_jobs(
    project: Project,
    folder: Path,
    pieces: Sequence[FilmPiece],
    choices: ExportChoices,
    output: Path,
    mark: Callable[[Stretch], MarkSpec] | None = None,
    overwrite: bool = False,
) -> tuple[tuple[Stretch, ExportJob], ...]:
    """Return the jobs that write the film, one for each file.

    Args:
        pieces: the movies that make up the film, in order.
        mark: what the movie of a stretch says of itself.

    Raises:
        ValueError: nothing is marked, or the timecode is none.
    """
    parts = stretches(project, choices, output)
    return stretch_jobs(project, folder, pieces, choices, parts, mark, overwrite)


def stretch_jobs(
    project: Project,
    folder: Path,
    pieces: Sequence[FilmPiece],
    choices: ExportChoices,
    parts: Sequence[Stretch],
    mark: Callable[[Stretch], MarkSpec] | None = None,
    overwrite: bool = False,
) -> tuple[tuple[Stretch, ExportJob], ...]:
    """Return the jobs that write given stretches of the film; see :func:`export_jobs`."""
    width, height = choices.size_of(project)
    rate = choices.rate_of(project)
    sounds = (*heard(project, folder), *footage_sounds(project))
    tones = room_tones(project)
    shots = tuple(project.shot_starts())
    jobs: list[tuple[Stretch, ExportJob]] = []
    for part in parts:
        within, beside = _within(sounds, project, part), _tones_within(tones, project, part)
        proof = _proof(project, choices, part)
        job = ExportJob(
            job_id=f"export-{uuid.uuid4().hex[:12]}",
            segments=_fitted(segments_of(pieces, part.start, part.stop), project, choices),
            output=str(part.output.absolute()),
            rate=rate,
            source_rate=project.format.rate if rate != project.format.rate else None,
            width=width,
            height=height,
            format=ExportFormatSpec(
                name=choices.format, encoder=choices.encoder, quality=choices.quality
            ),
            timecode=_timecode(project, choices, part.start),
            first_number=_at_rate(part.start, project, rate),
            chapters=_chapters(shots, part) if choices.chapters else (),
            captions=_captions(shots, part) if choices.captions != "none" else (),
            caption_mode=choices.captions,
            mark=mark(part) if mark else None,
            sounds=within,
            kept_sound=_kept(within) if not beside else None,
            room_tones=beside,
            proof=str(proof.absolute()) if proof is not None else None,
            overwrite=overwrite,
        )
        jobs.append((part, job))
    return tuple(jobs)


def _kept(sounds: Sequence[SoundSpec]) -> SoundSpec | None:
    """Return the sound that can go along as it is encoded: a movie's from its start, alone."""
    if len(sounds) != 1:
        return None
    (sound,) = sounds
    is_plain = not (sound.start or sound.gain_db or sound.fade_in or sound.fade_out)
    return sound if is_plain else None


def _proof(project: Project, choices: ExportChoices, part: Stretch) -> Path | None:
    """Return the file for the hashes of footage, where they are wanted and can be had."""
    is_same_rate = choices.rate_of(project) == project.format.rate
    if not choices.proves_footage or choices.row.is_sequence or not is_same_rate:
        return None
    has_footage = any(
        shot.footage is not None and start < part.stop and start + shot.num_frames > part.start
        for start, shot in project.shot_starts()
    )
    return part.output.with_name(f"{part.output.stem}.footage.json") if has_footage else None


def _fitted(
    segments: tuple[Segment, ...], project: Project, choices: ExportChoices
) -> tuple[Segment, ...]:
    if choices.fit is None or not choices.changes_shape(project):
        return segments
    return tuple(segment.model_copy(update={"fit": choices.fit}) for segment in segments)


def _at_rate(frame: int, project: Project, rate: FrameRate) -> int:
    """Return the number that a film frame has at another rate."""
    return round(frame * rate.fraction / project.format.rate.fraction)


def _timecode(project: Project, choices: ExportChoices, start: int) -> str | None:
    if not choices.timecode:
        return None
    rate = choices.rate_of(project)
    return shifted_timecode(choices.timecode, _at_rate(start, project, rate), rate.fraction)


def _chapters(shots: Shots, part: Stretch) -> tuple[ChapterSpec, ...]:
    """Return one chapter for each shot that is seen, named by its caption's first line."""
    found: list[ChapterSpec] = []
    for number, start, shot in _seen(shots, part):
        words = shot.caption.strip().partition("\n")[0]
        title = f"{number} {words}" if words else f"Shot {number}"
        found.append(ChapterSpec(frame=max(0, start - part.start), title=title[:200]))
    return tuple(found)


def _captions(shots: Shots, part: Stretch) -> tuple[CaptionSpec, ...]:
    found: list[CaptionSpec] = []
    for _, start, shot in _seen(shots, part):
        first = max(start, part.start) - part.start
        stop = min(start + shot.num_frames, part.stop) - part.start
        if shot.caption.strip():
            found.append(CaptionSpec(start=first, stop=stop, text=shot.caption.strip()))
    return tuple(found)


def _seen(shots: Shots, part: Stretch) -> Iterator[tuple[int, int, Shot]]:
    """Yield number, start and shot of what a stretch shows; one of many asks for few of many."""
    first = bisect_right(shots, part.start, key=lambda placed: placed[0]) - 1
    for index in range(max(0, first), len(shots)):
        start, shot = shots[index]
        if start >= part.stop:
            return
        yield index + 1, start, shot


def _within(sounds: Sequence[SoundSpec], project: Project, part: Stretch) -> tuple[SoundSpec, ...]:
    """Return what is heard in a stretch; a fade that it cuts into goes on there."""
    rate = project.format.rate.fraction
    first, stop = sample_at(part.start, rate), sample_at(part.stop, rate)
    kept: list[SoundSpec] = []
    for sound in sounds:
        skipped = max(0, first - sound.at)
        late = max(0, sound.at + sound.stop - sound.start - stop)
        if sound.stop - late <= sound.start + skipped:
            continue
        kept.append(
            sound.model_copy(
                update={
                    "start": sound.start + skipped,
                    "stop": sound.stop - late,
                    "at": max(0, sound.at - first),
                    "cut_before": skipped,
                    "cut_after": late,
                }
            )
        )
    return tuple(kept)


def _tones_within(
    tones: tuple[RoomTone, ...], project: Project, part: Stretch
) -> tuple[RoomTone, ...]:
    rate = project.format.rate.fraction
    return tuple(clipped(tones, sample_at(part.start, rate), sample_at(part.stop, rate)))


def written_files(
    project: Project, choices: ExportChoices, parts: Sequence[Stretch]
) -> tuple[Path, ...]:
    """Return what an export writes: movies or folders of pictures, then what lies beside them."""
    paths = [part.output for part in parts]
    shots = tuple(project.shot_starts())
    if choices.captions in {"srt", "vtt"} and not choices.row.is_sequence:
        paths += [
            part.output.with_suffix(f".{choices.captions}")
            for part in parts
            if _captions(shots, part)
        ]
    proofs = (_proof(project, choices, part) for part in parts)
    return (*paths, *(path for path in proofs if path is not None))


def num_captions(project: Project, parts: Sequence[Stretch]) -> int:
    """Return how many shots say something in what is written."""
    shots = tuple(project.shot_starts())
    return sum(len(_captions(shots, part)) for part in parts)
