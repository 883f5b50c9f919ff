"""The palette: a field and what it finds, laid over the window. It blocks nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListView,
    QVBoxLayout,
    QWidget,
)

from app.state.finder import FinderState
from app.state.finding import Entry
from app.state.keymap import KeymapState
from app.state.language import said
from app.views.commands import Commands
from app.views.palette.entries import command_entries
from app.views.palette.rows import ROW_HEIGHT, FoundRows, RowPainter, spoken

_WIDTH = 640
_MAX_ROWS = 12
_MOVES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -_MAX_ROWS,
    Qt.Key.Key_PageDown: _MAX_ROWS,
}
_RUNS = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Palette(QFrame):
    """Finds commands, shots and markers by what is typed; Enter runs or goes there.

    It lies over ``window`` and goes when something else is clicked, or with Esc.
    """

    def __init__(
        self, commands: Commands, finder: FinderState, keymap: KeymapState, window: QWidget
    ) -> None:
        super().__init__(window)
        self.setObjectName("palette")
        self.setAccessibleName(said("Palette", "Find a command"))
        self._commands = commands
        self._finder = finder
        self._keymap = keymap
        self._window = window
        self._came_from: QWidget | None = None
        self.field = QLineEdit()
        self.field.setObjectName("paletteField")
        self.field.setPlaceholderText(
            said("Palette", "A command, a shot or its caption, a marker…")
        )
        self.field.setAccessibleName(said("Palette", "What to find"))
        self.field.textChanged.connect(self._find)
        self.field.installEventFilter(self)
        self._rows = FoundRows(self)
        self.list = QListView()
        self.list.setObjectName("paletteList")
        self.list.setAccessibleName(said("Palette", "What was found"))
        self.list.setModel(self._rows)
        self.list.setItemDelegate(RowPainter(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._run_clicked)
        self._nothing = QLabel(said("Palette", "Nothing is called like that."))
        self._nothing.setProperty("faint", "true")
        self._nothing.setContentsMargins(14, 8, 14, 10)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self._nothing)
        window.installEventFilter(self)
        self.hide()

    @property
    def found(self) -> list[Entry]:
        """What is listed, the best first."""
        rows = [self._rows.found(row) for row in range(self._rows.rowCount())]
        return [row.entry for row in rows if row is not None]

    def open(self) -> None:
        """Show it with an empty field; open already, it goes."""
        if self.isVisible():
            self.close_up()
            return
        self._came_from = QApplication.focusWidget()
        self.field.clear()
        self._find("")
        self.show()
        self.raise_()
        self._window.activateWindow()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_up(self) -> None:
        """Go, and give the keys back to where they were."""
        if self.isHidden():
            return
        had_focus = self.field.hasFocus()
        came_from, self._came_from = self._came_from, None
        self.hide()
        if had_focus and came_from is not None and came_from.isVisible():
            came_from.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keys of the field, and the size of the window."""
        kind = event.type()
        if watched is self._window:
            if kind == QEvent.Type.Resize:
                self._place()
        elif kind == QEvent.Type.FocusOut:
            # A menu or another window takes the keys for a moment only.
            if QApplication.focusWidget() not in {None, self.field}:
                self.close_up()
        elif kind in {QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress}:
            assert isinstance(event, QKeyEvent)
            return self._answer(event, does=kind == QEvent.Type.KeyPress)
        return super().eventFilter(watched, event)

    def _answer(self, event: QKeyEvent, *, does: bool) -> bool:
        """Take the keys that are the palette's, whatever command they belong to elsewhere."""
        key = Qt.Key(event.key())
        is_plain = not event.modifiers() & ~(
            Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if not is_plain or key not in {*_MOVES, *_RUNS, Qt.Key.Key_Escape}:
            return False
        event.accept()
        if does and key in _MOVES:
            self._move(_MOVES[key])
        elif does and key in _RUNS:
            self._run(self.list.currentIndex().row())
        elif does:
            self.close_up()
        return True

    def _move(self, step: int) -> None:
        count = self._rows.rowCount()
        if not count:
            return
        row = self.list.currentIndex().row() + step
        if abs(step) == 1:
            row %= count
        self._choose(max(0, min(row, count - 1)))

    def _choose(self, row: int) -> None:
        self.list.setCurrentIndex(self._rows.index(row))
        found = self._rows.found(row)
        if found is not None:  # the field has the focus: a screen reader hears the choice from it
            self.field.setAccessibleDescription(spoken(found.entry))

    def _find(self, query: str) -> None:
        entries = command_entries(self._commands, self._keymap)
        rows = self._finder.find(query, entries)
        self._rows.show(rows)
        self.list.setVisible(bool(rows))
        self._nothing.setVisible(not rows)
        if rows:
            self._choose(0)
            self.list.scrollToTop()
        self._place()

    def _run_clicked(self, index: QModelIndex) -> None:
        self._run(index.row())

    def _run(self, row: int) -> None:
        found = self._rows.found(row)
        if found is None or not found.entry.is_enabled:
            return
        entry = found.entry
        self.close_up()
        if entry.kind != "command":
            self._finder.go(entry)
            return
        self._finder.remember(entry.name)
        self._commands[entry.name].trigger()

    def sizeHint(self) -> QSize:
        """As high as what was found, within reason."""
        rows = min(self._rows.rowCount(), _MAX_ROWS)
        below = rows * ROW_HEIGHT + 4 if rows else self._nothing.sizeHint().height()
        return QSize(_WIDTH, 22 + self.field.sizeHint().height() + below)

    def _place(self) -> None:
        room = self._window.size()
        size = self.sizeHint()
        width = min(size.width(), room.width() - 32)
        top = max(8, min(72, room.height() // 10))
        height = min(size.height(), room.height() - top - 16)
        self.setGeometry((room.width() - width) // 2, top, width, height)
