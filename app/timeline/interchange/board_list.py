"""A storyboard as JSON that describes a folder of pictures, out and in. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import PurePath
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.timeline.interchange.cut import Board, Cut
from app.timeline.interchange.rates import label
from app.timeline.interchange.skeleton import (
    Skeleton,
    SkeletonBoard,
    SkeletonMarker,
    SkeletonShot,
    checked,
)
from app.timeline.interchange.text import MAX_FILE_BYTES, ExchangeError
from app.timeline.project import Format, Keyframe, MarkerColor
from engine.protocol.jobs import Join

FILE = "storyboard.json"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class BoardEntry(_Entry):
    """One board, in the film's order; ``file`` is None in a shot without boards."""

    file: str | None = None
    name: str = ""
    shot: int = Field(ge=1)
    part: int = Field(ge=1)
    caption: str = ""
    join: Join = "cut"
    timecode: str = ""
    frame: int = Field(ge=0)
    num_frames: int = Field(ge=1)
    seconds: float = Field(default=0, ge=0)
    keyframe: dict[str, Any] = Field(default_factory=dict)


class MarkerEntry(_Entry):
    """A marker of the film."""

    frame: int = Field(ge=0)
    name: str = ""
    color: MarkerColor = "green"


class BoardList(_Entry):
    """The description of a folder of boards."""

    kind: Literal["smartdirector-storyboard"] = "smartdirector-storyboard"
    version: int = 1
    name: str = ""
    format: Format = Format()
    boards: tuple[BoardEntry, ...] = ()
    markers: tuple[MarkerEntry, ...] = ()


def file_names(cut: Cut) -> dict[int, str]:
    """Return a file name for each board that has a picture, by its place: sorted as in the film."""
    digits = max(3, len(str(len(cut.boards))))
    return {
        index: f"{index + 1:0{digits}} {board.name}{PurePath(board.media.path).suffix}"
        for index, board in enumerate(cut.boards)
        if board.media is not None
    }


def write_board_list(cut: Cut) -> bytes:
    """Return the description of the folder whose files are called as ``file_names`` says."""
    names = file_names(cut)
    listed = BoardList(
        name=cut.name,
        format=cut.project.format,
        boards=tuple(
            _entry(cut, board, names.get(index)) for index, board in enumerate(cut.boards)
        ),
        markers=tuple(MarkerEntry(frame=m.frame, name=m.name, color=m.color) for m in cut.markers),
    )
    return listed.model_dump_json(indent=1).encode()


def read_board_list(content: bytes, what: str) -> Skeleton:
    """Return the storyboard that a description tells of.

    Args:
        what: how the file is called in a refusal.

    Raises:
        ExchangeError: it is no such description, or it makes no sense.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ExchangeError(f"{what} is too large to describe a storyboard.")
    try:
        json.loads(content)  # pydantic's own reader gives no plain word about depth
        listed = BoardList.model_validate_json(content)
    except (ValidationError, ValueError, RecursionError) as error:
        raise ExchangeError(f"{what} does not describe a storyboard of SmartDirector.") from error
    rate = listed.format.rate.fraction
    shots: list[SkeletonShot] = []
    last = 0
    for entry in listed.boards:
        length = entry.num_frames / rate
        board = _board(entry, rate)
        if entry.shot == last and entry.part > 1 and shots:
            known = shots[-1]
            boards = (*known.boards, replace(board, at=known.duration)) if board else known.boards
            shots[-1] = replace(known, duration=known.duration + length, boards=boards)
        else:
            boards = (board,) if board else ()
            shots.append(SkeletonShot(length, entry.caption, entry.join, boards))
        last = entry.shot
    markers = tuple(SkeletonMarker(m.frame / rate, m.name, m.color) for m in listed.markers)
    size = (listed.format.width, listed.format.height)
    return checked(Skeleton(listed.name, listed.format.rate, size, tuple(shots), markers), what)


def _entry(cut: Cut, board: Board, file: str | None) -> BoardEntry:
    return BoardEntry(
        file=file,
        name=board.media.name if board.media is not None else "",
        shot=board.number,
        part=board.part,
        caption=board.shot.caption if board.part == 1 else "",
        join=board.shot.join,
        timecode=label(cut.start + board.frame, cut.rate, drop=cut.drop),
        frame=board.frame,
        num_frames=board.num_frames,
        seconds=round(float(board.num_frames / cut.rate.fraction), 6),
        keyframe=_settings(board.keyframe),
    )


def _settings(keyframe: Keyframe | None) -> dict[str, Any]:
    if keyframe is None:
        return {}
    return keyframe.model_dump(exclude={"id", "media", "seed", "kept"}, mode="json")


def _board(entry: BoardEntry, rate: Fraction) -> SkeletonBoard | None:
    if not entry.file:
        return None
    settings: Mapping[str, Any] = entry.keyframe
    frame = settings.get("frame")
    first = entry.part == 1 and isinstance(frame, int) and 0 < frame < entry.num_frames
    at = frame / rate if first and isinstance(frame, int) else Fraction(0)
    return SkeletonBoard(at, entry.file, settings, name=entry.name)
