"""The windows behind F1 and About: they stay open beside the work."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from PySide6.QtCore import QEvent, QUrl
from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from app.state.key_presets import PRESET_NAMES
from app.state.keymap import KeymapState, shown_key
from app.state.language import said
from app.views.commands import SPECS
from app.views.key_tips import plain
from app.views.menus import MENUS
from app.views.side_window import SideWindow
from app.views.theme import color, is_look_change

_COLUMNS = 3
_CHANGE = "keys:change"


class TextWindow(SideWindow):
    """Some lines of help in a window of their own."""

    def __init__(self, title: str, owner: QWidget, width: int, height: int) -> None:
        super().__init__(title, owner, width, height)
        self.setObjectName("textWindow")
        self.text = QTextBrowser()
        self.text.setAccessibleName(title)
        self.text.setOpenLinks(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.text)


class KeysWindow(TextWindow):
    """The keys as they are, by menu."""

    def __init__(self, keymap: KeymapState, change: Callable[[], object], owner: QWidget) -> None:
        super().__init__(said("Window", "Keys"), owner, 900, 620)
        self._keymap = keymap
        self._change = change
        self.text.anchorClicked.connect(self._follow_link)
        keymap.changed.connect(self._follow)

    def changeEvent(self, event: QEvent) -> None:
        """The words are written in the theme's colours."""
        super().changeEvent(event)
        if is_look_change(event):
            self._follow()

    def open(self) -> None:
        """Come to the front, as the keys and the theme are now."""
        self._show()
        super().open()

    def _follow(self) -> None:
        if self.isVisible():  # a hidden list is written when it is opened
            self._show()

    def _show(self) -> None:
        self.text.setHtml(keys_text(self._keymap))

    def _follow_link(self, link: QUrl) -> None:
        if link.toString() == _CHANGE:
            self._change()


class AboutWindow(TextWindow):
    """What this program is."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(said("Window", "About SmartDirector"), owner, 420, 190)
        self.text.setHtml(about_text())


def keys_text(keymap: KeymapState) -> str:
    """List the commands that have a key, by menu, in columns of like length."""
    groups: list[list[str]] = []
    for title, names in MENUS.items():
        rows = [
            _row(keymap.keys(name), plain(said("Commands", SPECS[name].text)))
            for name in names
            if name in SPECS and keymap.keys(name)
        ]
        if rows:
            heading = escape(plain(said("Menus", title.rpartition(">")[2])))
            groups.append([f"<tr><td colspan='2'><br><b>{heading}</b></td></tr>", *rows])
    total = sum(map(len, groups))
    columns: list[list[str]] = [[] for _ in range(_COLUMNS)]
    done = 0
    for group in groups:
        middle = done + len(group) / 2
        columns[min(_COLUMNS - 1, int(middle * _COLUMNS / max(1, total)))].extend(group)
        done += len(group)
    cells = "".join(
        f"<td width='33%'><table cellpadding='2'>{''.join(rows)}</table></td>" for rows in columns
    )
    head = (
        f"<p>{said('Window', 'Preset')}: <b>{PRESET_NAMES[keymap.preset]}</b>"
        f"{said('Window', ', changed') if keymap.is_changed else ''}. "
        f"<a href='{_CHANGE}' style='color:{color('accent_text').name()}'>"
        f"{said('Window', 'Change keys…')}</a></p>"
    )
    return f"{head}<table width='100%'><tr>{cells}</tr></table>"


def _row(keys: tuple[str, ...], words: str) -> str:
    shown = " , ".join(shown_key(key) for key in keys)
    return (
        f"<tr><td style='padding-right:12px; color:{color('text').name()}'>{escape(shown)}</td>"
        f"<td style='color:{color('text_dim').name()}'>{escape(words)}</td></tr>"
    )


def about_text() -> str:
    """Say what this program is."""
    return said(
        "Window",
        "<b>SmartDirector</b><p>From storyboard to video on your own machine.<br>"
        "An open implementation of SmartDirector (arXiv 2605.27891).</p><p>Apache-2.0</p>",
    )
