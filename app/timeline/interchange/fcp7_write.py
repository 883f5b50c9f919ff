"""A film as Final Cut Pro 7's XML (xmeml 5), which Premiere Pro and Resolve read. Pure.

The format counts whole frames of a timebase that is NTSC or not, so only whole rates and whole
rates times 1000/1001 can be written. Sounds begin on the frame nearest to their sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from app.timeline.interchange.cut import Board, Cut, Media, SoundPiece, TakeClip
from app.timeline.interchange.rates import is_ntsc, is_whole, label, nominal, rate_text
from app.timeline.interchange.text import ExchangeError, xml_text
from app.timeline.project import MarkerColor
from engine.planning.sound import SAMPLE_RATE, factor_of, frames_covering

VERSION = "5"

_RGB: Final[dict[MarkerColor, tuple[int, int, int]]] = {
    "red": (214, 69, 65),
    "orange": (230, 126, 34),
    "yellow": (241, 196, 15),
    "green": (46, 160, 67),
    "blue": (52, 120, 219),
    "purple": (142, 68, 173),
}


def write_fcp7(cut: Cut) -> bytes:
    """Return the file.

    Raises:
        ExchangeError: the format has no such frame rate.
    """
    if not (is_whole(cut.rate) or is_ntsc(cut.rate)):
        raise ExchangeError(
            f"Final Cut Pro 7 XML knows no {rate_text(cut.rate)} frames a second; "
            "choose OTIO or FCPXML."
        )
    root = _Writer(cut).document()
    indent(root, " ")
    body = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{body}\n'.encode()


class _Writer:
    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._files: dict[str, str] = {}
        self._num_items = 0

    def document(self) -> Element:
        cut = self._cut
        root = Element("xmeml", version=VERSION)
        sequence = SubElement(root, "sequence", id="sequence-1")
        _leaf(sequence, "name", cut.name)
        _leaf(sequence, "duration", cut.num_frames)
        self._rate(sequence)
        timecode = SubElement(sequence, "timecode")
        self._rate(timecode)
        _leaf(timecode, "string", label(cut.start, cut.rate, drop=cut.drop))
        _leaf(timecode, "frame", cut.start)
        _leaf(timecode, "displayformat", "DF" if cut.drop else "NDF")
        media = SubElement(sequence, "media")
        video = SubElement(media, "video")
        form = SubElement(SubElement(video, "format"), "samplecharacteristics")
        self._rate(form)
        _leaf(form, "width", cut.project.format.width)
        _leaf(form, "height", cut.project.format.height)
        _leaf(form, "pixelaspectratio", "square")
        _leaf(form, "fielddominance", "none")
        self._boards(SubElement(video, "track"), cut.boards)
        for clips in cut.takes.values():
            self._takes(SubElement(video, "track"), clips)
        if cut.sounds:
            audio = SubElement(media, "audio")
            for pieces in cut.sounds:
                self._sounds(SubElement(audio, "track"), pieces)
        self._markers(sequence)
        return root

    def _boards(self, track: Element, boards: Sequence[Board]) -> None:
        for board in boards:
            if board.media is None:
                continue
            item = self._item(track, board.name, board.frame, board.num_frames, 0, board.num_frames)
            _leaf(item, "stillframe", "TRUE")
            self._file(item, board.media)
            if board.part == 1 and board.shot.caption:
                _leaf(SubElement(item, "comments"), "mastercomment1", board.shot.caption)

    def _takes(self, track: Element, clips: Sequence[TakeClip]) -> None:
        for clip in clips:
            item = self._item(
                track, clip.name, clip.frame, clip.num_frames, clip.source, clip.media.length
            )
            self._file(item, clip.media)

    def _sounds(self, track: Element, pieces: Sequence[SoundPiece]) -> None:
        rate = self._cut.rate.fraction
        for piece in pieces:
            clip = piece.clip
            source = round(clip.offset * rate / SAMPLE_RATE)
            length = max(source + clip.num_frames, frames_covering(piece.media.length, rate))
            item = self._item(track, piece.media.name, clip.frame, clip.num_frames, source, length)
            item[1].text = "FALSE" if clip.is_muted else "TRUE"
            self._file(item, piece.media)
            source_track = SubElement(item, "sourcetrack")
            _leaf(source_track, "mediatype", "audio")
            _leaf(source_track, "trackindex", 1)
            if clip.gain_db:
                self._level(item, clip.gain_db)

    def _item(
        self, track: Element, name: str, frame: int, num_frames: int, source: int, length: int
    ) -> Element:
        self._num_items += 1
        item = SubElement(track, "clipitem", id=f"clipitem-{self._num_items}")
        _leaf(item, "name", name)
        _leaf(item, "enabled", "TRUE")
        _leaf(item, "duration", length)
        self._rate(item)
        _leaf(item, "start", frame)
        _leaf(item, "end", frame + num_frames)
        _leaf(item, "in", source)
        _leaf(item, "out", source + num_frames)
        return item

    def _file(self, item: Element, media: Media) -> None:
        known = self._files.get(media.path)
        if known is not None:
            SubElement(item, "file", id=known)
            return
        name = f"file-{len(self._files) + 1}"
        self._files[media.path] = name
        file = SubElement(item, "file", id=name)
        _leaf(file, "name", media.name)
        _leaf(file, "pathurl", media.url("localhost"))
        self._rate(file)
        kinds = SubElement(file, "media")
        if media.kind == "sound":
            _leaf(file, "duration", frames_covering(media.length, self._cut.rate.fraction))
            form = SubElement(SubElement(kinds, "audio"), "samplecharacteristics")
            _leaf(form, "samplerate", SAMPLE_RATE)
            _leaf(form, "depth", 16)
            return
        _leaf(file, "duration", media.length)
        form = SubElement(SubElement(kinds, "video"), "samplecharacteristics")
        _leaf(form, "width", media.width or self._cut.project.format.width)
        _leaf(form, "height", media.height or self._cut.project.format.height)

    def _level(self, item: Element, gain_db: float) -> None:
        effect = SubElement(SubElement(item, "filter"), "effect")
        _leaf(effect, "name", "Audio Levels")
        _leaf(effect, "effectid", "audiolevels")
        _leaf(effect, "effectcategory", "audiolevels")
        _leaf(effect, "effecttype", "audiolevels")
        _leaf(effect, "mediatype", "audio")
        parameter = SubElement(effect, "parameter")
        _leaf(parameter, "parameterid", "level")
        _leaf(parameter, "name", "Level")
        _leaf(parameter, "valuemin", 0)
        _leaf(parameter, "valuemax", "3.98109")
        _leaf(parameter, "value", f"{min(factor_of(gain_db), 3.98109):.6f}")

    def _markers(self, sequence: Element) -> None:
        """Write the film's markers, and one for each shot with its caption."""
        for number, (start, shot) in enumerate(self._cut.project.shot_starts(), 1):
            self._marker(sequence, start, f"Shot {number}", shot.caption, None)
        for marker in self._cut.markers:
            self._marker(sequence, marker.frame, marker.name, "", marker.color)

    def _marker(
        self, sequence: Element, frame: int, name: str, comment: str, color: MarkerColor | None
    ) -> None:
        marker = SubElement(sequence, "marker")
        _leaf(marker, "name", name)
        _leaf(marker, "comment", comment)
        _leaf(marker, "in", frame)
        _leaf(marker, "out", -1)
        if color is not None:
            parts = SubElement(marker, "color")
            for tag, value in zip(
                ("alpha", "red", "green", "blue"), (0, *_RGB[color]), strict=True
            ):
                _leaf(parts, tag, value)

    def _rate(self, parent: Element) -> None:
        rate = SubElement(parent, "rate")
        _leaf(rate, "timebase", nominal(self._cut.rate))
        _leaf(rate, "ntsc", "TRUE" if is_ntsc(self._cut.rate) else "FALSE")


def _leaf(parent: Element, tag: str, value: object) -> None:
    SubElement(parent, tag).text = xml_text(str(value))
