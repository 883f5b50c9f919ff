"""What the engine has told of its device, and what the film's models cost to run."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.state.jobs import JobsState
from app.state.model_defaults import ModelDefaults
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.messages import ModelRole


class EngineFacts(QObject):
    """The device and the models, as far as they are known.

    Signals:
        changed: something else is known now.
    """

    changed = Signal()

    def __init__(
        self, models: ModelDefaults, jobs: JobsState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._models = models
        self._device: DeviceReport | None = None
        models.changed.connect(self.changed)
        jobs.told.connect(self._hear)

    @property
    def device(self) -> DeviceReport | None:
        """The device, None until the engine has spoken."""
        return self._device

    def model(self, name: str, role: ModelRole) -> ModelFacts | None:
        """Return what a model costs to run."""
        return self._models.facts(name, role)

    def problem(self, name: str, role: ModelRole) -> str:
        """Return why a model cannot be run, in one sentence; empty where it can."""
        return self._models.problem(name, role)

    def _hear(self, event: object) -> None:
        if isinstance(event, DeviceReport):
            self._device = event
            self.changed.emit()
