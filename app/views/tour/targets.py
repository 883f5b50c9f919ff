"""Where in the window each step of the tour is: the real widgets, and lanes of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from app.views.timeline.layout import Lanes
from app.views.timeline.view import TimelineView


@dataclass(frozen=True)
class Target:
    """A place in the window.

    Attributes:
        widget: what it is in.
        part: the part of the widget, in its pixels; None is all of it.
        panel: the command that shows and hides it; the tour shows it and puts it back.
    """

    widget: QWidget
    part: Callable[[], QRect] | None = None
    panel: QAction | None = None

    def rect(self, window: QWidget) -> QRect:
        """Return the place in pixels of the window; empty while it is not to be seen."""
        if not self.widget.isVisibleTo(window):
            return QRect()
        part = self.part() if self.part is not None else self.widget.rect()
        origin = self.widget.mapTo(window, QPoint(0, 0))
        return part.translated(origin) & QRect(QPoint(0, 0), window.size())


def timeline_targets(timeline: TimelineView) -> Mapping[str, Target]:
    """Return the places on the timeline: the boards' pins, and the lane of the grid."""
    surface = timeline.viewport()

    def lane(top: int, bottom: int) -> QRect:
        return QRect(QPoint(0, top), QSize(surface.width(), max(0, bottom - top)))

    def lanes() -> Lanes:
        return timeline.scene().lanes

    return {
        "boards": Target(surface, lambda: lane(lanes().title_top, lanes().grid_top)),
        "grid": Target(surface, lambda: lane(lanes().grid_top, lanes().grid_bottom)),
    }
