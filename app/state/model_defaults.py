"""What the film's models do of their own accord, as the engine tells it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.state.jobs import JobsState
from engine.protocol.facts import ModelFacts
from engine.protocol.messages import ModelDescribed, ModelRole, ModelSettings


class ModelDefaults(QObject):
    """Asks once for each model; what is not known yet is None.

    Signals:
        changed: the engine has told of another model.
    """

    changed = Signal()

    def __init__(self, jobs: JobsState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = jobs.engine
        self._engine.describe_to(self._hear)
        self._known: dict[tuple[str, ModelRole], ModelDescribed | None] = {}

    def settings(self, name: str, role: ModelRole) -> ModelSettings | None:
        """Return what a model does by itself, None while that is not known."""
        answer = self._answer(name, role)
        return answer.settings if answer else None

    def facts(self, name: str, role: ModelRole) -> ModelFacts | None:
        """Return what a model costs to run, None while that is not known."""
        answer = self._answer(name, role)
        return answer.facts if answer else None

    def problem(self, name: str, role: ModelRole) -> str:
        """Return why a model cannot be used, in one sentence; empty where it can."""
        answer = self._answer(name, role)
        return answer.problem if answer else ""

    def _answer(self, name: str, role: ModelRole) -> ModelDescribed | None:
        if (name, role) not in self._known:
            self._known[name, role] = None
            self._engine.describe(name, role)
        return self._known[name, role]

    def _hear(self, told: ModelDescribed) -> None:
        self._known[told.name, told.role] = told
        self.changed.emit()
