"""Reading one part of a model folder: from safetensors alone, without running the folder's code.

Knows diffusers' and transformers' ``from_pretrained``; does not know what the parts are for.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import torch

from engine.models.catalogue import shown_name
from engine.models.weights import weight_variant
from engine.protocol.errors import EngineError, ModelMissing

_LOG = logging.getLogger(__name__)

Part = Literal["transformer", "vae", "text_encoder"]


def load_part(folder: Path, part: Part, kind: Any, **options: Any) -> Any:
    """Return a part of a folder as a net of the class ``kind``, on the CPU.

    Raises:
        ModelMissing: it is damaged.
    """
    variant = weight_variant(folder, part)
    with naming(folder):
        net = kind.from_pretrained(
            folder / part,
            use_safetensors=True,
            local_files_only=True,
            **({"variant": variant} if variant else {}),
            **options,
        )
    if any(weight.is_meta for weight in net.parameters()):
        raise ModelMissing(
            f"The model {shown_name(folder)} lacks weights in {part}; download it again."
        )
    _LOG.info("loaded %s of %s", part, folder)
    return net


def placed(net: Any, device: torch.device) -> Any:
    """Return a net on a device, for inference."""
    return net.to(device).eval()


@contextmanager
def naming(folder: Path) -> Generator[None]:
    """Turn whatever a damaged folder throws into one sentence that names the model.

    Raises:
        ModelMissing: in the place of it.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, EngineError):
        raise
    except Exception as error:  # the libraries raise what they stumble on, even assertions
        _LOG.exception("loading %s", folder)
        raise ModelMissing(
            f"The model {shown_name(folder)} is damaged and cannot be loaded; get it again."
        ) from error
