"""From what was measured of a film to the records of its clips, and what is left out and why."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from engine.data.captions.measured import measured_caption
from engine.data.clip_plan import TOO_SHORT, PlannedClip, Span, plan_clips, side_of
from engine.data.cutting import Cut, Frame, frame_of
from engine.data.events import SkippedShot
from engine.data.films import Film
from engine.data.grouping import Judge, places_of, scenes_of
from engine.data.journal import FilmFolder
from engine.data.measures.duplicates import DuplicateFinder
from engine.data.measures.quality import Limits, verdict
from engine.data.schema import (
    ClipRecord,
    Quality,
    ShotCaption,
    ShotRecord,
    StructuredCaption,
)
from engine.data.survey import FilmSurvey, ShotFacts, marks_of, unpacked

_NUMBER = re.compile(r"^[\d.,]+\s*%?\s+(of )?")


@dataclass(frozen=True, slots=True)
class FilmPlan:
    """The clips of a film.

    Attributes:
        frame: what is kept of its picture; None where it is too small for clips.
        records: of the clips, in order, captioned by geometry.
        skipped: shots that are in none.
    """

    film: Film
    folder: FilmFolder
    rate: Fraction
    num_shots: int
    frame: Frame | None
    records: tuple[ClipRecord, ...]
    skipped: tuple[SkippedShot, ...]

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """What is to be cut."""
        clips = self.folder.clips
        return tuple(Cut(record.start, record.stop, clips / record.id) for record in self.records)


def plan_film(
    film: Film,
    survey: FilmSurvey,
    folder: FilmFolder,
    duplicates: DuplicateFinder,
    judge: Judge | None,
) -> FilmPlan:
    """Return what is made of a film; its good shots are added to the known ones.

    Args:
        duplicates: shots of the films before.
        judge: asked for shots that may be of one scene.

    Raises:
        ValueError: the survey holds what is none.
    """
    settings = folder.settings
    rate, frame = Fraction(survey.rate), frame_of(survey.crop, settings.height)
    looks = [[unpacked(look) for look in shot.looks] for shot in survey.shots]
    shots = survey.shots
    continued = {
        number
        for number, (before, shot) in enumerate(itertools.pairwise(shots), 1)
        if before.is_part and shot.is_part and before.stop == shot.start
    }
    scenes = scenes_of(looks, judge if settings.max_shots > 1 else None, continued)
    places = places_of(looks, scenes)
    reasons = [_reasons(shot, settings.keep_all, duplicates) for shot in survey.shots]
    if frame is None:
        reasons = [("Its picture is too small.", *why) for why in reasons]
    spans = [
        Span(shot.start, shot.stop, scene, not why, shot.is_part)
        for shot, scene, why in zip(survey.shots, scenes, reasons, strict=True)
    ]
    plan = plan_clips(spans, settings.lengths, rate)
    for number in plan.too_short:
        reasons[number] = (f"It is {TOO_SHORT}.",)
    records = [
        _record(film, survey, frame, clip, places[clip.parts[0][0]], settings.val_share)
        for clip in plan.clips
        if frame is not None
    ]
    for record, clip in zip(records, plan.clips, strict=False):
        seconds = int(record.start / rate)
        name = f"{film.name} at {seconds // 60} min {seconds % 60} s"
        for number, _, _ in clip.parts:
            duplicates.keep(name, marks_of(survey.shots[number].marks))
    skipped = [
        SkippedShot(
            film=film.name,
            fingerprint=film.fingerprint,
            start=shot.start,
            stop=shot.stop,
            seconds=round(float((shot.stop - shot.start) / rate), 3),
            reasons=why,
        )
        for shot, why in zip(survey.shots, reasons, strict=True)
        if why
    ]
    return FilmPlan(film, folder, rate, len(survey.shots), frame, tuple(records), tuple(skipped))


def reason_kind(sentence: str) -> str:
    """Return what kind of reason a sentence gives: the words without the figures."""
    words = _NUMBER.sub("", sentence).partition(":")[0].strip().rstrip(".")
    return words[:1].upper() + words[1:]


def _reasons(shot: ShotFacts, keep_all: bool, duplicates: DuplicateFinder) -> tuple[str, ...]:
    why = () if keep_all else verdict(shot.quality, Limits())
    twin = duplicates.find(marks_of(shot.marks))
    return (*why, f"It is nearly the same as a shot of another film: {twin}.") if twin else why


def _record(
    film: Film,
    survey: FilmSurvey,
    frame: Frame,
    clip: PlannedClip,
    place: int,
    val_share: float,
) -> ClipRecord:
    shots = tuple(
        ShotRecord(
            start=start - clip.start, stop=stop - clip.start, moves=survey.shots[number].moves
        )
        for number, start, stop in clip.parts
    )
    draft = ClipRecord(
        id=f"{film.fingerprint[:12]}-{clip.start:07d}-{clip.stop:07d}",
        film=film.name,
        fingerprint=film.fingerprint,
        start=clip.start,
        stop=clip.stop,
        rate=survey.rate,
        width=frame.width,
        height=frame.height,
        crop=frame.crop,
        shots=shots,
        quality=_together([survey.shots[number] for number, _, _ in clip.parts]),
        caption=StructuredCaption(shots=(ShotCaption(),) * len(shots)),
        split=side_of(film.fingerprint, place, val_share),
    )
    return draft.model_copy(update={"caption": measured_caption(draft)})


def _together(shots: Sequence[ShotFacts]) -> Quality:
    """Return the mean over all frames."""
    lengths = [shot.stop - shot.start for shot in shots]

    def mean(values: Sequence[float]) -> float:
        weighted = sum(value * length for value, length in zip(values, lengths, strict=True))
        return round(weighted / sum(lengths), 5)

    return Quality(
        motion=mean([shot.quality.motion for shot in shots]),
        sharpness=mean([shot.quality.sharpness for shot in shots]),
        text=min(1.0, mean([shot.quality.text for shot in shots])),
        black=min(1.0, mean([shot.quality.black for shot in shots])),
    )
