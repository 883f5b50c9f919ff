"""LoRA files: read without trust, fitted to a transformer, put on and taken off again.

Only safetensors are opened. diffusers converts the formats of other trainers; what comes out is
held against the transformer's own layers before anything is touched. The base weights are never
written to, so a transformer whose LoRAs were taken off is the base model bit for bit. ``peft`` does
the rest and is needed only where a LoRA is.
"""

from __future__ import annotations

import hashlib
import json
import logging
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import safetensors.torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn

from engine.models.transformer import DirectorTransformer
from engine.models.weights import header_of
from engine.protocol.errors import BadInput
from engine.protocol.jobs import LoraSpec

_LOG = logging.getLogger(__name__)

MAX_BYTES = 16 * 1024**3
"""The largest LoRAs (rank 256 for a 14B) are a few GB; a larger file is something else."""

_MIN_WEIGHTS = 1_000_000
"""So many are no burden to any machine, however small the model."""

MAX_BLOCK = 1000
"""diffusers' converter counts up to the highest block number that a file names."""

MAX_ALPHA = 1e6

_BLOCK = re.compile(r"blocks[._](\d+)")
_FLAT = re.compile(r"lora_unet_blocks_(\d+)_(\w+)(\..+)$")
_SIDES = {
    "A.weight": ("A.weight", 1),
    "B.weight": ("B.weight", 0),
    "B.bias": ("B.bias", 0),
    "down.weight": ("A.weight", 1),
    "up.weight": ("B.weight", 0),
}
"""Names of a LoRA's tensors: ours, and the axis that the layer's own size stands on."""


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA file as it was when the job began.

    Attributes:
        path: the file.
        weight: how strongly it counts.
        content: hash over the file, 16 hexadecimal digits.
    """

    path: Path
    weight: float
    content: str


def read_loras(specs: Sequence[LoraSpec]) -> tuple[Lora, ...]:
    """Return the LoRAs that a job names, in order, with what their files hold now.

    Raises:
        BadInput: a file is missing, cannot be read, or is no safetensors file.
    """
    return tuple(_read(spec) for spec in specs)


def check_loras(transformer: DirectorTransformer, loras: Sequence[Lora]) -> None:
    """Make sure that LoRAs fit a transformer, which may have no weights yet.

    Raises:
        BadInput: a file is no LoRA, or was made for another model.
    """
    for lora in loras:
        _layers(lora, transformer)


def apply_loras(transformer: DirectorTransformer, loras: Sequence[Lora]) -> None:
    """Put LoRAs on a transformer, in place of any that it had.

    Raises:
        BadInput: a file is no LoRA, or was made for another model; the transformer is bare then.
    """
    remove_loras(transformer)
    if not loras:
        return
    # All are read before one is put on: then the layers are still the transformer's own.
    fitted = {f"lora_{n}": _layers(lora, transformer) for n, lora in enumerate(loras)}
    try:
        for (name, layers), lora in zip(fitted.items(), loras, strict=True):
            _load(transformer, layers, name, lora)
        transformer.set_adapters(list(fitted), weights=[lora.weight for lora in loras])
        transformer.eval().requires_grad_(False)
    except BaseException:
        remove_loras(transformer)
        raise


def remove_loras(transformer: DirectorTransformer) -> DirectorTransformer:
    """Take every LoRA off and return what is left: the base model bit for bit."""
    if getattr(transformer, "peft_config", None):
        transformer.unload_lora()
    return transformer


def _read(spec: LoraSpec) -> Lora:
    path = Path(spec.path).expanduser()
    if path.suffix.lower() != ".safetensors":
        raise BadInput(f"{path.name} is no safetensors file; only such LoRAs are opened.")
    try:
        facts = path.stat()
        if not path.is_file():  # a pipe would never end
            raise BadInput(f"{path.name} is no plain file; choose another LoRA.")
        if facts.st_size > MAX_BYTES:
            raise BadInput(f"{path.name} is far too large for a LoRA; choose another file.")
        return Lora(path, spec.weight, _hash(path, facts.st_size, facts.st_mtime_ns))
    except OSError as error:
        raise BadInput(
            f"The LoRA {path} cannot be read; put it back or take it out of the project."
        ) from error


@lru_cache(maxsize=64)
def _hash(path: Path, size: int, changed_ns: int) -> str:
    del size, changed_ns  # they are part of the cache's key: a file that changed is read again
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]


def _layers(lora: Lora, transformer: DirectorTransformer) -> dict[str, Tensor]:
    """Return a file's tensors under the transformer's names, checked against its layers."""
    name = lora.path.name
    try:
        _check_header(lora.path, transformer)
        state = safetensors.torch.load_file(lora.path)
        with safe_open(lora.path, framework="pt") as file:
            header = file.metadata() or {}
    except (OSError, SafetensorError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadInput(f"The LoRA {name} is damaged; get it again.") from error
    numbers = [int(found[1]) for key in state if (found := _BLOCK.search(key))]
    if not any("lora" in key for key in state) or max(numbers, default=0) > MAX_BLOCK:
        raise BadInput(f"{name} is no LoRA; choose a LoRA made for this model's family.")
    alphas = [part for key, part in state.items() if key.endswith(".alpha")]
    if not all(part.numel() == 1 and 0 < float(part) < MAX_ALPHA for part in alphas):
        raise BadInput(f"The LoRA {name} is damaged; get it again.")  # diffusers would never end
    converted = _converted(state, name)
    fitting = _fitting(converted, transformer, name)
    if not fitting:
        raise BadInput(
            f"The LoRA {name} fits no layer of this model; choose one made for this model."
        )
    num_weights = sum(not key.endswith(".alpha") for key in converted)
    if len(fitting) < num_weights:
        _LOG.warning("%s: %d of %d tensors fit", name, len(fitting), num_weights)
    return _scaled(fitting, converted, header)


def _check_header(path: Path, transformer: DirectorTransformer) -> None:
    """Look at what a file says that it holds, before any of it is in memory."""
    num_weights = sum(math.prod(tensor.shape) for tensor in header_of(path).values())
    if num_weights > max(_MIN_WEIGHTS, sum(part.numel() for part in transformer.parameters())):
        raise BadInput(
            f"The LoRA {path.name} holds more weights than the model itself; choose one made for "
            "this model."
        )


def _converted(state: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    """Return a file's tensors under diffusers' names, without their prefix."""
    from diffusers.loaders.lora_pipeline import WanLoraLoaderMixin

    state = {_dotted(key.removeprefix("base_model.model.")): part for key, part in state.items()}
    try:
        found: Any = WanLoraLoaderMixin.lora_state_dict(state)
    except (ValueError, KeyError, IndexError, TypeError, RuntimeError, AttributeError) as error:
        _LOG.exception("converting %s", name)
        raise BadInput(
            f"The LoRA {name} has a form that is not known; choose one made for Wan."
        ) from error
    return {key.removeprefix("transformer."): value for key, value in found.items()}


def _dotted(key: str) -> str:
    """Return a flattened name (``lora_unet_blocks_0_self_attn_q.…``) with its dots again.

    diffusers' own converter of such names wants every layer to be there.
    """
    found = _FLAT.match(key)
    if found is None:
        return key
    number, inside, rest = found.groups()
    for part in ("self_attn", "cross_attn", "ffn"):
        inside = inside.replace(f"{part}_", f"{part}.")
    return f"diffusion_model.blocks.{number}.{inside}{rest}"


def _fitting(
    converted: dict[str, Tensor], transformer: DirectorTransformer, name: str
) -> dict[str, Tensor]:
    """Return the tensors whose layer the transformer has."""
    modules = dict(transformer.named_modules())
    fitting: dict[str, Tensor] = {}
    for key, tensor in converted.items():
        layer, _, rest = key.partition(".lora_")
        module = modules.get(layer)
        if not isinstance(module, nn.Linear) or rest not in _SIDES:
            continue
        side, axis = _SIDES[rest]
        size = module.in_features if side == "A.weight" else module.out_features
        if tensor.ndim != (1 if side == "B.bias" else 2) or tensor.shape[axis] != size:
            raise BadInput(
                f"The LoRA {name} was made for a model of another size; choose one made for this "
                "model."
            )
        if not tensor.is_floating_point() or not bool(tensor.isfinite().all()):
            raise BadInput(f"The LoRA {name} is damaged; get it again.")
        fitting[f"{layer}.lora_{side}"] = tensor
    return fitting


def _scaled(
    fitting: dict[str, Tensor], converted: dict[str, Tensor], header: dict[str, str]
) -> dict[str, Tensor]:
    """Return the tensors with alpha / rank multiplied in, where the file names an alpha."""
    alpha = _header_alpha(header)
    scaled = dict(fitting)
    for key, tensor in fitting.items():
        layer, _, side = key.partition(".lora_")
        own = converted.get(f"{layer}.alpha")
        strength = float(own) if own is not None and own.numel() == 1 else alpha
        if side == "B.weight" and strength is not None:
            scaled[key] = tensor * (strength / tensor.shape[1])
    return scaled


def _header_alpha(header: dict[str, str]) -> float | None:
    """Return the alpha that diffusers and peft write into a file's header, None without one."""
    try:
        facts = json.loads(header["lora_adapter_metadata"])
        found = next(v for k, v in facts.items() if k.split(".")[-1] == "lora_alpha")
        return float(found) if math.isfinite(found) else None
    except (KeyError, ValueError, TypeError, AttributeError, StopIteration, RecursionError):
        return None


def _load(
    transformer: DirectorTransformer, layers: dict[str, Tensor], adapter: str, lora: Lora
) -> None:
    try:
        named = {f"transformer.{key}": tensor for key, tensor in layers.items()}
        transformer.load_lora_adapter(named, prefix="transformer", adapter_name=adapter)
    except (ValueError, KeyError, RuntimeError, TypeError) as error:
        _LOG.exception("loading %s", lora.path)
        raise BadInput(
            f"The LoRA {lora.path.name} cannot be put on this model; choose one made for it."
        ) from error
