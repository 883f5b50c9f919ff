"""A film as CMX 3600 edit decision lists. Pure.

A list has one video track, so the boards and each kind of take are lists of their own. Reels have
eight letters; full names and paths stand in comments, as do captions and the frame rate.
"""

from __future__ import annotations

from app.timeline.interchange.cut import Board, Cut, Media, SoundPiece, TakeClip
from app.timeline.interchange.rates import is_ntsc, is_whole, label, rate_text
from app.timeline.interchange.text import ExchangeError, one_line, reel_name
from engine.planning.sound import SAMPLE_RATE

AUDIO_CHANNELS = ("A", "A2", "A3", "A4")


def write_edl(cut: Cut) -> bytes:
    """Return the list of the boards, with the sounds and all markers.

    Raises:
        ExchangeError: there is no timecode at this rate, or not enough of it.
    """
    _check(cut)
    writer = _Writer(cut)
    for board in cut.boards:
        writer.board(board)
    for channel, pieces in zip(AUDIO_CHANNELS, cut.sounds, strict=False):
        for piece in pieces:
            writer.sound(piece, channel)
    return writer.content(cut.name)


def write_takes_edl(cut: Cut, track: str) -> bytes:
    """Return the list of one kind of take.

    Raises:
        ExchangeError: see ``write_edl``.
    """
    _check(cut)
    writer = _Writer(cut)
    for clip in cut.takes[track]:
        writer.take(clip)
    return writer.content(f"{cut.name} {track}")


def _check(cut: Cut) -> None:
    if not (is_whole(cut.rate) or is_ntsc(cut.rate)):
        raise ExchangeError(
            f"An EDL cannot count {rate_text(cut.rate)} frames a second; choose OTIO or FCPXML."
        )
    try:
        label(cut.start + max(0, cut.num_frames), cut.rate, drop=cut.drop)
    except ValueError as error:
        raise ExchangeError(str(error)) from error


class _Writer:
    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._lines: list[str] = []
        self._num_events = 0
        self._reels: dict[str, str] = {}
        self._markers = list(cut.markers)

    def board(self, board: Board) -> None:
        """Write a board, or black where a shot has none."""
        self._event(board.media, "V", board.frame, board.num_frames, 0)
        self._note("FROM CLIP NAME", board.name)
        self._file(board.media)
        facts = f"{board.number} PART {board.part}"
        if board.part == 1:
            facts += f" JOIN {board.shot.join.upper()}"
        if board.keyframe is not None and board.part == 1 and board.keyframe.frame:
            facts += f" KEYFRAME {board.keyframe.frame}"
        self._note("SHOT", facts)
        if board.part == 1 and board.shot.caption:
            self._note("CAPTION", board.shot.caption)
        self._locators(board.frame + board.num_frames)

    def take(self, clip: TakeClip) -> None:
        """Write a part of a take's movie."""
        self._event(clip.media, "V", clip.frame, clip.num_frames, clip.source)
        self._note("FROM CLIP NAME", clip.name)
        self._file(clip.media)

    def sound(self, piece: SoundPiece, channel: str) -> None:
        """Write a sound; it begins on the frame nearest to its sample."""
        clip = piece.clip
        source = round(clip.offset * self._cut.rate.fraction / SAMPLE_RATE)
        self._event(piece.media, channel, clip.frame, clip.num_frames, source)
        self._note("FROM CLIP NAME", piece.media.name)
        self._file(piece.media)

    def content(self, title: str) -> bytes:
        """Return the whole list."""
        cut = self._cut
        head = [
            f"TITLE: {one_line(title)[:70]}",
            f"FCM: {'DROP FRAME' if cut.drop else 'NON-DROP FRAME'}",
            "",
        ]
        return ("\r\n".join([*head, *self._lines]) + "\r\n").encode()

    def _event(
        self, media: Media | None, channel: str, frame: int, num_frames: int, source: int
    ) -> None:
        cut = self._cut
        self._num_events += 1
        reel = self._reel(media) if media is not None else "BL"
        start = cut.start + frame
        times = (source, source + num_frames, start, start + num_frames)
        labels = " ".join(label(time, cut.rate, drop=cut.drop) for time in times)
        self._lines.append(f"{self._num_events:03}  {reel:<8} {channel:<5} C        {labels}")
        if self._num_events == 1:
            self._note("FRAME RATE", str(cut.rate))

    def _reel(self, media: Media) -> str:
        known = self._reels.get(media.path)
        if known is None:
            known = reel_name(media.name, set(self._reels.values()))
            self._reels[media.path] = known
        return known

    def _file(self, media: Media | None) -> None:
        if media is not None:
            self._note("FROM FILE", media.path)
            self._note("SOURCE NAME", media.name)

    def _note(self, key: str, text: str) -> None:
        self._lines.append(f"* {key}: {one_line(text)}")

    def _locators(self, before: int) -> None:
        """Write the markers that stand before a film frame; the last board takes the rest."""
        cut = self._cut
        is_last = before >= cut.num_frames
        while self._markers and (self._markers[0].frame < before or is_last):
            marker = self._markers.pop(0)
            try:
                time = label(cut.start + marker.frame, cut.rate, drop=cut.drop)
            except ValueError:
                return  # past 24 hours there is no label to put it on
            self._note("LOC", f"{time} {marker.color.upper():<7} {one_line(marker.name)}".rstrip())
