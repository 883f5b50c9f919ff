"""A storyboard from Final Cut Pro's FCPXML: the spine's clips become shots. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final, get_args
from xml.etree.ElementTree import Element

from app.timeline.interchange.fcpxml_write import MD
from app.timeline.interchange.rates import exact_rate
from app.timeline.interchange.skeleton import (
    Skeleton,
    SkeletonBoard,
    SkeletonMarker,
    SkeletonShot,
    SkeletonSound,
    checked,
)
from app.timeline.interchange.text import ExchangeError, read_xml
from app.timeline.project import MarkerColor
from engine.planning.sound import SAMPLE_RATE
from engine.protocol.jobs import FrameRate, Join

_CLIPS: Final = frozenset(
    {"clip", "asset-clip", "video", "audio", "ref-clip", "sync-clip", "mc-clip", "title", "gap"}
)
_MARKERS: Final = frozenset({"marker", "chapter-marker"})
_TIME = re.compile(r"(-?\d{1,18})(?:/(\d{1,12}))?s?|(-?\d{1,9}\.\d{1,12})s?", re.ASCII)
_GAIN = re.compile(r"(-?\d{1,3}(?:\.\d{1,6})?)dB", re.ASCII)
_COLOR = re.compile(rf"Colour: ({'|'.join(get_args(MarkerColor))})", re.ASCII)


def read_fcpxml(content: bytes, what: str) -> Skeleton:
    """Return the storyboard of a file.

    Args:
        what: how the file is called in a refusal.

    Raises:
        ExchangeError: it is no timeline, or one that makes no sense.
    """
    root = read_xml(content, what)
    if root.tag != "fcpxml":
        raise ExchangeError(f"{what} is no FCPXML; it begins with “{root.tag[:40]}”.")
    sequence = next(root.iter("sequence"), None)
    spine = sequence.find("spine") if sequence is not None else None
    if sequence is None or spine is None:
        raise ExchangeError(f"{what} holds no project with a timeline.")
    try:
        return checked(_Reader(root, sequence, spine).skeleton(), what)
    except (ValueError, ZeroDivisionError) as error:
        if isinstance(error, ExchangeError):
            raise
        raise ExchangeError(f"{what} is damaged: a time in it makes no sense.") from error


class _Reader:
    def __init__(self, root: Element, sequence: Element, spine: Element) -> None:
        resources = root.find("resources")
        parts = list(resources) if resources is not None else []
        self._resources = {part.get("id", ""): part for part in parts}
        self._sequence = sequence
        self._spine = spine
        self._projects = len(list(root.iter("project")))
        self._name = next((p.get("name", "") for p in root.iter("project")), "")
        self._remarks: list[str] = []
        self._markers: list[SkeletonMarker] = []
        self._sounds: list[SkeletonSound] = []
        self._num_left_out = 0

    def skeleton(self) -> Skeleton:
        form = self._resources.get(self._sequence.get("format", ""))
        rate, size = _format(form)
        shots = self._shots(rate)
        if self._projects > 1:
            self._remarks.append("Only the first project of the file was read.")
        if self._num_left_out:
            self._remarks.append(
                f"Only the main storyline was read; {self._num_left_out} connected clips "
                "were left out."
            )
        return Skeleton(
            name=self._name,
            rate=rate,
            size=size,
            shots=shots,
            markers=tuple(sorted(self._markers, key=lambda marker: marker.at)),
            sounds=tuple(self._sounds),
            remarks=tuple(self._remarks),
        )

    def _shots(self, rate: FrameRate | None) -> tuple[SkeletonShot, ...]:
        shots: list[SkeletonShot] = []
        moment = Fraction(0)
        last_number: str | None = None
        for element in self._spine:
            item = next(iter(element), None) if element.tag == "audition" else element
            if element.tag == "transition":
                self._remarks.append("Dissolves and wipes became cuts.")
            if item is None or item.tag not in _CLIPS:
                continue
            duration = _time(item.get("duration"), "duration")
            if not item.get("duration"):
                duration = self._asset_length(item)
            facts = _facts(item)
            self._read_inside(item, moment, rate)
            number = facts.get("shot")
            board = self._board(item, facts, rate)
            is_filler = item.tag == "gap" and number is None and _is_last(self._spine, element)
            if number is not None and number == last_number and facts.get("part") != "1" and shots:
                shots[-1] = _extended(shots[-1], duration, board)
            elif not is_filler:
                shots.append(_shot(item, facts, duration, board))
            last_number = number
            moment += duration
        return tuple(shots)

    def _board(
        self, item: Element, facts: dict[str, str], rate: FrameRate | None
    ) -> SkeletonBoard | None:
        asset = self._asset(item)
        if asset is None:
            return None
        keyframe = facts.get("keyframe", "")
        at = Fraction(0)
        if rate is not None and keyframe.isascii() and keyframe.isdigit() and len(keyframe) < 9:
            at = int(keyframe) / rate.fraction
        return SkeletonBoard(at, _file_of(asset), name=asset.get("name", ""))

    def _asset(self, item: Element) -> Element | None:
        """Return the file of a clip: its own, before anything that is connected to it."""
        for element in (item, *item):
            if element.get("lane") is None or element is item:
                asset = self._resources.get(element.get("ref", ""))
                if asset is not None and asset.tag == "asset" and _file_of(asset):
                    return asset
        return None

    def _asset_length(self, item: Element) -> Fraction:
        asset = self._resources.get(item.get("ref", ""))
        return _time(asset.get("duration"), "duration") if asset is not None else Fraction(0)

    def _read_inside(self, item: Element, moment: Fraction, rate: FrameRate | None) -> None:
        """Take the markers of a clip, and the sounds that are connected to it."""
        begin = _time(item.get("start"), "start")
        for element in item:
            if element.tag in _MARKERS:
                at = moment + _time(element.get("start"), "start") - begin
                name = element.get("value", "")
                self._markers.append(SkeletonMarker(max(Fraction(0), at), name, _color(element)))
            elif element.get("lane") is not None:
                at = moment + _time(element.get("offset"), "offset") - begin
                self._read_connected(element, max(Fraction(0), at), rate)

    def _read_connected(self, element: Element, at: Fraction, rate: FrameRate | None) -> None:
        audio = element if element.tag == "audio" else element.find("audio")
        lane = element.get("lane", "0")
        is_sound = audio is not None or self._is_sound(element)
        if not is_sound:
            # Takes come back from the film's own folder, not through a timeline.
            self._num_left_out += element.get("name", "").split(" ")[-1] not in {"draft", "master"}
            return
        asset = self._asset(element)
        if asset is None:
            return
        start = _time(element.get("start"), "start")
        number = int(lane) if re.fullmatch(r"-?\d{1,3}", lane) else -1
        self._sounds.append(
            SkeletonSound(
                at,
                _time(element.get("duration"), "duration"),
                _file_of(asset),
                max(0, round(start * SAMPLE_RATE)),
                max(0, -number - 1),
                _sound_settings(element, rate),
            )
        )

    def _is_sound(self, element: Element) -> bool:
        asset = self._resources.get(element.get("ref", ""))
        return (
            asset is not None and asset.get("hasAudio") == "1" and asset.get("hasVideo", "0") == "0"
        )


def _file_of(asset: Element) -> str:
    original = asset.find("media-rep")
    return asset.get("src", "") or (original.get("src", "") if original is not None else "")


def _shot(
    item: Element, facts: dict[str, str], duration: Fraction, board: SkeletonBoard | None
) -> SkeletonShot:
    note = item.find("note")
    caption = (note.text or "") if note is not None else ""
    if not caption and "shot" not in facts and item.tag != "gap":
        caption = item.get("name", "")
    join: Join = "continue" if facts.get("join") == "continue" else "cut"
    return SkeletonShot(duration, caption, join, (board,) if board else ())


def _extended(shot: SkeletonShot, duration: Fraction, board: SkeletonBoard | None) -> SkeletonShot:
    boards = shot.boards
    if board is not None:
        boards = (*boards, replace(board, at=shot.duration))
    return replace(shot, duration=shot.duration + duration, boards=boards)


def _facts(item: Element) -> dict[str, str]:
    metadata = item.find("metadata")
    return {
        md.get("key", "").removeprefix(MD): md.get("value", "")
        for md in (metadata if metadata is not None else ())
        if md.get("key", "").startswith(MD)
    }


def _format(form: Element | None) -> tuple[FrameRate | None, tuple[int, int] | None]:
    if form is None:
        return None, None
    duration = _time(form.get("frameDuration"), "frameDuration")
    rate = exact_rate(1 / duration) if duration > 0 else None
    width, height = form.get("width", ""), form.get("height", "")
    plain = all(re.fullmatch(r"\d{2,5}", text, re.ASCII) for text in (width, height))
    size = (int(width), int(height)) if plain else None
    if size is not None and not all(64 <= side <= 8192 for side in size):
        size = None
    return rate, size


def _sound_settings(element: Element, rate: FrameRate | None) -> dict[str, object]:
    settings: dict[str, object] = {"is_muted": element.get("enabled") == "0"}
    volume = element.find("adjust-volume")
    if volume is None:
        return settings
    gain = _GAIN.fullmatch(volume.get("amount", ""))
    if gain is not None:
        settings["gain_db"] = float(gain[1])
    for tag, name in (("fadeIn", "fade_in"), ("fadeOut", "fade_out")):
        fade = next(volume.iter(tag), None)
        if fade is not None and rate is not None:
            settings[name] = round(_time(fade.get("duration"), "duration") * rate.fraction)
    return settings


def _color(marker: Element) -> MarkerColor:
    noted = _COLOR.fullmatch(marker.get("note", ""))
    for color in get_args(MarkerColor):
        if noted is not None and noted[1] == color:
            return color
    if marker.tag == "chapter-marker":
        return "orange"
    match marker.get("completed"):
        case "0":
            return "red"
        case "1":
            return "green"
        case _:
            return "blue"


def _is_last(spine: Element, element: Element) -> bool:
    return len(spine) > 1 and spine[-1] is element


def _time(text: str | None, name: str) -> Fraction:
    """Return a time attribute in seconds; one that is missing is 0."""
    if text is None or not text.strip():
        return Fraction(0)
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{name} is no time")
    if found[3] is not None:
        return Fraction(found[3])
    return Fraction(int(found[1]), int(found[2] or 1))
