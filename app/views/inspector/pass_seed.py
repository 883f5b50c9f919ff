"""The seed of the pass that the selected shot belongs to, and whether its take is kept."""

from __future__ import annotations

from PySide6.QtCore import QRegularExpression, QSignalBlocker, QSize
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from app.state.language import said, told
from app.state.take_choices import TakeChoices
from app.timeline.project import Shot
from app.timeline.takes import FilmPass
from app.views.icons import icon


class PassSeedField(QWidget):
    """Empty is the film's seed; the lock keeps the take that the pass has."""

    def __init__(self, choices: TakeChoices) -> None:
        super().__init__()
        self._choices = choices
        self._shot_id = ""
        self.seed = QLineEdit()
        self.seed.setAccessibleName(said("Inspector", "Seed of these shots"))
        self.seed.setValidator(
            QRegularExpressionValidator(QRegularExpression(r"\d{0,18}"), self.seed)
        )
        self.seed.editingFinished.connect(self._set_seed)
        self.dice = _tool("dice", said("Inspector", "Re-roll the seed of these shots"))
        self.dice.clicked.connect(self._reroll)
        self.lock = _tool("lock", said("Inspector", "Keep the take, whatever else changes"))
        self.lock.setCheckable(True)
        self.lock.clicked.connect(self._toggle_lock)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.seed, 1)
        row.addWidget(self.dice)
        row.addWidget(self.lock)
        self.setFocusProxy(self.seed)
        choices.changed.connect(self._show)

    def show_shot(self, shot: Shot) -> None:
        """Show what holds for a shot's pass."""
        self._shot_id = shot.id
        self._show()

    @property
    def _part(self) -> FilmPass | None:
        return self._choices.pass_of(self._shot_id)

    def _show(self) -> None:
        part = self._part
        if part is None:
            return
        own = self._choices.own_seed(part)
        if not self.seed.hasFocus() or own is None or self.seed.text() != str(own):
            self.seed.setText("" if own is None else str(own))
        self.seed.setPlaceholderText(said("Inspector", "{seed} (film)", seed=part.seed))
        title = told(self._choices.title_of(part))
        self.seed.setToolTip(
            said("Inspector", "Seed of {shots}; empty is the film's", shots=title.lower())
        )
        is_kept = self._choices.keeps(part)
        with QSignalBlocker(self.lock):
            self.lock.setChecked(is_kept)
        self.lock.setToolTip(
            said("Inspector", "{shots}: the take is kept; let go of it", shots=title)
            if is_kept
            else said("Inspector", "{shots}: keep the take, whatever else changes", shots=title)
        )
        self.dice.setEnabled(not is_kept)
        self.seed.setEnabled(not is_kept)

    def _set_seed(self) -> None:
        part = self._part
        if part is None:
            return
        text = self.seed.text()
        self._choices.set_seed(part, int(text) if text else None)
        self._show()

    def _reroll(self) -> None:
        part = self._part
        if part is not None:
            self._choices.reroll(part)

    def _toggle_lock(self) -> None:
        part = self._part
        if part is not None:
            self._choices.toggle_keep(part)
            self._show()


def _tool(name: str, words: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name))
    button.setIconSize(QSize(18, 18))
    button.setAccessibleName(words)
    button.setToolTip(words)
    return button
