"""The project that a movie carries: how it is written down, and how it is read again. Pure.

It holds the document, which frames of the film the movie shows, and the seed, models and hashes of
every take in it. Paths are left out, and so are the boards: they stand in the movie's own frames.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from app.timeline.parts import FootageItem, FootageUse
from app.timeline.project import Keyframe, Project, Shot
from app.timeline.storage import ProjectError, project_from_json
from app.timeline.takes import FilmPass

VERSION = 1
MAX_JSON_BYTES = 16 * 1024 * 1024
_LATEST = "This movie carries a project of a newer SmartDirector; update the program to open it."


@dataclass(frozen=True, slots=True)
class CarriedFilm:
    """A project out of a movie, and which frames ``[start, stop)`` of it the movie shows."""

    project: Project
    start: int
    stop: int


def carried_film(project: Project) -> Mapping[str, Any]:
    """Return the document as movies carry it; it is the same for all files of one export."""
    return {
        "schema_version": project.schema_version,
        **_without_places(project).model_dump(mode="json", exclude_defaults=True),
    }


def carried_json(
    film: Mapping[str, Any],
    passes: Sequence[FilmPass],
    reports: Mapping[str, Mapping[str, Any]],
    start: int,
    stop: int,
) -> str:
    """Return what goes into a movie of the film frames ``[start, stop)``.

    Args:
        film: by ``carried_film``.
        reports: what ``take.json`` says of each take, by the take's name.
    """
    takes = [
        {
            "take": part.take,
            "start": part.first_frame,
            "stop": part.end,
            "seed": part.seed,
            **_models(reports.get(part.take, {})),
        }
        for part in passes
        if part.first_frame < stop and part.end > start
    ]
    content = {
        "smartdirector": VERSION,
        "frames": [start, stop],
        "project": film,
        "takes": takes,
    }
    return _compact(content)


def _compact(content: Mapping[str, Any]) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _placed(take: Mapping[str, Any]) -> dict[str, Any]:
    return {key: take[key] for key in ("take", "start", "stop", "seed") if key in take}


def _seed(report: Mapping[str, Any]) -> dict[str, int]:
    """Return the seed that a draft was really asked for."""
    draft = report.get("draft")
    job: Any = cast("dict[str, Any]", draft).get("job") if isinstance(draft, dict) else None
    seed: Any = cast("dict[str, Any]", job).get("seed") if isinstance(job, dict) else None
    return {"seed": seed} if isinstance(seed, int) else {}


def with_takes(text: str, made: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return what a movie carries, with what is known of its takes once they are made.

    Args:
        text: by ``carried_json``.
        made: name and ``take.json`` of the take of each piece, in the film's order; a take may
            have been re-rolled while the movie waited.
    """
    content = json.loads(text)
    takes: list[dict[str, Any]] = content["takes"]
    if len(takes) != len(made):
        return text
    content["takes"] = [
        {**_placed(take), "take": name, **_seed(report), **_models(report)}
        for take, (name, report) in zip(takes, made, strict=True)
    ]
    return _compact(content)


