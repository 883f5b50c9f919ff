"""The film's part of the inspector: caption, format, seed, model."""

from __future__ import annotations

import re

from PySide6.QtCore import QRegularExpression, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QToolButton

from app.state.language import said
from app.state.timecode import rate_text
from app.state.workspace import Workspace
from app.views.icons import icon
from app.views.inspector.fields import ChoiceField, ProseField, Section
from app.views.inspector.model_choice import ModelChoice
from app.views.key_tips import follow_keys
from engine.protocol.jobs import FrameRate

SIZES = (
    (1920, 1080),
    (1280, 720),
    (3840, 2160),
    (2048, 858),
    (1440, 1080),
    (1080, 1080),
    (1080, 1920),
)
RATES = (
    FrameRate(num=24000, den=1001),
    FrameRate(num=24),
    FrameRate(num=25),
    FrameRate(num=30000, den=1001),
    FrameRate(num=30),
    FrameRate(num=48),
    FrameRate(num=50),
    FrameRate(num=60),
)


class FilmSection(Section):
    """Shows and changes what holds for the whole film.

    Signals:
        model_wanted: choose a model folder.
    """

    model_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(said("Inspector", "Film"))
        self._workspace = workspace
        self._caption = ProseField(
            said("Inspector", "Caption of the film"),
            said("Inspector", "What holds for all shots: place, people, light, style."),
            3,
            8000,
        )
        self._caption.paused.connect(workspace.shots.set_film_caption)
        self._caption.left.connect(workspace.editor.end_merge)
        self.add_wide(self._caption)
        self._size = ChoiceField(said("Inspector", "Frame size"))
        self._size.setEditable(True)
        self._size.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # unlike a mere choice, typed into
        self._size.setInsertPolicy(ChoiceField.InsertPolicy.NoInsert)
        self._size.addItems([f"{width} × {height}" for width, height in SIZES])
        self._size.textActivated.connect(self._set_size)
        editor = self._size.lineEdit()
        assert editor is not None
        editor.editingFinished.connect(self._size_typed)
        self.add_row(said("Inspector", "Size"), self._size)
        self._rate = ChoiceField(said("Inspector", "Frame rate"))
        self._rate.addItems(
            [said("Inspector", "{rate} fps", rate=rate_text(rate)) for rate in RATES]
        )
        self._rate.activated.connect(self._set_rate)
        self.add_row(said("Inspector", "Rate"), self._rate)
        self._seed = QLineEdit()
        self._seed.setAccessibleName(said("Inspector", "Seed"))
        self._seed.setValidator(
            QRegularExpressionValidator(QRegularExpression(r"\d{1,18}"), self._seed)
        )
        self._seed.editingFinished.connect(self._set_seed)
        dice = QToolButton()
        dice.setIcon(icon("dice"))
        dice.setIconSize(QSize(18, 18))
        follow_keys(
            dice,
            said("Inspector", "Re-roll the seed: the next take differs"),
            workspace.keymap,
            "reroll",
        )
        dice.setAccessibleName(said("Inspector", "Re-roll the seed"))
        dice.clicked.connect(workspace.shots.reroll_seed)
        self.add_row(said("Inspector", "Seed"), self._seed, dice)
        self._model = ModelChoice(said("Inspector", "Model"))
        self._model.chosen.connect(workspace.shots.set_model)
        self._model.folder_wanted.connect(self.model_wanted)
        self.add_row(said("Inspector", "Model"), self._model)

    def show_film(self) -> None:
        """Show the film as it is."""
        project = self._workspace.editor.project
        film = project.format
        self._caption.show_text(project.caption)
        with QSignalBlocker(self._size):
            self._size.setEditText(f"{film.width} × {film.height}")
        with QSignalBlocker(self._rate):
            index = RATES.index(film.rate) if film.rate in RATES else -1
            self._rate.setCurrentIndex(index)
            self._rate.setPlaceholderText(
                said("Inspector", "{rate} fps", rate=rate_text(film.rate))
            )
        if not self._seed.hasFocus() or self._seed.text() != str(project.seed):
            self._seed.setText(str(project.seed))
        self._model.show_model(project.model)

    def flush(self) -> None:
        """Hand on what was typed and not yet kept."""
        self._caption.flush()

    def _size_typed(self) -> None:
        self._set_size(self._size.currentText())

    def _set_size(self, text: str) -> None:
        film = self._workspace.editor.project.format
        numbers = re.findall(r"\d+", text)
        if len(numbers) != 2:
            self._workspace.notices.error(
                said("Inspector", "Write a size as width × height, such as 1920 × 1080.")
            )
        elif (int(numbers[0]), int(numbers[1])) != (film.width, film.height):
            self._workspace.shots.set_size(int(numbers[0]), int(numbers[1]))
        self.show_film()

    def _set_rate(self, index: int) -> None:
        self._workspace.shots.set_rate(RATES[index])

    def _set_seed(self) -> None:
        text = self._seed.text()
        if text and int(text) != self._workspace.editor.project.seed:
            self._workspace.shots.set_seed(int(text))
            self._workspace.editor.end_merge()
        self._seed.setText(str(self._workspace.editor.project.seed))
