"""How this machine computes: a preference, the same for every film."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox

from app.state.language import said
from app.state.workspace import Workspace
from app.timeline.hardware import Hardware
from app.views.inspector.fold import FoldSection
from app.views.inspector.optional import OptionalChoice, OptionalNumber, number, whole

_ATTENTION = (
    ("flash_4", "FlashAttention 4"),
    ("_native_cudnn", "cuDNN"),
    ("_native_flash", "Flash (torch)"),
    ("sage", "SageAttention"),
)


class HardwareSection(FoldSection):
    """The machine's section of the inspector."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("hardware", said("Inspector", "This machine"), workspace.settings)
        self._workspace = workspace
        self.memory = OptionalNumber(said("Inspector", "Memory limit in GiB"), number)
        self.memory.line.setToolTip(
            said("Inspector", "Device memory to stay within, in GiB; empty: what is free")
        )
        self.memory.entered.connect(partial(self._set, "memory_gib"))
        self.memory.refused.connect(
            partial(self._refuse, said("Inspector", "Memory takes gibibytes above 0"))
        )
        self.body.add_row(said("Inspector", "Memory"), self.memory)
        self.attention = OptionalChoice(said("Inspector", "Attention backend"), _ATTENTION)
        self.attention.entered.connect(partial(self._set, "attention"))
        self.body.add_row(said("Inspector", "Attention"), self.attention)
        self.caching = OptionalNumber(said("Inspector", "Residual caching"), number)
        self.caching.line.setToolTip(
            said(
                "Inspector",
                "Reuse what hardly changes between steps: 0.05 to 0.2 is faster and less exact",
            )
        )
        self.caching.entered.connect(partial(self._set, "cache_threshold"))
        self.caching.refused.connect(
            partial(self._refuse, said("Inspector", "Caching takes 0 to 1"))
        )
        self.body.add_row(said("Inspector", "Caching"), self.caching)
        self.gpus = OptionalNumber(said("Inspector", "GPUs that share a pass"), whole)
        self.gpus.entered.connect(partial(self._set, "num_gpus"))
        self.gpus.refused.connect(partial(self._refuse, said("Inspector", "GPUs takes 1 to 64")))
        self.body.add_row(said("Inspector", "GPUs"), self.gpus)
        self.compile = QCheckBox(said("Inspector", "Compile: faster after a minute"))
        self.compile.toggled.connect(partial(self._set, "compile"))
        self.body.add_wide(self.compile)
        self.fp8 = QCheckBox(said("Inspector", "Weights in 8 bits: less exact"))
        self.fp8.setToolTip(
            said("Inspector", "Half the memory and faster on new GPUs; pixels move a little")
        )
        self.fp8.toggled.connect(partial(self._set, "fp8"))
        self.body.add_wide(self.fp8)
        self.reset.setToolTip(said("Inspector", "This machine: as the program would use it"))
        self.reset.clicked.connect(workspace.generation.reset_hardware)
        workspace.generation.hardware_changed.connect(self.show_machine)
        self.show_machine()

    def show_machine(self) -> None:
        """Show how the machine is used."""
        hardware, plain = self._workspace.generation.hardware, Hardware()
        changed = [n for n in Hardware.model_fields if getattr(hardware, n) != getattr(plain, n)]
        self.show_count(len(changed))
        self.memory.show_value(hardware.memory_gib, None, said("Inspector", "What is free"))
        name = hardware.attention
        known = {name for name, _ in _ATTENTION}
        self.attention.show_value(
            name if name in known else None, None, said("Inspector", "Torch's choice")
        )
        self.caching.show_value(hardware.cache_threshold or None, None, said("Inspector", "Off"))
        self.gpus.show_value(
            hardware.num_gpus if hardware.num_gpus > 1 else None, None, said("Inspector", "One")
        )
        for box, value in ((self.compile, hardware.compile), (self.fp8, hardware.fp8)):
            box.blockSignals(True)
            box.setChecked(value)
            box.blockSignals(False)

    def _set(self, name: str, value: Any) -> None:
        wanted = getattr(Hardware(), name) if value is None else value
        if not self._workspace.generation.set_hardware(name, wanted):
            self._workspace.notices.error(
                said("Inspector", "This value for {part} cannot be used.", part=name.split("_")[0])
            )
        self.show_machine()

    def _refuse(self, words: str) -> None:
        self._workspace.notices.error(
            said("Inspector", "{words}; leave it empty for the program's choice.", words=words)
        )
        self.show_machine()
