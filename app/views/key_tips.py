"""Keeps the keys of the commands, and every tip that names one, in line with the keyboard map."""

from __future__ import annotations

import re
from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.state.keymap import KeymapState, shown_key
from app.state.language import said

_APART = re.compile(r"\(&\w\)")
"""How languages without an alphabet of their own show the key of a menu's item."""


def plain(text: str) -> str:
    """Return a menu's words without their marks."""
    return _APART.sub("", text).replace("&", "").rstrip("…")


def tip(words: str, keymap: KeymapState, *commands: str) -> str:
    """Return words with the key of a command behind them, or the keys of several."""
    keys = [shown_key(keys[0]) for keys in map(keymap.keys, commands) if keys]
    if not keys:
        return words
    first, last = keys[0], keys[-1]
    return (
        f"{words} ({first})"
        if first == last
        else said("Commands", "{words} ({first} to {last})", words=words, first=first, last=last)
    )


def follow_keys(widget: QWidget, words: str, keymap: KeymapState, *commands: str) -> None:
    """Give a widget a tip that names the key of what it does, whatever that key becomes."""
    _Tip(widget, words, keymap, commands)


def follow_action(widget: QWidget, action: QAction) -> None:
    """Give a widget the tip of an action, whatever that becomes."""

    def show() -> None:
        widget.setToolTip(action.toolTip())

    action.changed.connect(show)
    show()


class _Tip(QObject):
    def __init__(
        self, widget: QWidget, words: str, keymap: KeymapState, commands: tuple[str, ...]
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._words = words
        self._keymap = keymap
        self._commands = commands
        keymap.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        self._widget.setToolTip(tip(self._words, self._keymap, *self._commands))


class ActionKeys(QObject):
    """The keys and tips of the commands' actions.

    Args:
        words: what each command's tip says before the key.
    """

    def __init__(
        self,
        keymap: KeymapState,
        actions: Mapping[str, QAction],
        words: Mapping[str, str],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self._actions = actions
        self._words = dict(words)
        keymap.changed.connect(self._show)
        self._show()

    def words(self, name: str) -> str:
        """Return what a command's tip says, without its key."""
        return self._words[name]

    def say(self, name: str, words: str) -> None:
        """Let a command's tip say something else."""
        if words != self._words[name]:
            self._words[name] = words
            self._actions[name].setToolTip(tip(words, self._keymap, name))

    def _show(self) -> None:
        for action in self._actions.values():
            action.setShortcuts([])  # no key belongs to two commands on the way
        for name, action in self._actions.items():
            action.setShortcuts([QKeySequence(key) for key in self._keymap.keys(name)])
            action.setToolTip(tip(self._words[name], self._keymap, name))
