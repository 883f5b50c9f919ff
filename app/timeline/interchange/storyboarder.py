"""A storyboard from a ``.storyboarder`` project: JSON beside a folder ``images``. Pure.

A board that begins a shot says so; where none does, every board is a shot, as the program itself
counts them. The flattened picture is ``…-posterframe.jpg``; old projects have one image per board,
new ones a layer per file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, cast

from app.timeline.interchange.rates import known_rate
from app.timeline.interchange.skeleton import (
    Skeleton,
    SkeletonBoard,
    SkeletonShot,
    SkeletonSound,
    checked,
)
from app.timeline.interchange.text import MAX_FILE_BYTES, ExchangeError
from engine.protocol.jobs import FrameRate

IMAGES = "images"
LAYERS = ("shot-generator", "reference", "fill", "tone", "pencil", "ink")
"""From the bottom up; the layer of notes is for the artist's eye only."""

DEFAULT_MS = 2000
_HEIGHT = 1080
_MAX_MS = 24 * 3600 * 1000


def read_storyboarder(content: bytes, what: str) -> Skeleton:
    """Return the storyboard of a project.

    Args:
        what: how the file is called in a refusal.

    Raises:
        ExchangeError: it is no such project, or it makes no sense.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ExchangeError(f"{what} is too large to be a storyboard.")
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ExchangeError(f"{what} is damaged: it is not readable as JSON.") from error
    boards = cast("dict[str, Any]", raw).get("boards") if isinstance(raw, dict) else None
    if not isinstance(boards, list):
        raise ExchangeError(f"{what} is no Storyboarder project: it has no boards.")
    scene = cast("dict[str, Any]", raw)
    entries = cast("list[Any]", boards)
    listed = [cast("Mapping[str, Any]", entry) for entry in entries if isinstance(entry, dict)]
    standard = _number(scene, "defaultBoardTiming", DEFAULT_MS)
    divides = any(board.get("newShot") is True for board in listed)
    shots: list[SkeletonShot] = []
    sounds: list[SkeletonSound] = []
    moment = Fraction(0)
    for board in listed:
        length = Fraction(_number(board, "duration", standard)) / 1000
        picture = _picture(board)
        caption = _caption(board)
        if shots and divides and board.get("newShot") is not True:
            shots[-1] = _extended(shots[-1], length, picture, caption)
        else:
            shots.append(SkeletonShot(length, caption, "cut", (picture,) if picture else ()))
        sounds += _sound(board, moment)
        moment += length
    skeleton = Skeleton(
        rate=_rate(scene), size=_size(scene), shots=tuple(shots), sounds=tuple(sounds)
    )
    return checked(skeleton, what)


def _picture(board: Mapping[str, Any]) -> SkeletonBoard | None:
    url = board.get("url")
    if not isinstance(url, str) or not url:
        return None
    stem = url.removesuffix(".png")
    raw = board.get("layers")
    layers = cast("Mapping[str, Any]", raw) if isinstance(raw, dict) else {}
    files = [
        (cast("Mapping[str, Any]", layers[name]).get("url") or f"{stem}-{name}.png")
        for name in LAYERS
        if isinstance(layers.get(name), dict)
    ]
    return SkeletonBoard(
        Fraction(0),
        f"{IMAGES}/{stem}-posterframe.jpg",
        {
            "layers": tuple(f"{IMAGES}/{file}" for file in files if isinstance(file, str)),
            "flat": f"{IMAGES}/{url}",
        },
        name=url,
    )


def _caption(board: Mapping[str, Any]) -> str:
    """Join what happens, what is said and what is noted, each where there is any."""
    parts: list[str] = []
    for key, pattern in (("action", "{}"), ("dialogue", "“{}”"), ("notes", "{}")):
        text = board.get(key)
        if isinstance(text, str) and text.strip():
            parts.append(pattern.format(text.strip()))
    return "\n".join(parts)


def _extended(
    shot: SkeletonShot, length: Fraction, picture: SkeletonBoard | None, caption: str
) -> SkeletonShot:
    boards = (*shot.boards, replace(picture, at=shot.duration)) if picture else shot.boards
    is_new = caption and caption != shot.caption
    joined = "\n".join(part for part in (shot.caption, caption if is_new else "") if part)
    return replace(shot, duration=shot.duration + length, boards=boards, caption=joined)


def _sound(board: Mapping[str, Any], moment: Fraction) -> list[SkeletonSound]:
    raw = board.get("audio")
    audio = cast("Mapping[str, Any]", raw) if isinstance(raw, dict) else {}
    name = audio.get("filename")
    length = Fraction(_number(audio, "duration", 0)) / 1000
    if not isinstance(name, str) or not name or not length:
        return []
    return [SkeletonSound(moment, length, f"{IMAGES}/{name}")]


def _rate(scene: Mapping[str, Any]) -> FrameRate:
    try:
        return known_rate(_number(scene, "fps", 24))
    except ValueError:
        return FrameRate(num=24)


def _size(scene: Mapping[str, Any]) -> tuple[int, int] | None:
    """Return a film size of the scene's aspect ratio, 1080 pixels on the shorter side."""
    ratio = _number(scene, "aspectRatio", 16 / 9)
    if not 0.2 <= ratio <= 5:
        return None
    longer = min(8192, 2 * round(_HEIGHT * max(ratio, 1 / ratio) / 2))
    return (longer, _HEIGHT) if ratio >= 1 else (_HEIGHT, longer)


def _number(part: Mapping[str, Any], name: str, default: float) -> float:
    """Return a number; what is missing, written as a text, or not finite gives way."""
    value = part.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return default
    # Compared before anything else: JSON's integers may be too large for a float.
    return value if 0 <= value <= _MAX_MS else default
