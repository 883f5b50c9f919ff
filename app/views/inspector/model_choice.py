"""A choice of model: the built-in starter, the one in use, or a folder to be found."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal

from app.state.language import said
from app.views.inspector.fields import ChoiceField

STARTER = "starter"
_OTHER_MODEL = "Choose a model folder…"


class ModelChoice(ChoiceField):
    """The models that a film may use.

    Signals:
        chosen: the name of a model.
        folder_wanted: choose a model folder.
    """

    chosen = Signal(str)
    folder_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._model = STARTER
        self.activated.connect(self._choose)

    def show_model(self, model: str) -> None:
        """Show the model in use."""
        self._model = model
        with QSignalBlocker(self):
            self.clear()
            self.addItem(said("Inspector", "Starter (built in)"))
            if model != STARTER:
                self.addItem(Path(model).name or model)
                self.setItemData(1, model)
                self.setCurrentIndex(1)
            self.addItem(said("Inspector", _OTHER_MODEL))
        self.setToolTip(model)

    def _choose(self, index: int) -> None:
        if self.itemText(index) == said("Inspector", _OTHER_MODEL):
            self.show_model(self._model)
            self.folder_wanted.emit()
        elif index == 0:
            self.chosen.emit(STARTER)
