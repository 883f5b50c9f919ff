"""The movies that a film is put together from: footage, and what was made between. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.timeline.project import Project
from app.timeline.takes import FilmPass
from engine.protocol.export import Segment
from engine.protocol.jobs import Bars, Fit


@dataclass(frozen=True, slots=True)
class FilmPiece:
    """A movie that holds the frames ``[start, start + num_frames)`` of the film.

    Attributes:
        first: frame of the movie that the first of them is.
        is_footage: it came from outside: its frames are never altered.
        follows, leads: the movement goes on from the piece before, into the piece after.
        fit, bars: how pictures of another shape stand in the frame.
    """

    path: Path
    start: int
    num_frames: int
    first: int = 0
    is_footage: bool = False
    follows: bool = False
    leads: bool = False
    fit: Fit = "cover"
    bars: Bars = "black"

    @property
    def stop(self) -> int:
        """Film frame after its last one."""
        return self.start + self.num_frames

    def segment(self, start: int, stop: int) -> Segment:
        """Return what an export needs of the film frames ``[start, stop)``."""
        return Segment(
            path=str(self.path),
            start=self.first + start - self.start,
            stop=self.first + stop - self.start,
            is_source=self.is_footage,
            match_start=self.follows and start == self.start,
            match_end=self.leads and stop == self.stop,
            fit=self.fit,
            bars=self.bars,
        )


def film_pieces(
    project: Project, passes: Sequence[FilmPass], movie_of: Callable[[FilmPass], Path]
) -> tuple[FilmPiece, ...]:
    """Return the movies that make up a film, in its order.

    Args:
        movie_of: where the movie of a pass lies, or will lie.
    """
    pieces = [
        FilmPiece(
            movie_of(part),
            part.first_frame,
            part.end - part.first_frame,
            first=part.first_frame - part.start,
            follows=part.first_frame > part.start,
            leads=part.end < part.start + part.plan.num_frames_requested,
        )
        for part in passes
    ]
    for start, shot in project.shot_starts():
        if shot.footage is not None:
            use = shot.footage
            pieces.append(
                FilmPiece(
                    Path(project.footage_item(use.footage).path),
                    start,
                    shot.num_frames,
                    use.start,
                    is_footage=True,
                    fit=use.fit,
                    bars=use.bars,
                )
            )
    return tuple(sorted(pieces, key=lambda piece: piece.start))


def segments_of(pieces: Sequence[FilmPiece], start: int, stop: int) -> tuple[Segment, ...]:
    """Return what an export of the film frames ``[start, stop)`` is joined from."""
    found: list[Segment] = []
    for piece in pieces:
        begin, end = max(start, piece.start), min(stop, piece.stop)
        if begin < end:
            found.append(piece.segment(begin, end))
    return tuple(found)
