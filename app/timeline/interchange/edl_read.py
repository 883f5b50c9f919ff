"""A storyboard from a CMX 3600 edit decision list: its picture events become shots. Pure."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import get_args

from app.timeline.interchange.rates import can_drop, exact_rate, frame_of, rate_text
from app.timeline.interchange.skeleton import (
    Skeleton,
    SkeletonBoard,
    SkeletonMarker,
    SkeletonShot,
    checked,
)
from app.timeline.interchange.text import MAX_FILE_BYTES, ExchangeError
from app.timeline.project import MarkerColor
from engine.protocol.jobs import FrameRate, Join

DEFAULT_RATE = FrameRate(num=24)
MAX_EVENTS = 20_000

_TC = r"(\d{1,2}[:;.]\d{2}[:;.]\d{2}[:;.]\d{2,3})"
_EVENT = re.compile(
    rf"(\d+)\s+(\S+)\s+(\S+)\s+(\S+)(?:\s+\d+)?\s+{_TC}\s+{_TC}\s+{_TC}\s+{_TC}\s*", re.ASCII
)
_NOTE = re.compile(
    r"\*?\s*(FROM CLIP NAME|TO CLIP NAME|FROM CLIP|FROM FILE|SOURCE FILE|SOURCE NAME|FRAME RATE"
    r"|SHOT|CAPTION|COMMENT|LOC)\s*:\s*(.*)",
    re.IGNORECASE,
)
_LOC = re.compile(rf"{_TC}\s+(\w+)\s*(.*)", re.ASCII)
_SHOT = re.compile(
    r"(\d{1,6}) PART (\d{1,6})(?: JOIN (CUT|CONTINUE))?(?: KEYFRAME (\d{1,6}))?", re.ASCII
)
_RATE = re.compile(r"(\d{1,6})(?:/(\d{1,6}))?", re.ASCII)
_PICTURE = re.compile(r"V\d*|B|A+\d?/V|NONE", re.ASCII)
_BLACK = frozenset({"BL", "BLACK"})


@dataclass
class _Event:
    """An edit: reel, record times in frames, and what its comments say."""

    reel: str
    start: int
    stop: int
    notes: dict[str, str] = field(default_factory=dict[str, str])
    locators: list[str] = field(default_factory=list[str])


def read_edl(content: bytes, what: str, rate: FrameRate | None = None) -> Skeleton:
    """Return the storyboard of a list.

    Args:
        what: how the file is called in a refusal.
        rate: to read it at; None: what the list says, else 24.

    Raises:
        ExchangeError: it is no list, or one that makes no sense at this rate.
    """
    if len(content) > MAX_FILE_BYTES:
        raise ExchangeError(f"{what} is too large to be an edit list.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not any(_EVENT.fullmatch(line) for line in lines):
        raise ExchangeError(f"{what} is no edit list of the CMX 3600 kind: it holds no event.")
    remarks: list[str] = []
    try:
        used, drop = _counting(lines, rate, remarks)
        events, markers = _events(lines, used, drop)
        if any(_is_sound(line) for line in lines):
            remarks.append("Sounds are not read from an edit list; lay them anew.")
        skeleton = _skeleton(events, markers, used, remarks)
    except ExchangeError:
        raise
    except ValueError as error:
        raise ExchangeError(f"{what}: {error}") from error
    title = next((line[6:].strip() for line in lines if line.upper().startswith("TITLE:")), "")
    return checked(replace(skeleton, name=title), what)


def _counting(
    lines: list[str], asked: FrameRate | None, remarks: list[str]
) -> tuple[FrameRate, bool | None]:
    """Return the rate to read at, and whether labels are dropped (None: each label says)."""
    noted = next(
        (
            n[2]
            for n in map(_NOTE.fullmatch, lines)
            if n is not None and n[1].upper() == "FRAME RATE"
        ),
        "",
    )
    drop: bool | None = None
    modes = {line[4:].strip().upper() for line in lines if line.upper().startswith("FCM:")}
    if modes == {"DROP FRAME"}:
        drop = True
    elif modes == {"NON-DROP FRAME"}:
        drop = False
    stated = _RATE.fullmatch(noted.strip())
    if stated is not None and int(stated[1]) and int(stated[2] or 1):
        return exact_rate(Fraction(int(stated[1]), int(stated[2] or 1))), drop
    rate = asked or DEFAULT_RATE
    if drop and not can_drop(rate):
        rate = FrameRate(num=30000, den=1001)
        remarks.append(
            "The edit list is in drop-frame timecode, so it was read at 29.97 frames a second."
        )
    elif not drop or asked is None:
        remarks.append(
            f"An edit list does not say its frame rate; it was read at {rate_text(rate)}."
        )
    return rate, drop


def _events(
    lines: list[str], rate: FrameRate, drop: bool | None
) -> tuple[list[_Event], list[tuple[int, MarkerColor, str]]]:
    events: list[_Event] = []
    present: _Event | None = None
    for line in lines:
        found = _EVENT.fullmatch(line)
        if found is not None:
            present = None
            if _PICTURE.fullmatch(found[3].upper()):
                start, stop = (frame_of(found[n], rate, drop=drop) for n in (7, 8))
                if stop < start:
                    raise ValueError(f"event {found[1][:12]} ends before it begins.")
                present = _Event(found[2].upper(), start, stop)
                events.append(present)
                if len(events) > MAX_EVENTS:
                    raise ExchangeError("The edit list holds more events than a film can have.")
            continue
        note = _NOTE.fullmatch(line)
        if note is None or present is None:
            continue
        if note[1].upper() == "LOC":
            present.locators.append(note[2])
        else:
            present.notes[note[1].upper()] = note[2].strip()
    markers: list[tuple[int, MarkerColor, str]] = []
    for event in events:
        for locator in event.locators:
            found = _LOC.fullmatch(locator)
            if found is not None:
                color = _color(found[2])
                markers.append((frame_of(found[1], rate, drop=drop), color, found[3].strip()))
    return events, markers


def _is_sound(line: str) -> bool:
    found = _EVENT.fullmatch(line)
    return found is not None and not _PICTURE.fullmatch(found[3].upper())


def _skeleton(
    events: list[_Event],
    markers: list[tuple[int, MarkerColor, str]],
    rate: FrameRate,
    remarks: list[str],
) -> Skeleton:
    lasting = sorted((e for e in events if e.stop > e.start), key=lambda event: event.start)
    if not lasting:
        raise ExchangeError("The edit list holds no picture that lasts; nothing was brought in.")
    for earlier, later in itertools.pairwise(lasting):
        if later.start < earlier.stop:
            earlier.stop = later.start
            remarks.append("Where events overlap, the later one was followed.")
    zero = lasting[0].start
    exact = rate.fraction
    shots: list[SkeletonShot] = []
    last_number = ""
    end = zero
    for event in (e for e in lasting if e.stop > e.start):
        if event.start > end:
            shots.append(SkeletonShot((event.start - end) / exact))
            last_number = ""
        facts = _SHOT.fullmatch(event.notes.get("SHOT", "").upper())
        length = (event.stop - event.start) / exact
        source, name = _source(event), event.notes.get("SOURCE NAME", "")
        if facts is not None and facts[1] == last_number and facts[2] != "1" and shots:
            known = shots[-1]
            boards = (SkeletonBoard(known.duration, source, name=name),) if source else ()
            shots[-1] = replace(
                known, duration=known.duration + length, boards=(*known.boards, *boards)
            )
        else:
            at = int(facts[4] or 0) / exact if facts is not None else Fraction(0)
            boards = (SkeletonBoard(at, source, name=name),) if source else ()
            join: Join = "continue" if facts is not None and facts[3] == "CONTINUE" else "cut"
            shots.append(SkeletonShot(length, _caption(event, facts is None), join, boards))
        last_number = facts[1] if facts is not None else ""
        end = event.stop
    return Skeleton(
        rate=rate,
        shots=tuple(shots),
        markers=tuple(
            SkeletonMarker(max(0, frame - zero) / exact, name, color)
            for frame, color, name in sorted(markers, key=lambda marker: marker[0])
        ),
        remarks=tuple(remarks),
    )


def _source(event: _Event) -> str:
    if event.reel in _BLACK:
        return ""
    for key in ("FROM FILE", "SOURCE FILE", "FROM CLIP", "FROM CLIP NAME"):
        text = event.notes.get(key, "")
        if "." in text.rpartition("/")[2]:  # a file's name; a clip's own name has no suffix
            return text
    return ""


def _caption(event: _Event, is_foreign: bool) -> str:
    for key in ("CAPTION", "COMMENT"):
        if key in event.notes:
            return event.notes[key]
    if not is_foreign or event.reel in _BLACK:
        return ""
    return event.notes.get("TO CLIP NAME") or event.notes.get("FROM CLIP NAME", "")


def _color(word: str) -> MarkerColor:
    colors = {name.upper(): name for name in get_args(MarkerColor)}
    return colors.get(word.upper(), {"MAGENTA": "purple", "CYAN": "blue"}.get(word.upper(), "red"))
