"""How the viewer looks at the film: what it is compared with, and what is drawn over the picture.

Nothing here changes the film, so nothing here is undone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal

Comparison = Literal["off", "wipe", "side", "difference"]
Overlay = Literal["safe_areas", "thirds", "captions", "dissolves"]
Side = Literal["board", "draft", "master"]


@dataclass(frozen=True, slots=True)
class TakeSide:
    """A movie of some take as the other side: film frame ``start`` is its first frame."""

    movie: Path
    label: str
    start: int
    num_frames: int


OtherSide = Side | TakeSide


class ViewingState(QObject):
    """The comparison and the overlays of the viewer.

    Signals:
        changed: the picture may look different now.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._comparison: Comparison = "off"
        self._other: OtherSide = "board"
        self._wipe = 0.5
        self._overlays: frozenset[Overlay] = frozenset()

    @property
    def comparison(self) -> Comparison:
        """How the two sides are shown."""
        return self._comparison

    @property
    def other(self) -> OtherSide:
        """What the picture is compared with."""
        return self._other

    @property
    def wipe(self) -> float:
        """Where the line of the wipe stands, from the left (0) to the right (1) of the picture."""
        return self._wipe

    def shows(self, overlay: Overlay) -> bool:
        """Whether an overlay is on."""
        return overlay in self._overlays

    def compare(self, comparison: Comparison) -> None:
        """Show two sides some way; the same way again ends it."""
        self._comparison = "off" if comparison == self._comparison else comparison
        self.changed.emit()

    def compare_with(self, other: OtherSide) -> None:
        """Choose the other side; the comparison begins as a wipe."""
        self._other = other
        if self._comparison == "off":
            self._comparison = "wipe"
        self.changed.emit()

    def set_wipe(self, place: float) -> None:
        """Put the line of the wipe somewhere."""
        self._wipe = max(0.0, min(1.0, place))
        self.changed.emit()

    def show_overlay(self, overlay: Overlay, shown: bool) -> None:
        """Switch an overlay."""
        shown_ones: set[Overlay] = {known for known in self._overlays if known != overlay}
        if shown:
            shown_ones.add(overlay)
        self._overlays = frozenset(shown_ones)
        self.changed.emit()
