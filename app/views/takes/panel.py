"""The takes of the pass at the playhead, and how well the chosen one meets its boards."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.media.thumbnails import ThumbnailCache
from app.state.language import said, told
from app.state.take_choices import TakeChoices, TakeRow
from app.state.workspace import Workspace
from app.views.key_tips import plain, tip
from app.views.takes.card import TakeCard
from app.views.takes.fidelity import FidelityReport

_NO_FILM = "Put the playhead on a shot to see its takes."
_NO_TAKE = "No take of these shots yet. Generate makes one"


class TakesPanel(QWidget):
    """The takes of one pass."""

    def __init__(
        self, workspace: Workspace, thumbnails: ThumbnailCache, actions: Sequence[QAction]
    ) -> None:
        super().__init__()
        self.setObjectName("jobsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(said("Takes", "Takes"))
        self._workspace = workspace
        self._choices: TakeChoices = workspace.choices
        self._thumbnails = thumbnails
        self._cards: list[TakeCard] = []
        self._title = QLabel()
        self._title.setProperty("heading", "true")
        self._aside = QLabel()
        self._aside.setProperty("faint", "true")
        self.report = FidelityReport()
        self.report.frame_wanted.connect(workspace.editor.seek)
        self._nothing = QLabel()
        self._nothing.setProperty("faint", "true")
        self._nothing.setContentsMargins(12, 4, 12, 4)
        self._nothing.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self._top())
        column.addLayout(_tool_row(actions))
        column.addWidget(self._body(), 3)
        column.addWidget(self.report, 2)
        self._choices.changed.connect(self._show)
        workspace.jobs.changed.connect(self._show_nothing)
        workspace.keymap.changed.connect(self._show_nothing)
        thumbnails.ready.connect(self._show_pictures)
        self._show()

    @property
    def cards(self) -> tuple[TakeCard, ...]:
        """The takes that are shown, newest first."""
        return tuple(self._cards)

    def showEvent(self, event: object) -> None:
        """What happened behind another tab is shown now."""
        self._show()

    def _top(self) -> QHBoxLayout:
        top = QHBoxLayout()
        top.setContentsMargins(12, 8, 12, 2)
        top.addWidget(self._title)
        top.addStretch(1)
        top.addWidget(self._aside)
        return top

    def _body(self) -> QScrollArea:
        body = QWidget()
        body.setObjectName("jobsBody")
        self._list = QVBoxLayout(body)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(0)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        return scroll

    def _show(self) -> None:
        if not self.isVisible():
            return  # nobody looks; showEvent makes up for it
        rows = self._choices.rows
        part = self._choices.film_pass
        self._title.setText(told(self._choices.title) or said("Takes", "Takes"))
        kept = said("Takes", " · kept") if self._choices.is_kept else ""
        self._aside.setText(
            said("Takes", "seed {seed}{kept}", seed=part.seed, kept=kept) if part else ""
        )
        self._show_cards(rows)
        self._show_nothing()
        selected = self._choices.selected
        if selected is None or part is None or not selected.fits:
            self.report.show_rows((), 0, "")
        else:
            is_master = bool(selected.record.files.master)
            what = said("Takes", "master") if is_master else said("Takes", "draft")
            self.report.show_rows(selected.record.fidelity, part.start, what)

    def _show_cards(self, rows: Sequence[TakeRow]) -> None:
        while len(self._cards) < len(rows):
            card = TakeCard(self._thumbnails, self._workspace.keymap)
            card.clicked.connect(self._choices.select)
            card.wanted.connect(self._choices.use)
            card.rated.connect(self._choices.rate)
            self._list.insertWidget(len(self._cards), card)
            self._cards.append(card)
        while len(self._cards) > len(rows):
            self._cards.pop().deleteLater()
        rate = float(self._workspace.editor.project.format.rate.fraction)
        selected = self._choices.selected
        for card, row in zip(self._cards, rows, strict=True):
            is_selected = selected is not None and selected.record.name == row.record.name
            card.show_take(row, rate, is_selected=is_selected)

    def _show_pictures(self) -> None:
        if self.isVisible():
            for card in self._cards:
                card.show_picture()

    def _show_nothing(self) -> None:
        part = self._choices.film_pass
        has_own = bool(self._cards) and any(row.is_in_use for row in self._choices.rows)
        if part is None:
            text = said("Takes", _NO_FILM)
        elif self._workspace.jobs.is_forming(part.take):
            text = said("Takes", "A new take is forming…")
        else:
            text = (
                ""
                if has_own
                else tip(said("Takes", _NO_TAKE), self._workspace.keymap, "generate") + "."
            )
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))


def _tool_row(actions: Sequence[QAction]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(8, 0, 8, 4)
    row.setSpacing(2)
    for action in actions:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(16, 16))
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.setAccessibleName(plain(action.text()))
        row.addWidget(button)
    return row
