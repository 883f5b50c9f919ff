"""A film as Final Cut Pro's FCPXML 1.8. Pure.

Times are rational seconds, multiples of the exact frame duration: 1001/24000s, never 0.0417.
Boards make the spine, takes are connected above it and sounds below. Stills and movies stand in
``clip`` elements, which every version of the format and OpenTimelineIO's adapter read alike; an
asset of a still names no format, since a still has no frame rate.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.timeline.interchange.cut import Board, Cut, Media, SoundPiece, TakeClip
from app.timeline.interchange.rates import is_ntsc, is_whole, nominal
from app.timeline.interchange.text import xml_text
from app.timeline.project import Marker
from engine.planning.sound import SAMPLE_RATE
from engine.protocol.jobs import FrameRate

VERSION = "1.8"
MD = "com.smartdirector."
"""Prefix of the keys under which a clip keeps what the format has no word for."""

_NAMED_SIZES = {
    (1280, 720): "720p",
    (1920, 1080): "1080p",
    (3840, 2160): "3840x2160p",
    (4096, 2160): "4096x2160p",
}
_NAMED_RATES = {"24", "25", "30", "50", "60"}
_NAMED_NTSC = {24: "2398", 30: "2997", 60: "5994"}


def write_fcpxml(cut: Cut) -> bytes:
    """Return the file."""
    root = _Writer(cut).document()
    indent(root, " ")
    body = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'.encode()


@dataclass
class _SpineItem:
    """An element of the spine and the film frames ``[start, stop)`` that it covers."""

    element: Element
    start: int
    stop: int
    anchored: list[Element] = field(default_factory=list[Element])
    markers: list[Element] = field(default_factory=list[Element])
    last: list[Element] = field(default_factory=list[Element])


class _Writer:
    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._resources = Element("resources")
        self._assets: dict[str, str] = {}
        self._items: list[_SpineItem] = []

    def document(self) -> Element:
        cut = self._cut
        root = Element("fcpxml", version=VERSION)
        root.append(self._resources)
        self._resources.append(self._format("r1", cut.project.format.width, _height(cut)))
        end = self._spine()
        for lane, (_name, clips) in enumerate(cut.takes.items(), 1):
            for clip in clips:
                self._anchor(clip.frame, self._take(clip, lane))
        for lane, pieces in enumerate(cut.sounds, 1):
            for piece in pieces:
                self._anchor(piece.clip.frame, self._sound(piece, -lane))
        for marker in cut.markers:
            self._mark(marker)
        event = SubElement(root, "event", name=xml_text(cut.name))
        project = SubElement(event, "project", name=xml_text(cut.name))
        sequence = SubElement(
            project,
            "sequence",
            format="r1",
            duration=self._time(end),
            tcStart=self._time(cut.start),
            tcFormat="DF" if cut.drop else "NDF",
            audioRate="48k",
        )
        spine = SubElement(sequence, "spine")
        for item in self._items:
            for part in (*item.anchored, *item.markers, *item.last):
                item.element.append(part)
            spine.append(item.element)
        return root

    def _spine(self) -> int:
        """Make the boards, and a gap after them for what lasts longer; return the end."""
        cut = self._cut
        for board in cut.boards:
            self._items.append(self._board(board))
        frames = [marker.frame + 1 for marker in cut.markers]
        frames += [piece.clip.frame + 1 for lane in cut.sounds for piece in lane]
        end = max([cut.num_frames, *frames])
        if end > cut.num_frames:
            gap = self._gap("Gap", cut.num_frames, end - cut.num_frames)
            self._items.append(_SpineItem(gap, cut.num_frames, end))
        return end

    def _board(self, board: Board) -> _SpineItem:
        if board.media is None:
            element = self._gap(board.name, board.frame, board.num_frames)
        else:
            element = self._clip(board.name, board.frame, board.num_frames)
        if board.part == 1 and board.shot.caption:
            SubElement(element, "note").text = xml_text(board.shot.caption)
        if board.media is not None:
            # A still goes on for ever: it is offered for as long as it is held.
            video = SubElement(element, "video", offset="0s", ref=self._asset(board.media))
            video.set("duration", self._time(board.num_frames))
        item = _SpineItem(element, board.frame, board.frame + board.num_frames)
        metadata = Element("metadata")
        for key, value in _board_facts(board):
            SubElement(metadata, "md", key=MD + key, value=value)
        item.last.append(metadata)
        return item

    def _take(self, clip: TakeClip, lane: int) -> Element:
        element = self._clip(clip.name, None, clip.num_frames)
        element.set("lane", str(lane))
        if clip.source:
            element.set("start", self._time(clip.source))
        video = SubElement(element, "video", offset="0s", ref=self._asset(clip.media))
        video.set("duration", self._time(clip.media.length))
        return element

    def _sound(self, piece: SoundPiece, lane: int) -> Element:
        clip = piece.clip
        element = self._clip(piece.media.name, None, clip.num_frames)
        element.set("lane", str(lane))
        if clip.offset:
            element.set("start", f"{clip.offset}/{SAMPLE_RATE}s")
        if clip.is_muted:
            element.set("enabled", "0")
        if clip.gain_db or clip.fade_in or clip.fade_out:
            volume = SubElement(element, "adjust-volume", amount=f"{clip.gain_db:g}dB")
            fades = (("fadeIn", clip.fade_in), ("fadeOut", clip.fade_out))
            if clip.fade_in or clip.fade_out:
                param = SubElement(volume, "param", name="amount")
                for name, frames in fades:
                    if frames:
                        SubElement(param, name, type="linear", duration=self._time(frames))
        audio = SubElement(element, "audio", offset="0s", ref=self._asset(piece.media))
        audio.set("duration", f"{piece.media.length}/{SAMPLE_RATE}s")
        return element

    def _anchor(self, frame: int, element: Element) -> None:
        """Connect a clip to the spine's item under its first frame."""
        item = self._item_at(frame)
        element.set("offset", self._time(frame - item.start))
        item.anchored.append(element)

    def _mark(self, marker: Marker) -> None:
        item = self._item_at(marker.frame)
        element = Element(
            "marker",
            start=self._time(marker.frame - item.start),
            duration=self._time(1),
            value=xml_text(marker.name),
            note=f"Colour: {marker.color}",
        )
        # The format knows three kinds: notes, and things to do that are open (red) or done (green).
        if marker.color in {"red", "green"}:
            element.set("completed", "1" if marker.color == "green" else "0")
        item.markers.append(element)

    def _item_at(self, frame: int) -> _SpineItem:
        index = bisect_right(self._items, frame, key=lambda item: item.start) - 1
        item = self._items[index]
        assert item.start <= frame < item.stop, "the spine covers every clip and marker"
        return item

    def _clip(self, name: str, frame: int | None, num_frames: int) -> Element:
        element = Element("clip", name=xml_text(name))
        if frame is not None:
            element.set("offset", self._time(frame + self._cut.start))
        element.set("duration", self._time(num_frames))
        return element

    def _gap(self, name: str, frame: int, num_frames: int) -> Element:
        return Element(
            "gap",
            name=name,
            offset=self._time(frame + self._cut.start),
            start="0s",
            duration=self._time(num_frames),
        )

    def _asset(self, media: Media) -> str:
        known = self._assets.get(media.path)
        if known is not None:
            return known
        name = f"r{len(self._assets) + 2}"
        self._assets[media.path] = name
        asset = SubElement(
            self._resources,
            "asset",
            id=name,
            name=xml_text(media.name),
            src=media.url(),
            start="0s",
        )
        match media.kind:
            case "still":
                asset.set("duration", "0s")
                asset.set("hasVideo", "1")
            case "movie":
                asset.set("duration", self._time(media.length))
                asset.set("hasVideo", "1")
                asset.set("format", self._movie_format(media))
            case "sound":
                asset.set("duration", f"{media.length}/{SAMPLE_RATE}s")
                asset.set("hasAudio", "1")
                asset.set("audioSources", "1")
                asset.set("audioRate", "48000")
        return name

    def _movie_format(self, media: Media) -> str:
        size = (media.width, media.height)
        if size in {(0, 0), (self._cut.project.format.width, _height(self._cut))}:
            return "r1"
        name = f"f{size[0]}x{size[1]}"
        if all(known.get("id") != name for known in self._resources):
            self._resources.append(self._format(name, *size))
        return name

    def _format(self, name: str, width: int, height: int) -> Element:
        element = Element("format", id=name)
        known = format_name(width, height, self._cut.rate)
        if known:
            element.set("name", known)
        element.set("frameDuration", frame_duration(self._cut.rate))
        element.set("width", str(width))
        element.set("height", str(height))
        return element

    def _time(self, frames: int) -> str:
        if not frames:
            return "0s"
        duration, base = _duration_parts(self._cut.rate)
        return f"{frames * duration}/{base}s"


