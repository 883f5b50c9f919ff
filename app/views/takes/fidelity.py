"""How closely the take shows each board: a bar per keyframe; a click goes to the frame."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.state.language import said
from app.timeline.take_files import Fidelity
from app.views.focus import paint_ring
from app.views.theme import color, mono_font

GOOD_DB = 30.0
"""From here on a board and its frame look alike side by side."""

_LOW_DB, _HIGH_DB = 15.0, 45.0
_HEIGHT = 22
_LABEL, _VALUE = 92, 58


class FidelityBar(QAbstractButton):
    """One board of a take."""

    def __init__(self) -> None:
        super().__init__()
        self._row: Fidelity | None = None
        self._start = 0
        self.setFixedHeight(_HEIGHT)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_row(self, row: Fidelity, start: int) -> None:
        """Show a board of a pass that begins on film frame ``start``."""
        self._row, self._start = row, start
        asked, used = start + row.requested_frame, start + row.frame
        is_alike = row.psnr_db >= GOOD_DB
        verdict = said("Takes", "alike") if is_alike else said("Takes", "differs")
        if row.strength < 1:
            verdict += said("Takes", ", guides at {strength:.0%}", strength=row.strength)
        text = said(
            "Takes",
            "Board asked on frame {asked}, used on {used}: {psnr_db:.1f} dB, {verdict}",
            asked=asked,
            used=used,
            psnr_db=row.psnr_db,
            verdict=verdict,
        )
        self.setAccessibleName(text)
        self.setToolTip(
            said(
                "Takes",
                "{text} (alike from {good:.0f} dB on). Click to go there.",
                text=text,
                good=GOOD_DB,
            )
        )
        self.update()

    @property
    def film_frame(self) -> int:
        """Where a click goes."""
        return self._start + (self._row.frame if self._row else 0)

    def sizeHint(self) -> QSize:
        """As wide as the panel."""
        return QSize(200, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw frames, bar, threshold and value."""
        row = self._row
        if row is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.fillRect(self.rect(), color("hover"))
        if self.hasFocus():
            paint_ring(painter, QRectF(self.rect()))
        painter.setFont(mono_font(11))
        asked, used = self._start + row.requested_frame, self._start + row.frame
        text = f"{asked}" if asked == used else f"{asked} → {used}"
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(color("text_dim"))
        painter.drawText(QRectF(12, 0, _LABEL - 16, _HEIGHT), middle, text)
        is_good = row.psnr_db >= GOOD_DB
        tint = "draft" if is_good else "keyframe"
        painter.setPen(color("text" if is_good else "keyframe_text"))
        value = QRectF(self.width() - _VALUE - 12, 0, _VALUE, _HEIGHT)
        painter.drawText(value, middle | Qt.AlignmentFlag.AlignRight, f"{row.psnr_db:.1f} dB")
        bar = QRectF(_LABEL, _HEIGHT / 2 - 3, self.width() - _LABEL - _VALUE - 20, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("raised"))
        painter.drawRoundedRect(bar, 3, 3)
        painter.setBrush(color(tint))
        done = QRectF(bar)
        done.setWidth(max(6.0, bar.width() * _share(row.psnr_db)))
        painter.drawRoundedRect(done, 3, 3)
        x = bar.left() + bar.width() * _share(GOOD_DB)
        painter.fillRect(QRectF(x, bar.top() - 3, 1.5, bar.height() + 6), color("text_dim"))


def _share(psnr_db: float) -> float:
    return max(0.0, min(1.0, (psnr_db - _LOW_DB) / (_HIGH_DB - _LOW_DB)))


class FidelityReport(QWidget):
    """The boards of a take.

    Signals:
        frame_wanted: a film frame that was clicked.
    """

    frame_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._bars: list[FidelityBar] = []
        self._heading = QLabel(said("Takes", "Boards"))
        self._heading.setProperty("heading", "true")
        self._heading.setContentsMargins(12, 6, 12, 2)
        body = QWidget()
        body.setObjectName("jobsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 0, 0, 4)
        self._list.setSpacing(0)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading)
        column.addWidget(scroll, 1)

    @property
    def bars(self) -> tuple[FidelityBar, ...]:
        """One bar a board."""
        return tuple(self._bars)

    def show_rows(self, rows: Sequence[Fidelity], start: int, what: str) -> None:
        """Show the boards of a take of a pass that begins on film frame ``start``."""
        self.setVisible(bool(rows))
        good = sum(row.psnr_db >= GOOD_DB for row in rows)
        self._heading.setText(
            said(
                "Takes",
                "Boards in the {what}: {good} of {count} alike",
                what=what,
                good=good,
                count=len(rows),
            )
        )
        while len(self._bars) < len(rows):
            bar = FidelityBar()
            bar.clicked.connect(self._on_click)
            self._list.insertWidget(len(self._bars), bar)
            self._bars.append(bar)
        while len(self._bars) > len(rows):
            self._bars.pop().deleteLater()
        for bar, row in zip(self._bars, rows, strict=True):
            bar.show_row(row, start)
        self.setMaximumHeight(30 + _HEIGHT * min(12, len(rows)) + 6)

    def _on_click(self) -> None:
        bar = self.sender()
        if isinstance(bar, FidelityBar):
            self.frame_wanted.emit(bar.film_frame)
