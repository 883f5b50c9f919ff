"""The rows of the palette: title with the typed letters lit, menu or time, key."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.state.finding import Entry, Found
from app.state.language import said
from app.views.icons import glyph
from app.views.theme import color

ROW_HEIGHT = 30
_MARGIN = 12
_GLYPHS = {"shot": "play", "marker": "marker"}

AnyIndex = QModelIndex | QPersistentModelIndex


class FoundRows(QAbstractListModel):
    """What was found, for a list."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[Found] = []

    def show(self, rows: list[Found]) -> None:
        """List other things."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def found(self, row: int) -> Found | None:
        """Return what stands in a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """As many as were found."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Words for the list and for screen readers."""
        found = self.found(index.row())
        if found is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return found.entry.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(found.entry)
        return None


class RowPainter(QStyledItemDelegate):
    """Draws a row."""

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """All rows are alike."""
        return QSize(200, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Draw title, place and key."""
        model = index.model()
        found = model.found(index.row()) if isinstance(model, FoundRows) else None
        if found is None:
            return
        entry = found.entry
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        painter.save()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color("accent_deep" if entry.is_enabled else "pressed"))
            painter.drawRoundedRect(rect.adjusted(4, 1, -4, -1), 5, 5)
        font: QFont = option.font
        left, right = rect.left() + _MARGIN, rect.right() - _MARGIN
        right = self._key(painter, entry, font, rect, right, chosen=chosen)
        mark = _GLYPHS.get(entry.kind) or ("check" if entry.is_on else "")
        if mark:
            ratio = painter.device().devicePixelRatioF()
            rest = "keyframe" if entry.kind == "marker" else "text_dim"
            name = "on_accent" if chosen else rest
            corner = QPointF(left, rect.center().y() - 6)
            painter.drawPixmap(corner, glyph(mark, 13, name, ratio))
        left += 22
        painter.setPen(_ink(entry, "text", chosen=chosen))
        place = QRect(left, rect.top(), right - left, rect.height())
        place.setLeft(self._title(painter, found, font, place))
        painter.setPen(_ink(entry, "text_dim", chosen=chosen))
        self._place(painter, entry, font, place)
        painter.restore()

    def _key(
        self, painter: QPainter, entry: Entry, font: QFont, rect: QRect, right: int, *, chosen: bool
    ) -> int:
        if not entry.key:
            return right
        width = QFontMetrics(font).horizontalAdvance(entry.key) + 12
        box = QRect(right - width, rect.center().y() - 9, width, 19)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color("on_accent", 0.16) if chosen else color("raised"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(font)
        painter.setPen(_ink(entry, "text", chosen=chosen))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, entry.key)
        return box.left() - 12

    def _title(self, painter: QPainter, found: Found, font: QFont, rect: QRect) -> int:
        """Draw the title letter by letter where some are lit; return where it ends."""
        strong = QFont(font)
        strong.setBold(True)
        title = QFontMetrics(strong).elidedText(
            found.entry.title, Qt.TextElideMode.ElideRight, max(40, rect.width())
        )
        x = rect.left()
        for start, stop, lit in _runs(len(title), found.letters):
            part = title[start:stop]
            painter.setFont(strong if lit else font)
            width = QFontMetrics(painter.font()).horizontalAdvance(part)
            box = QRect(x, rect.top(), width + 4, rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, part)
            x += width
        return x + 14

    def _place(self, painter: QPainter, entry: Entry, font: QFont, rect: QRect) -> None:
        words = f"{entry.place} – {entry.why_not}" if entry.why_not else entry.place
        text = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, rect.width())
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, text)


def _ink(entry: Entry, usual: str, *, chosen: bool) -> QColor:
    """Return the colour of words of a row."""
    if not entry.is_enabled:
        return color("text_dim" if chosen else "disabled")
    return color("on_accent" if chosen else usual)


def spoken(entry: Entry) -> str:
    """Return an entry as a screen reader says it."""
    parts = [entry.title, entry.place, entry.key]
    if not entry.is_enabled:
        parts.append(
            said("Palette", "not now: {why_not}", why_not=entry.why_not)
            if entry.why_not
            else said("Palette", "not now")
        )
    return ", ".join(part for part in parts if part)


def _runs(length: int, lit: frozenset[int]) -> list[tuple[int, int, bool]]:
    """Divide letters into runs that are lit or not."""
    runs: list[tuple[int, int, bool]] = []
    start = 0
    for at in range(1, length + 1):
        if at == length or (at in lit) != (start in lit):
            runs.append((start, at, start in lit))
            start = at
    return runs
