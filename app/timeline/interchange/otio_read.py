"""A storyboard from OpenTimelineIO JSON. Pure.

Read here rather than by the library, whose native reader ends the whole program on a file that is
nested deeply enough. Old and new schemas of what a storyboard needs are understood; the rest is
counted and said.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final, cast, get_args

from app.timeline.interchange.otio_write import KEY
from app.timeline.interchange.rates import known_rate
from app.timeline.interchange.skeleton import (
    Skeleton,
    SkeletonBoard,
    SkeletonMarker,
    SkeletonShot,
    SkeletonSound,
    checked,
)
from app.timeline.interchange.text import MAX_FILE_BYTES, ExchangeError
from app.timeline.project import Format, MarkerColor
from engine.planning.sound import SAMPLE_RATE
from engine.protocol.jobs import FrameRate, Join

Json = Mapping[str, Any]

COLORS: Final[Mapping[str, MarkerColor]] = {
    **{name.upper(): name for name in get_args(MarkerColor)},
    "PINK": "red",
    "CYAN": "blue",
    "MAGENTA": "purple",
}
_MAX_NESTING = 50


def read_otio(content: bytes, what: str) -> Skeleton:
    """Return the storyboard of a file.

    Args:
        what: how the file is called in a refusal.

    Raises:
        ExchangeError: it is no timeline, or one that makes no sense.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ExchangeError(f"{what} is too large to be a timeline.")
    try:
        raw = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{what} is damaged: it is not readable as JSON.") from error
    timeline = _first_timeline(raw, 0)
    if timeline is None:
        raise ExchangeError(f"{what} holds no timeline of OpenTimelineIO.")
    try:
        return checked(_Reader(timeline).skeleton(), what)
    except ExchangeError:
        raise
    except (ValueError, TypeError, OverflowError, ZeroDivisionError) as error:
        raise ExchangeError(f"{what} is damaged: a time in it makes no sense.") from error


class _Reader:
    def __init__(self, timeline: Json) -> None:
        self._timeline = timeline
        self._stack = _part(timeline, "tracks")
        self._kept = _part(_part(timeline, "metadata"), KEY)
        self._remarks: list[str] = []
        self._markers: list[SkeletonMarker] = []

    def skeleton(self) -> Skeleton:
        tracks = [t for t in _parts(self._stack, "children") if _schema(t) == "Track"]
        pictures = [t for t in tracks if t.get("kind") == "Video" and _parts(t, "children")]
        if not pictures:
            raise ExchangeError("The timeline holds no video track; nothing was brought in.")
        main = next((t for t in pictures if _role(t) == "boards"), pictures[0])
        others = [t for t in pictures if t is not main and _role(t) != "takes"]
        if others:
            self._remarks.append(
                f"Only the lowest video track was read; {len(others)} above it were left out."
            )
        shots = self._shots(main)
        for marker in (*_parts(self._stack, "markers"), *_parts(main, "markers")):
            self._take_marker(marker, Fraction(0), Fraction(0))
        sounds = [
            sound
            for lane, track in enumerate(t for t in tracks if t.get("kind") == "Audio")
            for sound in self._sounds(track, lane)
        ]
        film_format = self._format()
        return Skeleton(
            name=_text(self._timeline, "name"),
            rate=film_format.rate if film_format else self._rate(main),
            size=(film_format.width, film_format.height) if film_format else None,
            shots=shots,
            markers=tuple(self._markers),
            sounds=tuple(sounds),
            film=_part(self._kept, "film"),
            remarks=tuple(self._remarks),
        )

    def _format(self) -> Format | None:
        try:
            return Format.model_validate(self._kept["format"])
        except (KeyError, ValueError):
            return None

    def _rate(self, track: Json) -> FrameRate | None:
        for item in _parts(track, "children"):
            duration = _part(_part(item, "source_range"), "duration")
            if _number(duration, "rate") > 0:
                return known_rate(_number(duration, "rate"))
        return None

    def _shots(self, track: Json) -> tuple[SkeletonShot, ...]:
        shots: list[SkeletonShot] = []
        moment = Fraction(0)
        last_number: object = None
        for item in _parts(track, "children"):
            if _schema(item) == "Transition":
                self._remarks.append("Dissolves and wipes became cuts.")
                continue
            duration = _duration(item, 0)
            facts = _part(_part(item, "metadata"), KEY)
            board = _board(item, facts)
            begin = _start(item)
            for marker in _parts(item, "markers"):
                self._take_marker(marker, moment - begin, moment)
            number = facts.get("shot")
            joins = isinstance(number, int) and number == last_number and facts.get("part") != 1
            if joins and shots:
                shots[-1] = _extended(shots[-1], duration, board)
            else:
                shots.append(_shot(item, facts, duration, board))
            last_number = number
            moment += duration
        return tuple(shots)

    def _take_marker(self, marker: Json, shift: Fraction, least: Fraction) -> None:
        if _part(_part(marker, "metadata"), KEY).get("kind") == "shot":
            return
        at = _seconds(_part(_part(marker, "marked_range"), "start_time")) + shift
        color = COLORS.get(_text(marker, "color").upper(), "green")
        name = _text(marker, "name") or _text(marker, "comment")
        self._markers.append(SkeletonMarker(max(least, at), name, color))

    def _sounds(self, track: Json, lane: int) -> Iterator[SkeletonSound]:
        moment = Fraction(0)
        for item in _parts(track, "children"):
            if _schema(item) == "Transition":
                continue
            duration = _duration(item, 0)
            source = _source(item)
            if source:
                facts = _part(_part(item, "metadata"), KEY)
                offset = facts.get("offset")
                if not isinstance(offset, int):
                    offset = round(_start(item) * SAMPLE_RATE)
                kept_lane = facts.get("lane")
                settings = {"is_muted": item.get("enabled") is False, **facts}
                yield SkeletonSound(
                    moment,
                    duration,
                    source,
                    max(0, offset),
                    kept_lane if isinstance(kept_lane, int) else lane,
                    settings,
                )
            moment += duration


