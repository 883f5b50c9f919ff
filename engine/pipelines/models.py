"""The models in memory: one bundle for each role, kept while jobs ask for the same one."""

from __future__ import annotations

from collections.abc import Sequence

from engine.models.catalogue import Role, find_model
from engine.models.embeddings import EmbeddingCache, embeddings_folder
from engine.models.loader import ModelBundle, best_device, best_dtype
from engine.models.lora import read_loras
from engine.models.memory import free_memory, give_back
from engine.models.parts import Part
from engine.models.shortage import Thrift
from engine.protocol.jobs import ComputeOptions, LoraSpec

_GIVEN_UP: tuple[Part, ...] = ("text_encoder", "transformer")
"""What is let go where memory is short, in this order; codecs are small."""


class ModelCache:
    """Opens model folders on demand and owns the device's memory that they take."""

    def __init__(self) -> None:
        self._device = best_device()
        self._dtype = best_dtype(self._device)
        self._embeddings = EmbeddingCache(embeddings_folder())
        self._held: dict[Role, ModelBundle] = {}
        self._thrift = Thrift.NONE

    @property
    def thrift(self) -> Thrift:
        """How sparingly memory is used; what was learnt holds until the process ends."""
        return self._thrift

    def spare_more(self) -> bool:
        """Let go of all models, and use less memory at a time from now on; False at the end."""
        self.let_go()
        if self._thrift == max(Thrift):
            return False
        self._thrift = Thrift(self._thrift + 1)
        return True

    def get(
        self,
        name: str,
        role: Role,
        loras: Sequence[LoraSpec] = (),
        compute: ComputeOptions | None = None,
    ) -> ModelBundle:
        """Return the bundle that plays a role; another model of the same role is let go first.

        Its parts are loaded when they are first used.

        Args:
            name, role: see :func:`engine.models.catalogue.find_model`.
            loras: what the transformer wears.
            compute: how it is put on the hardware; the defaults where None.

        Raises:
            ModelMissing: the folder is absent or incomplete.
            BadInput: a LoRA cannot be read or does not fit.
        """
        wanted = read_loras(loras)
        folder = find_model(name, role)
        options = compute or ComputeOptions()
        held = self._held.get(role)
        if held is None or held.folder != folder or held.compute != options:
            held = None
            self.release(role)
            held = ModelBundle(
                folder,
                self._device,
                self._dtype,
                options,
                self._embeddings,
                lambda needed: self._make_room(role, needed),
                self._thrift,
            )
            self._held[role] = held
        held.wear(wanted)
        return held

    def release(self, role: Role) -> None:
        """Let go of the model that plays a role."""
        bundle = self._held.pop(role, None)
        if bundle is not None:
            for part in ("text_encoder", "transformer", "vae"):
                bundle.release(part)

    def let_go(self) -> None:
        """Let go of every model, and give the memory back to the system."""
        for role in tuple(self._held):
            self.release(role)
        give_back(self._device)

    def _make_room(self, role: Role, needed: int) -> None:
        """Let go of what the other roles hold until half as much again as is needed is free."""
        others = [bundle for other, bundle in self._held.items() if other != role]
        for part in _GIVEN_UP:
            for bundle in others:
                if free_memory(self._device) >= needed * 3 // 2:
                    return
                bundle.release(part)
