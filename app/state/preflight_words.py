"""Findings in words: one sentence on what is, one on what to do. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from app.state.forecasts import bytes_words
from app.state.grid import placement_text
from app.timeline.findings import (
    BoardCropped,
    BoardMissing,
    BoardMoved,
    BoardsClose,
    BoardSoft,
    CutWithoutBoard,
    DiskShort,
    ExactPaid,
    Finding,
    FootageMissing,
    MemoryShort,
    ModelTrouble,
    PassLong,
    PassWithoutBoard,
    SoundMissing,
)
from app.timeline.project import Format

Fix = Literal["exact", "snap", "replace", "crop", "board", "model", "relink"]
"""What one click does: place exactly, let the grid place, another picture, look at the crop, a
picture at this frame, another model, the file where it is now."""

FIX_NAMES: dict[Fix, str] = {
    "exact": "Place exactly",
    "snap": "Snap to grid",
    "replace": "Replace image…",
    "crop": "Show crop",
    "board": "Add board…",
    "model": "Choose model…",
    "relink": "Relink…",
}

_RELINK = "Say where it is now."


@dataclass(frozen=True, slots=True)
class Words:
    """What is said of a finding; ``where`` and ``advice`` may be empty."""

    where: str
    sentence: str
    advice: str = ""
    fix: Fix | None = None


def words(finding: Finding, number: int, film_frame: int, film: Format) -> Words:
    """Return what is said of a finding.

    Args:
        number: of its shot, from 1; 0 for the whole film.
        film_frame: where it is.
        film: the finished format.
    """
    shot = f"Shot {number}" if number else ""
    match finding:
        case BoardMoved(shift=shift, price=price):
            latents = "latent frame" if price == 1 else "latent frames"
            text = placement_text(film_frame, film_frame + shift)
            return Words(shot, f"Board {text}.", f"Exact costs up to {price} {latents}.", "exact")
        case ExactPaid(num_free=count):
            heads = "one free head" if count == 1 else f"{count} free heads"
            return Words(shot, f"Board exactly on {film_frame}, for {heads}.", "", "snap")
        case BoardCropped(lost=lost, at_sides=at_sides):
            edges = "at the sides" if at_sides else "above and below"
            return Words(shot, f"Board loses {lost:.0%} {edges}.", "Choose what survives.", "crop")
        case BoardSoft(width=width, height=height):
            sentence = f"Board has {width}×{height} for a film of {film.width}×{film.height}."
            return Words(shot, sentence, "It comes out soft; use a larger picture.", "replace")
        case BoardMissing(name=name):
            return Words(shot, f"The board {name} is gone.", _RELINK, "relink")
        case SoundMissing(name=name):
            return Words(shot, f"The sound {name} is gone.", _RELINK, "relink")
        case FootageMissing(name=name):
            return Words(shot, f"The movie {name} is gone, or another one.", _RELINK, "relink")
        case BoardsClose(gap=gap):
            frames = "one frame" if gap == 1 else f"{gap} frames"
            return Words(shot, f"Two boards stand {frames} apart.", "Nothing can move in between.")
        case CutWithoutBoard(is_weak=is_weak):
            advice = "The starter goes on with the shot before it." if is_weak else ""
            return Words(shot, "The cut has no board.", advice, "board")
        case PassWithoutBoard(is_weak=is_weak):
            advice = "The starter makes a mere blur of it." if is_weak else "The caption decides."
            return Words(shot, "No board leads this pass.", advice, "board")
        case PassLong(num_frames=length, limit=limit):
            sentence = f"{length} frames in one pass, more than {limit}."
            return Words(shot, sentence, "Add a board or a cut to divide it.", "board")
        case ModelTrouble(sentence=sentence, is_refiner=is_refiner):
            return Words("", sentence, "", None if is_refiner else "model")
        case DiskShort(needed=needed, free=free):
            sentence = f"About {bytes_words(needed)} will be written, {bytes_words(free)} are free."
            return Words("", sentence, "Make room, or move the project.")
        case MemoryShort():
            return _memory(finding)
        case _:
            assert_never(finding)


def _memory(finding: MemoryShort) -> Words:
    need, room = bytes_words(finding.needed), bytes_words(finding.available)
    sentence = f"{finding.title} wants about {need}, {room} are free."
    if finding.slowdown is None:
        return Words("", sentence, f"It may fail. {finding.nearest}".strip())
    factor = f"{finding.slowdown:.1f}"
    slower = f"Weights will be streamed, about {factor} times as slow. {finding.nearest}"
    return Words("", sentence, slower.strip())