def frame_duration(rate: FrameRate) -> str:
    """Return how long a frame lasts, as Final Cut Pro writes it: 1001/24000s, 100/2400s."""
    duration, base = _duration_parts(rate)
    return f"{duration}/{base}s"


def format_name(width: int, height: int, rate: FrameRate) -> str:
    """Return Final Cut Pro's own name of a format; empty where it has none."""
    size = _NAMED_SIZES.get((width, height))
    if is_ntsc(rate):
        speed = _NAMED_NTSC.get(nominal(rate))
    else:
        speed = str(nominal(rate)) if is_whole(rate) else None
        speed = speed if speed in _NAMED_RATES else None
    return f"FFVideoFormat{size}{speed}" if size and speed else ""


def _duration_parts(rate: FrameRate) -> tuple[int, int]:
    """Return a frame's duration as (numerator, denominator) in seconds."""
    exact = 1 / rate.fraction
    if exact.numerator == 1:
        return 100, exact.denominator * 100
    return exact.numerator, exact.denominator


def _board_facts(board: Board) -> Iterator[tuple[str, str]]:
    yield "shot", str(board.number)
    yield "part", str(board.part)
    if board.part == 1 and board.shot.join == "continue":
        yield "join", "continue"
    keyframe = board.keyframe
    if keyframe is not None and board.part == 1 and keyframe.frame:
        yield "keyframe", str(keyframe.frame)


def _height(cut: Cut) -> int:
    return cut.project.format.height