def read_carried(text: str, name: str) -> CarriedFilm:
    """Read what a movie called ``name`` carries. It is distrusted like any project file.

    Raises:
        ProjectError: it is none, of a newer version, or makes no sense.
    """
    try:
        content = json.loads(text)
        frames = content["frames"]
        start, stop = int(frames[0]), int(frames[1])
        version, raw = content["smartdirector"], content["project"]
    except (ValueError, KeyError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise ProjectError(f"The project in {name} is damaged; it cannot be opened.") from error
    if not isinstance(version, int) or version > VERSION:
        raise ProjectError(_LATEST)
    if not isinstance(raw, dict):
        raise ProjectError(f"The project in {name} is damaged; it does not hold a film.")
    project = _without_places(project_from_json(cast("dict[str, Any]", raw), name))
    if not 0 <= start < stop <= project.num_frames:
        raise ProjectError(f"The project in {name} is damaged: it names frames that are not there.")
    return CarriedFilm(project, start, stop)


def frames_of_media(film: CarriedFilm) -> dict[str, int]:
    """Return for each board the movie frame that shows it, where one does."""
    found: dict[str, int] = {}
    for start, shot in film.project.shot_starts():
        for keyframe in shot.keyframes:
            frame = start + keyframe.frame
            if film.start <= frame < film.stop and keyframe.strength == 1:
                found.setdefault(keyframe.media, frame - film.start)
    for start, shot in film.project.shot_starts():  # a board that only guides, if nothing better
        for keyframe in shot.keyframes:
            frame = start + keyframe.frame
            if film.start <= frame < film.stop:
                found.setdefault(keyframe.media, frame - film.start)
    return found


def with_boards(
    film: CarriedFilm, boards: Mapping[str, Any], movie: FootageItem | None = None
) -> Project:
    """Return the film with its boards taken from frames; keyframes without one are left out.

    Args:
        boards: by the id of the media that they stand for: the new ``MediaItem``.
        movie: what the film comes from. Footage is seen from it: it shows the very frames. What it
            does not show of footage is to be made.
    """
    shots = tuple(
        _refilmed(_reboarded(shot, boards), start, film, movie)
        for start, shot in film.project.shot_starts()
    )
    is_seen = any(shot.footage is not None for shot in shots)
    media = {item.id: item for item in boards.values()}
    changes = {
        "shots": shots,
        "media": tuple(media.values()),
        "footage": (movie,) if movie is not None and is_seen else (),
        "sounds": (),
        "sound_clips": (),
    }
    return Project.model_validate({**dict(film.project), **changes})


def _reboarded(shot: Shot, boards: Mapping[str, Any]) -> Shot:
    keyframes = tuple(
        # The frame shows the board as it was cropped: it fills the frame now.
        Keyframe.model_validate(
            {
                **dict(keyframe),
                "media": boards[keyframe.media].id,
                "fit": "cover",
                "anchor_x": 0.5,
                "anchor_y": 0.5,
            }
        )
        for keyframe in shot.keyframes
        if keyframe.media in boards
    )
    return shot.model_copy(update={"keyframes": keyframes})


def _refilmed(shot: Shot, start: int, film: CarriedFilm, movie: FootageItem | None) -> Shot:
    """Return a shot whose footage is the movie that the film comes from."""
    use = None
    is_within = film.start <= start and start + shot.num_frames <= film.stop
    if shot.footage is not None and movie is not None and is_within:
        # Its sound comes back in the movie's mix.
        use = FootageUse(footage=movie.id, start=start - film.start, is_muted=True)
    return shot.model_copy(update={"footage": use})


def _without_places(project: Project) -> Project:
    """Return the film without what holds on one machine only: takes, and where footage lies."""
    shots = tuple(
        shot.model_copy(
            update={
                "kept": None,
                "keyframes": tuple(k.model_copy(update={"kept": None}) for k in shot.keyframes),
            }
        )
        for shot in project.shots
    )
    footage = tuple(item.model_copy(update={"path": item.name}) for item in project.footage)
    return project.model_copy(update={"shots": shots, "footage": footage, "discarded": ()})


def _models(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return models with their hashes, LoRAs and steps of a take, without any path."""
    found: dict[str, Any] = {}
    for part in ("draft", "master"):
        facts = report.get(part)
        if not isinstance(facts, dict):
            continue
        facts = cast("dict[str, Any]", facts)
        model = facts.get("model")
        if isinstance(model, dict):
            model = {k: _plain(v) for k, v in cast("dict[str, Any]", model).items()}
        found[part] = {
            "model": model,
            **{name: facts[name] for name in ("num_steps", "seed") if name in facts},
        }
        if facts.get("loras"):
            found[part]["loras"] = [_plain(str(lora)) for lora in facts["loras"]]
    return found


def _plain(value: Any) -> Any:
    """Return a value without the folders of a path."""
    return value.replace("\\", "/").rsplit("/", 1)[-1] if isinstance(value, str) else value
