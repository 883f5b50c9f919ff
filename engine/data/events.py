"""What is told while a dataset is made, and what it came to. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

SUMMARY_FILE = "summary.json"
MAX_LISTED = 20_000
"""Skipped shots that are named one by one; all of them are counted."""

Phase = Literal["survey", "cut", "caption", "pack"]
_Line = Annotated[str, Field(max_length=1000)]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FilmsFound(_Told):
    """The films that will be gone through."""

    kind: Literal["films_found"] = "films_found"
    num_films: int


class FilmProgress(_Told):
    """``step`` of ``num_steps`` of what is done with a film."""

    kind: Literal["film_progress"] = "film_progress"
    film: str
    phase: Phase
    step: int
    num_steps: int


class FilmFinished(_Told):
    """A film whose clips are cut."""

    kind: Literal["film_finished"] = "film_finished"
    film: str
    num_shots: int
    num_clips: int


class FilmSkipped(_Told):
    """A film, or a file, that is not used."""

    kind: Literal["film_skipped"] = "film_skipped"
    film: _Line
    reason: _Line


class ClipsProgress(_Told):
    """``step`` of ``num_steps`` clips are captioned, or packed."""

    kind: Literal["clips_progress"] = "clips_progress"
    phase: Phase
    step: int
    num_steps: int


class SkippedShot(_Told):
    """A shot that is in no clip.

    Attributes:
        fingerprint: of its film.
        start, stop: frames of the film.
    """

    film: _Line
    fingerprint: Annotated[str, Field(max_length=128)]
    start: int
    stop: int
    seconds: float
    reasons: tuple[_Line, ...]


class Summary(_Told):
    """What a dataset came to.

    Attributes:
        films: that gave clips or could have.
        seconds: of all clips together.
        sequences: clips of more than one shot.
        splits: clips on each side.
        reasons: how many shots were skipped for each kind of reason.
        captioned_by: how many clips each captioned.
        caption_troubles: how often a model's words are missing, by reason.
        skipped: shots, at most :data:`MAX_LISTED`.
    """

    kind: Literal["summary"] = "summary"
    films: int
    shots: int
    clips: int
    seconds: float
    sequences: int
    splits: dict[str, int]
    reasons: dict[str, int]
    captioned_by: dict[str, int]
    caption_troubles: dict[str, int]
    skipped_films: tuple[FilmSkipped, ...]
    skipped: tuple[SkippedShot, ...]


Event = FilmsFound | FilmProgress | FilmFinished | FilmSkipped | ClipsProgress | Summary
