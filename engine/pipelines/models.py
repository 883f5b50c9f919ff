"""The models in memory: one bundle at a time, kept while jobs ask for the same one."""

from __future__ import annotations

import gc
import logging

import torch

from engine.models.catalogue import Role, find_model
from engine.models.loader import ModelBundle, best_device, best_dtype, load_bundle

_LOG = logging.getLogger(__name__)


class ModelCache:
    """Loads model folders on demand and owns the device's memory that they take."""

    def __init__(self) -> None:
        self._device = best_device()
        self._dtype = best_dtype(self._device)
        self._held: dict[str, ModelBundle] = {}

    def get(self, name: str, role: Role) -> ModelBundle:
        """Return a loaded bundle; another model of the same role is let go first.

        Raises:
            ModelMissing: the folder is absent or incomplete.
        """
        folder = find_model(name, role)
        held = self._held.get(role)
        if held is not None and held.folder == folder:
            return held
        del held
        self.release(role)
        bundle = load_bundle(folder, self._device, self._dtype)
        _LOG.info("loaded %s on %s as %s", folder, self._device, self._dtype)
        self._held[role] = bundle
        return bundle

    def release(self, role: Role) -> None:
        """Let go of the model that plays a role."""
        if self._held.pop(role, None) is not None:
            gc.collect()
            if self._device.type == "cuda":
                torch.cuda.empty_cache()
