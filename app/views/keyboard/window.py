"""The keyboard: presets, every command with its keys, and what the user wants otherwise.

A window of its own that blocks nothing. Changes hold at once.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.state.finding import Entry, rank
from app.state.key_presets import PRESET_NAMES
from app.state.keymap import shown_key
from app.state.language import said
from app.state.workspace import Workspace
from app.views.commands import Commands
from app.views.dialogs import Dialogs
from app.views.keyboard.catcher import KeyCatcher
from app.views.keyboard.editor import KeyEditor
from app.views.palette.entries import command_entries
from app.views.side_window import SideWindow
from app.views.theme import color, is_look_change

_COLUMNS = ("Command", "Menu", "Keys", "")
_WIDTHS = (250, 150, 190)
_NAME_ROLE = Qt.ItemDataRole.UserRole


class KeyboardWindow(SideWindow):
    """Shows and changes the keyboard map."""

    def __init__(self, workspace: Workspace, commands: Commands, owner: QWidget) -> None:
        super().__init__(said("Window", "Keyboard"), owner, 860, 580)
        self.setObjectName("keyboardWindow")
        self.setMinimumSize(640, 400)
        self._workspace = workspace
        self._keymap = workspace.keymap
        self._commands = commands
        self._dialogs = Dialogs(self, workspace.settings)
        self._titles: dict[str, str] = {}
        self.preset = QComboBox()
        self.preset.setAccessibleName(said("Window", "Preset"))
        for name, title in PRESET_NAMES.items():
            self.preset.addItem(title, name)
        self.preset.activated.connect(self._choose_preset)
        self.search = QLineEdit()
        self.search.setPlaceholderText(said("Window", "Search by name"))
        self.search.setAccessibleName(said("Window", "Search by name"))
        self.search.setClearButtonEnabled(True)
        for button in self.search.findChildren(QToolButton):
            button.setAccessibleName(said("Window", "Clear the search"))
            button.setToolTip(said("Window", "Clear the search"))
        self.search.textChanged.connect(self._search_by_name)
        self.key_search = KeyCatcher(said("Window", "Search by key"))
        self.key_search.setMaximumWidth(170)
        self.key_search.caught.connect(self._search_by_key)
        self.key_search.left.connect(self._search_all)
        self.rows = QTreeWidget()
        self.rows.setAccessibleName(said("Window", "Commands and their keys"))
        self.rows.setHeaderLabels([said("Window", name) if name else "" for name in _COLUMNS])
        self.rows.setRootIsDecorated(False)
        self.rows.setUniformRowHeights(True)
        self.rows.setAllColumnsShowFocus(True)
        self.rows.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for column, width in enumerate(_WIDTHS):
            self.rows.setColumnWidth(column, width)
        self.rows.header().setSectionsMovable(False)
        self.rows.currentItemChanged.connect(self._show_selected)
        self.editor = KeyEditor(self._keymap, lambda name: self._titles.get(name, name))
        self._said = QLabel()
        self._said.setProperty("dim", "true")
        self._build()
        self._keymap.changed.connect(self._follow)

    def open(self) -> None:
        """Come to the front."""
        self._said.setText("")
        self._show()
        super().open()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def changeEvent(self, event: QEvent) -> None:
        """The rows are written in the theme's colours."""
        super().changeEvent(event)
        if is_look_change(event):
            self._follow()

    def select(self, command: str) -> None:
        """Select the row of a command, if it is listed."""
        for index in range(self.rows.topLevelItemCount()):
            item = self.rows.topLevelItem(index)
            if item is not None and item.data(0, _NAME_ROLE) == command:
                self.rows.setCurrentItem(item)
                self.rows.scrollToItem(item)

    @property
    def listed(self) -> list[str]:
        """The commands that are listed."""
        items = [self.rows.topLevelItem(row) for row in range(self.rows.topLevelItemCount())]
        return [item.data(0, _NAME_ROLE) for item in items if item is not None]

    def _build(self) -> None:
        self._reset_all = QPushButton(said("Window", "Reset all"))
        self._reset_all.setToolTip(
            said("Window", "Take back every change that was made to this preset")
        )
        self._reset_all.clicked.connect(self._keymap.reset_all)
        load, store = QPushButton(said("Window", "Import…")), QPushButton(said("Window", "Export…"))
        load.clicked.connect(lambda: self._dialogs.keys_in(self._import))
        store.clicked.connect(lambda: self._dialogs.keys_out(self._export))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(QLabel(said("Window", "Preset")))
        top.addWidget(self.preset)
        top.addSpacing(12)
        top.addWidget(self.search, 1)
        top.addWidget(self.key_search)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._said, 1)
        for button in (load, store, self._reset_all):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addLayout(top)
        column.addWidget(self.rows, 1)
        column.addWidget(self.editor)
        column.addLayout(foot)

    # What is listed.

    def _follow(self) -> None:
        if self.isVisible():  # a hidden window is filled when it is opened
            self._show()

    def _show(self) -> None:
        with QSignalBlocker(self.preset):
            self.preset.setCurrentIndex(self.preset.findData(self._keymap.preset))
        self._reset_all.setEnabled(self._keymap.is_changed)
        entries = command_entries(self._commands, self._keymap)
        self._titles = {entry.name: entry.title for entry in entries}
        key = self.key_search.text()
        if key:
            owner = self._keymap.owner_of(key)
            entries = [entry for entry in entries if entry.name == owner]
        elif self.search.text().strip():
            found = rank(self.search.text(), entries, limit=len(entries))
            entries = [row.entry for row in found]
        self._fill(entries)

    def _fill(self, entries: list[Entry]) -> None:
        current = self.rows.currentItem()
        kept = current.data(0, _NAME_ROLE) if current is not None else ""
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for entry in entries:
                self.rows.addTopLevelItem(self._item(entry))
        self.select(kept)
        first = self.rows.topLevelItem(0)
        if self.rows.selectedItems() == [] and first is not None:
            self.rows.setCurrentItem(first)
        self._show_selected()

    def _item(self, entry: Entry) -> QTreeWidgetItem:
        name = entry.name
        keys = "   ".join(shown_key(key) for key in self._keymap.keys(name))
        is_changed = self._keymap.is_changed_for(name)
        notes = [
            said(
                "Window",
                "{shown_key} is now “{get}”",
                shown_key=shown_key(lost.key),
                get=self._titles.get(lost.taken_by, lost.taken_by),
            )
            for lost in self._keymap.lost(name)
        ]
        note = ", ".join(notes) or ("changed" if is_changed else "")
        item = QTreeWidgetItem([entry.title, entry.place, keys, note])
        item.setData(0, _NAME_ROLE, name)
        item.setForeground(1, color("text_dim"))
        item.setForeground(2, color("accent_text" if is_changed else "text"))
        item.setForeground(3, color("keyframe_text" if notes else "text_faint"))
        return item

    def _show_selected(self) -> None:
        item = self.rows.currentItem()
        self.editor.show_command(item.data(0, _NAME_ROLE) if item is not None else "")

    # What the user does.

    def _choose_preset(self) -> None:
        self._keymap.choose(str(self.preset.currentData()))

    def _search_by_name(self) -> None:
        self.key_search.setText("")
        self._show()

    def _search_by_key(self, key: str) -> None:
        with QSignalBlocker(self.search):
            self.search.clear()
        self.key_search.setText(shown_key(key))
        self._show()

    def _search_all(self) -> None:
        self.key_search.setText("")
        self._show()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def _import(self, path: Path) -> None:
        self._keymap.import_from(path)
        self._say_notice()

    def _export(self, path: Path) -> None:
        self._keymap.export_to(path)
        self._say_notice()

    def _say_notice(self) -> None:
        """The notice stands in the editor's window; here one looks at this one."""
        notice = self._workspace.notices.current
        self._said.setText(notice.text if notice is not None else "")