def _shot(item: Json, facts: Json, duration: Fraction, board: SkeletonBoard | None) -> SkeletonShot:
    caption = _text(facts, "caption") or next(
        (_text(m, "comment") for m in _parts(item, "markers") if _text(m, "comment")), ""
    )
    if not facts and not caption and _schema(item) != "Gap":
        caption = _text(item, "name")
    seed = facts.get("seed")
    join: Join = "continue" if facts.get("join") == "continue" else "cut"
    return SkeletonShot(
        duration,
        caption,
        join,
        (board,) if board else (),
        seed if isinstance(seed, int) and 0 <= seed < 2**63 else None,
    )


def _extended(shot: SkeletonShot, duration: Fraction, board: SkeletonBoard | None) -> SkeletonShot:
    """Return a shot with one more board held at its end."""
    boards = shot.boards
    if board is not None:
        boards = (*boards, replace(board, at=shot.duration))
    return SkeletonShot(shot.duration + duration, shot.caption, shot.join, boards, shot.seed)


def _board(item: Json, facts: Json) -> SkeletonBoard | None:
    source = _source(item)
    if not source:
        return None
    settings = _part(facts, "keyframe")
    at = Fraction(0)
    frame = settings.get("frame")
    duration = _part(_part(item, "source_range"), "duration")
    if isinstance(frame, int) and frame > 0 and facts.get("part") == 1:
        at = frame / known_rate(_number(duration, "rate")).fraction
    return SkeletonBoard(at, source, settings, name=_text(_reference(item), "name"))


def _reference(item: Json) -> Json:
    references = _part(item, "media_references")
    key = item.get("active_media_reference_key")
    reference = _part(references, key if isinstance(key, str) else "DEFAULT_MEDIA")
    return reference or _part(item, "media_reference")  # Clip.1


def _source(item: Json) -> str:
    reference = _reference(item)
    url = _text(reference, "target_url")
    if url or _schema(reference) != "ImageSequenceReference":
        return url
    number = reference.get("start_frame")
    padding = reference.get("frame_zero_padding")
    if not isinstance(number, int) or not isinstance(padding, int) or not 0 <= padding < 20:
        return ""
    base = _text(reference, "target_url_base")
    slash = "" if not base or base.endswith("/") else "/"
    prefix, suffix = _text(reference, "name_prefix"), _text(reference, "name_suffix")
    return f"{base}{slash}{prefix}{number:0{padding}d}{suffix}"


def _duration(item: Json, nesting: int) -> Fraction:
    """Return how long an item lasts in seconds."""
    span = _part(item, "source_range")
    if span:
        length = _seconds(_part(span, "duration"))
    elif "children" in item and nesting < _MAX_NESTING:
        lengths = [
            _duration(child, nesting + 1)
            for child in _parts(item, "children")
            if _schema(child) != "Transition"
        ]
        length = sum(lengths) if _schema(item) == "Track" else max(lengths, default=0)
    else:
        references = _part(item, "media_references") or {"": _part(item, "media_reference")}
        ranges = [_part(_part(references, key), "available_range") for key in references]
        length = next((_seconds(_part(r, "duration")) for r in ranges if r), Fraction(0))
    if length < 0:
        raise ExchangeError("The timeline holds a clip of negative length; it is damaged.")
    return Fraction(length)


def _start(item: Json) -> Fraction:
    return _seconds(_part(_part(item, "source_range"), "start_time"))


def _seconds(time: Json) -> Fraction:
    if not time:
        return Fraction(0)
    value, rate = _number(time, "value"), _number(time, "rate")
    if rate <= 0:
        if value == 0:
            return Fraction(0)
        raise ValueError("a time without a rate")
    if abs(value) > 1e12:
        raise ValueError("a time beyond all films")
    exact = Fraction(int(rate)) if rate == int(rate) else known_rate(rate).fraction
    return Fraction(value) / exact


def _number(part: Json, name: str) -> float:
    value = part.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{name} is no number")
    return float(value)


def _first_timeline(raw: object, nesting: int) -> Json | None:
    if not isinstance(raw, dict) or nesting > _MAX_NESTING:
        return None
    part = cast("dict[str, Any]", raw)
    if _schema(part) == "Timeline":
        return part
    for child in _parts(part, "children"):
        found = _first_timeline(child, nesting + 1)
        if found is not None:
            return found
    return None


def _schema(part: Json) -> str:
    return _text(part, "OTIO_SCHEMA").partition(".")[0]


def _role(track: Json) -> object:
    return _part(_part(track, "metadata"), KEY).get("role")


def _part(part: Json, name: str) -> Json:
    value = part.get(name)
    return cast("Json", value) if isinstance(value, dict) else {}


def _parts(part: Json, name: str) -> list[Json]:
    value = part.get(name)
    items = cast("list[Any]", value) if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]


def _text(part: Json, name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
