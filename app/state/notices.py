"""What the user is told: one sentence at a time, with at most one thing to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from engine.protocol.plain import plain_words

MAX_LINES, MAX_LINE = 12, 2000

NoticeKind = Literal["info", "success", "error", "question"]


@dataclass(frozen=True, slots=True)
class NoticeAction:
    """A button of a notice."""

    label: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence, and what can be done about it; a button press ends the notice."""

    kind: NoticeKind
    text: str
    actions: tuple[NoticeAction, ...] = ()


class NoticesState(QObject):
    """The notice that stands; a newer one takes its place.

    Signals:
        changed: another notice stands, or none.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack: list[Notice] = []

    @property
    def current(self) -> Notice | None:
        """The notice that stands."""
        return self._stack[-1] if self._stack else None

    def show(self, notice: Notice) -> None:
        """Put a notice up; a question that it covers comes back afterwards.

        Names of files stand in it: what would turn or hide its words is shown as a sign.
        """
        if self._stack and self._stack[-1].kind != "question":
            self._stack.pop()
        self._stack.append(_plain(notice))
        self.changed.emit()

    def mention(self, notice: Notice) -> None:
        """Put a notice up that nobody waits for: it covers no question, but comes after them."""
        questions = [known for known in self._stack if known.kind == "question"]
        self._stack = [_plain(notice), *questions]
        self.changed.emit()

    def error(self, text: str) -> None:
        """Say why something was not done."""
        self.show(Notice("error", text))

    def info(self, text: str, *actions: NoticeAction) -> None:
        """Say something worth knowing."""
        self.show(Notice("info", text, actions))

    def dismiss(self, notice: Notice | None = None) -> None:
        """Take down the notice that stands, or a given one wherever it is."""
        gone = notice or self.current
        kept = [known for known in self._stack if known is not gone]
        if len(kept) != len(self._stack):
            self._stack = kept
            self.changed.emit()

    def clear(self) -> None:
        """Take everything down: another film is looked at."""
        if self._stack:
            self._stack.clear()
            self.changed.emit()


def _plain(notice: Notice) -> Notice:
    lines = (plain_words(line, MAX_LINE) for line in notice.text.split("\n", MAX_LINES))
    text = "\n".join(lines)
    # Else it is the one that its owner takes down again.
    return replace(notice, text=text) if text != notice.text else notice
