"""Gestures on how the film is computed: its settings, its LoRAs, and this machine's hardware."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from PySide6.QtCore import QObject, Signal

from app.state.editor import EditorState
from app.state.settings import SettingsState
from app.timeline import edits
from app.timeline.edits import EditError
from app.timeline.generation import Drafting, JobSettings, Refining
from app.timeline.hardware import Hardware
from engine.protocol.jobs import ComputeOptions, LoraSpec

S = TypeVar("S", bound=JobSettings)


def lora_missing(path: Path) -> str:
    """Say that a LoRA's file is gone, and what to do."""
    return f"The LoRA {path.name} is not there any more; bring the file back or remove it."


class GenerationEdits(QObject):
    """What can be set about generating.

    Signals:
        hardware_changed: this machine's settings changed.
    """

    hardware_changed = Signal()

    def __init__(
        self, editor: EditorState, settings: SettingsState, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._editor = editor
        self._settings = settings
        self._known = settings.values.hardware
        settings.changed.connect(self._follow)

    # The film.

    def set_drafting(self, name: str, value: object) -> bool:
        """Set one of Director-Gen's settings; None is the model's own. Whether it was taken."""
        return self._draft(f"Change {_words(name)}", {name: value})

    def set_refining(self, name: str, value: object) -> bool:
        """Set one of Director-SR's settings; None is the model's own. Whether it was taken."""
        return self._editor.do(
            f"Change {_words(name)}",
            lambda film: edits.set_refining(film, _validated(film.refining, {name: value})),
        )

    def set_refine_model(self, model: str) -> None:
        """Choose the model that makes masters."""
        if model != self._editor.project.refine_model:
            self._editor.do("Change master model", lambda film: edits.set_refine_model(film, model))

    def add_loras(self, paths: list[Path]) -> None:
        """Put LoRAs on Director-Gen."""
        known = self._editor.project.drafting.loras
        paths = [path for path in paths if str(path) not in {lora.path for lora in known}]
        if paths:
            added = tuple(LoraSpec(path=str(path)) for path in paths)
            name = "Add LoRA" if len(added) == 1 else f"Add {len(added)} LoRAs"
            self._draft(name, {"loras": (*known, *added)})

    def weigh_lora(self, path: str, weight: float) -> None:
        """Say how strongly a LoRA counts; steps in a row are one undo step."""
        loras = tuple(
            lora.model_copy(update={"weight": weight}) if lora.path == path else lora
            for lora in self._editor.project.drafting.loras
        )
        self._draft("Change weight of LoRA", {"loras": loras}, f"lora {path}")

    def remove_lora(self, path: str) -> None:
        """Take a LoRA off."""
        kept = tuple(k for k in self._editor.project.drafting.loras if k.path != path)
        self._draft("Remove LoRA", {"loras": kept})

    def reset_drafting(self) -> None:
        """Leave all of Director-Gen to the model."""
        self._editor.do("Reset generation", lambda film: edits.set_drafting(film, Drafting()))

    def reset_refining(self) -> None:
        """Leave all of Director-SR to its model; which model that is stays."""
        self._editor.do("Reset master settings", lambda film: edits.set_refining(film, Refining()))

    # The machine.

    @property
    def hardware(self) -> Hardware:
        """How this machine is used."""
        return self._settings.values.hardware

    def set_hardware(self, name: str, value: object) -> bool:
        """Set how this machine is used; whether it was taken."""
        try:
            changed = Hardware.model_validate({**self.hardware.model_dump(), name: value})
        except ValidationError:
            return False
        self._settings.update(hardware=changed)
        return True

    def reset_hardware(self) -> None:
        """Use the machine as the program would."""
        self._settings.update(hardware=Hardware())

    def compute_options(self) -> ComputeOptions:
        """Return how jobs shall use this machine."""
        return self.hardware.options()

    def _follow(self) -> None:
        if self._settings.values.hardware != self._known:
            self._known = self._settings.values.hardware
            self.hardware_changed.emit()

    def _draft(self, name: str, changes: dict[str, Any], merge_key: str | None = None) -> bool:
        return self._editor.do(
            name,
            lambda film: edits.set_drafting(film, _validated(film.drafting, changes)),
            merge_key=merge_key,
        )


def _validated(settings: S, changes: dict[str, Any]) -> S:
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    try:
        return type(settings)(**{**values, **changes})
    except ValidationError as error:
        where = _words(next(iter(changes)))
        what = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        raise EditError(f"This value for {where} cannot be used: {what}.") from error


def _words(name: str) -> str:
    return {"num_steps": "steps", "loras": "LoRAs"}.get(name, name.replace("_", " "))
