"""What Generate would do, in a few words beside its button."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QLabel, QWidget

from app.state.language import counted, said, told
from app.state.outlook_words import detail_words, outlook_warning, outlook_words, render_words
from app.state.workspace import Workspace


class OutlookLabel(QLabel):
    """The forecast of the drafts that are missing; a click opens the pre-flight.

    Signals:
        clicked: somebody wants to know more.
    """

    clicked = Signal()

    def __init__(self, workspace: Workspace, buttons: tuple[QWidget, QWidget]) -> None:
        super().__init__()
        self._workspace = workspace
        self._generate, self._render = buttons
        self._tips = (self._generate.toolTip(), self._render.toolTip())
        self.setProperty("faint", "true")
        self.setAccessibleName(said("Preflight", "What Generate would take"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        workspace.forecast.changed.connect(self._show)
        workspace.preflight.changed.connect(self._show)
        workspace.jobs.changed.connect(self._show)
        self._show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for more."""
        self.clicked.emit()

    def _show(self) -> None:
        ws = self._workspace
        has_film = bool(ws.editor.project.shots)
        self.setVisible(has_film and not ws.jobs.is_making)
        if not has_film or ws.jobs.is_making:
            return
        drafts, render = ws.forecast.drafts, ws.forecast.render
        problems = ws.preflight.counts["problem"]
        words = told(outlook_words(drafts, has_film))
        if problems:
            words += counted("Preflight", " · %n problems", " · 1 problem", n=problems)
        warning = told(outlook_warning(drafts))
        self.setText(words)
        self._mark("amber" if problems or warning else "faint")
        lines = [self._tips[0], warning, told(detail_words(drafts))]
        self._generate.setToolTip("\n".join(line for line in lines if line))
        self.setToolTip("\n".join(line for line in (warning, told(detail_words(drafts))) if line))
        lines = [self._tips[1], told(render_words(render)), told(outlook_warning(render))]
        self._render.setToolTip("\n".join(line for line in lines if line))

    def _mark(self, kind: str) -> None:
        if self.property(kind) != "true":
            for name in ("amber", "faint"):
                self.setProperty(name, "true" if name == kind else "false")
            self.style().unpolish(self)
            self.style().polish(self)
