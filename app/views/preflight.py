"""The pre-flight panel: what will be made, what it will cost, and what is to be said about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.state.language import said, told
from app.state.outlook_words import (
    device_words,
    outlook_words,
    pass_words,
    render_words,
    stage_words,
)
from app.state.preflight import PreflightState
from app.state.preflight_words import FIX_NAMES
from app.state.workspace import Workspace
from app.timeline.findings import Finding, Severity, severity
from app.views.icons import glyph
from app.views.theme import is_look_change

MAX_ROWS = 40
"""More findings than this are counted, not listed: nobody reads a thousand lines."""

MAX_PASSES = 30

_ICONS: dict[Severity, tuple[str, str]] = {
    "problem": ("error", "danger"),
    "warning": ("error", "keyframe"),
    "note": ("info", "text_faint"),
}
_ORDER: dict[Severity, int] = {"problem": 0, "warning": 1, "note": 2}


class FindingRow(QFrame):
    """One finding; a click goes there, its button mends it.

    Signals:
        clicked, fix_wanted: with the finding.
    """

    clicked = Signal(object)
    fix_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("takeCard")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._finding: Finding | None = None
        self._sign = QLabel()
        self._sign.setFixedWidth(18)
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._advice = QLabel()
        self._advice.setWordWrap(True)
        self._advice.setProperty("faint", "true")
        self.button = QPushButton()
        self.button.setProperty("flat", "true")
        self.button.clicked.connect(lambda: self.fix_wanted.emit(self._finding))
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self._text)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self._advice, 1)
        below.addWidget(self.button)
        words.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 5, 6, 5)
        row.setSpacing(4)
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    @property
    def text(self) -> str:
        """What is said."""
        return self._text.text()

    def show_finding(self, finding: Finding, preflight: PreflightState) -> None:
        """Say a finding."""
        self._finding = finding
        words = preflight.words(finding)
        self._draw_sign()
        sentence, advice = told(words.sentence), told(words.advice)
        self._text.setText(f"{told(words.where)}: {sentence}" if words.where else sentence)
        self._advice.setText(advice)
        self._advice.setVisible(bool(advice) or words.fix is not None)
        self.button.setVisible(words.fix is not None)
        if words.fix is not None:
            name = told(FIX_NAMES[words.fix])
            self.button.setText(name)
            self.button.setAccessibleName(f"{name}: {self._text.text()}")
        kind = said("Preflight", severity(finding))
        self.setAccessibleName(f"{kind}: {self._text.text()} {advice}")

    def changeEvent(self, event: QEvent) -> None:
        """The sign is drawn for one theme."""
        super().changeEvent(event)
        if is_look_change(event):
            self._draw_sign()

    def _draw_sign(self) -> None:
        if self._finding is not None:
            name, tint = _ICONS[severity(self._finding)]
            self._sign.setPixmap(glyph(name, 15, tint, self.devicePixelRatioF()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if self._finding is not None and event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(self._finding)


class PreflightPanel(QWidget):
    """Passes with their costs, then findings, the weightiest first."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setObjectName("jobsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(said("Preflight", "Pre-flight"))
        self._workspace = workspace
        self._preflight = workspace.preflight
        self._rows: list[FindingRow] = []
        self._pass_rows: list[QLabel] = []
        self._summary = _label("heading")
        self._device = _label("faint")
        self._more = _label("faint")
        self._more.setContentsMargins(12, 4, 12, 4)
        body = QWidget()
        body.setObjectName("jobsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addWidget(self._more)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        head = QVBoxLayout()
        head.setContentsMargins(12, 8, 12, 2)
        head.setSpacing(2)
        head.addWidget(self._summary)
        head.addWidget(self._device)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(scroll, 1)
        self._preflight.changed.connect(self._show)
        workspace.forecast.changed.connect(self._show)

    @property
    def rows(self) -> tuple[FindingRow, ...]:
        """The findings that are listed."""
        return tuple(self._rows)

    @property
    def pass_texts(self) -> tuple[str, ...]:
        """What is said of each pass."""
        return tuple(label.text() for label in self._pass_rows)

    def showEvent(self, event: object) -> None:
        """Look anew: what happened behind another tab, or outside of the program, is shown now."""
        self._preflight.look_again()
        self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return  # nobody looks; showEvent makes up for it
        forecast = self._workspace.forecast
        has_film = bool(self._workspace.editor.project.shots)
        parts = [
            told(outlook_words(forecast.drafts, has_film)),
            told(render_words(forecast.render)),
        ]
        self._summary.setText(
            "\n".join(part for part in parts if part) or said("Preflight", "Pre-flight")
        )
        self._device.setText(told(device_words(forecast.device)))
        self._show_passes()
        findings = sorted(self._preflight.findings, key=lambda f: _ORDER[severity(f)])
        self._show_findings(findings[:MAX_ROWS])
        hidden = len(findings) - MAX_ROWS
        if not findings:
            text = (
                said("Preflight", "Nothing stands in the way.")
                if has_film
                else said("Preflight", "No shots yet.")
            )
        else:
            text = (
                said("Preflight", "and {hidden} more like these", hidden=hidden)
                if hidden > 0
                else ""
            )
        self._more.setText(text)
        self._more.setVisible(bool(self._more.text()))

    def _show_passes(self) -> None:
        outlooks = self._preflight.passes[:MAX_PASSES]
        while len(self._pass_rows) < len(outlooks):
            label = _label("dim")
            label.setContentsMargins(12, 3, 12, 3)
            self._list.insertWidget(len(self._pass_rows), label)
            self._pass_rows.append(label)
        while len(self._pass_rows) > len(outlooks):
            self._pass_rows.pop().deleteLater()
        for label, outlook in zip(self._pass_rows, outlooks, strict=True):
            label.setText(told(pass_words(outlook)))
            costs = [job for job in (outlook.draft, outlook.master) if job is not None]
            label.setToolTip("\n\n".join(told(stage_words(cost)) for cost in costs))

    def _show_findings(self, findings: Sequence[Finding]) -> None:
        while len(self._rows) < len(findings):
            row = FindingRow()
            row.clicked.connect(self._preflight.go_to)
            row.fix_wanted.connect(self._preflight.fix)
            self._list.insertWidget(self._list.count() - 2, row)
            self._rows.append(row)
        while len(self._rows) > len(findings):
            self._rows.pop().deleteLater()
        for row, finding in zip(self._rows, findings, strict=True):
            row.show_finding(finding, self._preflight)


def _label(kind: str) -> QLabel:
    label = QLabel()
    label.setProperty(kind, "true")
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return label
