"""Reading one part of a model folder: from safetensors alone, without running the folder's code.

Knows diffusers' and transformers' ``from_pretrained``; does not know what the parts are for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import torch
from torch.overrides import TorchFunctionMode

from engine.models.catalogue import shown_name
from engine.models.outline import outline_of
from engine.models.weights import weight_variant
from engine.protocol.errors import EngineError, ModelMissing
from engine.protocol.stopping import Stopped, heed

_LOG = logging.getLogger(__name__)

Part = Literal["transformer", "vae", "text_encoder"]


def load_part(folder: Path, part: Part, kind: Any, **options: Any) -> Any:
    """Return a part of a folder as a net of the class ``kind``, on the CPU.

    A cancel is heard between two tensors.

    Raises:
        ModelMissing: it is damaged, or its files are not what its configuration says.
    """
    outline_of(folder, part, kind)
    variant = weight_variant(folder, part)
    with naming(folder), heeding():
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
    """Return a net on a device, for inference. A cancel is heard between two tensors."""
    with heeding():
        return net.to(device).eval()


class _Heeding(TorchFunctionMode):
    """Heeds before everything that torch is asked to do on this thread, and changes nothing."""

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        heed()
        return func(*args, **(kwargs or {}))


def heeding() -> TorchFunctionMode:
    """Return what lets a cancel be heard in the libraries' loading of nets, tensor by tensor.

    They load a model in one call, for minutes if it is large; but they ask torch for every tensor.
    """
    return _Heeding()


@contextmanager
def naming(folder: Path) -> Generator[None]:
    """Turn whatever a damaged folder throws into one sentence that names the model.

    Raises:
        ModelMissing: in the place of it.
        Stopped: loading was cancelled, however the libraries put that.
    """
    try:
        yield
    except (torch.OutOfMemoryError, MemoryError, EngineError, Stopped):
        raise
    except Exception as error:  # the libraries raise what they stumble on, even assertions
        if _comes_from_stop(error):
            raise Stopped from error
        _LOG.exception("loading %s", folder)
        raise ModelMissing(
            f"The model {shown_name(folder)} is damaged and cannot be loaded; get it again."
        ) from error


def _comes_from_stop(error: BaseException) -> bool:
    """Whether a library put another error in the place of ``Stopped``; it is raised only once."""
    seen: BaseException | None = error
    for _ in range(8):
        if isinstance(seen, Stopped):
            return True
        seen = seen and (seen.__cause__ or seen.__context__)
    return False
