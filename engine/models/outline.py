"""A part's configuration held against the headers of its weights, before any memory is taken.

The net is laid out without weights, and every tensor that it wants must lie in the part's files in
the same shape. A configuration that speaks of more than its files hold costs nothing then. Bounds
far beyond any published model keep the laying out itself small. Opens JSON and headers only.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import torch
from diffusers import AutoencoderKLWan
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from torch import nn
from transformers import UMT5Config, UMT5EncoderModel

from engine.models.catalogue import MAX_CONFIG_BYTES, shown_name
from engine.models.family import TransformerConfig, nonsense_in
from engine.models.klt import AutoencoderKLT
from engine.models.transformer import DirectorTransformer
from engine.models.weights import StoredTensor, stored_tensors
from engine.protocol.errors import EngineError, ModelMissing
from engine.protocol.plain import plain_words
from engine.protocol.stopping import Stopped

_Width = Annotated[int, Field(ge=1, le=4096)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]

_MAX_LAYERS = 512


class _Config(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class _LinearCodec(_Config):
    """:class:`AutoencoderKLT`'s."""

    latent_channels: _Width = 64
    block: int = Field(default=8, ge=2, le=16, multiple_of=2)
    lapped: bool = True
    num_shared: int = Field(default=32, ge=0, le=4096)
    whitening: float = 0.5
    latent_std: list[_Finite] | None = Field(default=None, max_length=4096)


class _WanCodec(_Config):
    """diffusers' ``AutoencoderKLWan``'s."""

    base_dim: _Width = 96
    decoder_base_dim: _Width | None = None
    z_dim: _Width = 16
    dim_mult: list[Annotated[int, Field(ge=1, le=64)]] = Field(
        default=[1, 2, 4, 4], min_length=1, max_length=8
    )
    num_res_blocks: int = Field(default=2, ge=1, le=16)
    attn_scales: list[_Finite] = Field(default=[], max_length=8)
    temperal_downsample: list[bool] = Field(default=[False, True, True], max_length=8)
    dropout: float = Field(default=0.0, ge=0, le=1)
    latents_mean: list[_Finite] = Field(default=[], max_length=4096)
    latents_std: list[_Finite] = Field(default=[], max_length=4096)
    is_residual: bool = False
    in_channels: _Width = 3
    out_channels: _Width = 3
    patch_size: int | None = Field(default=None, ge=1, le=16)
    scale_factor_temporal: int = Field(default=4, ge=1, le=64)
    scale_factor_spatial: int = Field(default=8, ge=1, le=256)


class EncoderConfig(_Config):
    """transformers' ``UMT5Config``: what an encoder is made of, and nothing else that it may hold.

    What else a configuration may ask for (kernels from elsewhere, quantisation, code) is not read.
    """

    vocab_size: int = Field(default=250_112, ge=1, le=4_000_000)
    d_model: int = Field(default=512, ge=1, le=65_536)
    d_kv: int = Field(default=64, ge=1, le=4096)
    d_ff: int = Field(default=1024, ge=1, le=262_144)
    num_layers: int = Field(default=8, ge=1, le=_MAX_LAYERS)
    num_heads: int = Field(default=6, ge=1, le=4096)
    relative_attention_num_buckets: int = Field(default=32, ge=4, le=65_536)
    relative_attention_max_distance: int = Field(default=128, ge=8, le=1_000_000)
    dropout_rate: float = Field(default=0.1, ge=0, le=1)
    layer_norm_epsilon: float = Field(default=1e-6, gt=0, le=1)
    feed_forward_proj: str = Field(default="gated-gelu", max_length=40)


_CONFIGS: dict[type, type[BaseModel]] = {
    DirectorTransformer: TransformerConfig,
    AutoencoderKLT: _LinearCodec,
    AutoencoderKLWan: _WanCodec,
    UMT5EncoderModel: EncoderConfig,
}

_TWINS = {"encoder.embed_tokens.weight": "shared.weight"}
"""Tensors that are one and the same, of which a file holds either."""


def outline_of(folder: Path, part: str, kind: type) -> nn.Module:
    """Return a part's layers without weights, sure to be what its files hold.

    Args:
        folder: of the model.
        part: of it.
        kind: class of the net.

    Raises:
        ModelMissing: the configuration makes no sense, or its files hold something else; the
            sentence names the file, the tensor and both shapes.
    """
    name = shown_name(folder)
    given = _read_config(folder, part)
    try:
        config = _CONFIGS[kind].model_validate(given)
    except ValidationError as error:
        raise nonsense_in(part, name, error) from error
    stored = stored_tensors(folder, part)
    num_layers = int(getattr(config, "num_layers", 0))
    if num_layers > len(stored):
        raise ModelMissing(
            f"{part}/config.json of the model {name} speaks of {num_layers} layers, but the "
            f"files beside it hold {len(stored)} tensors; get the model again."
        )
    try:
        with torch.device("meta"):
            net = _laid_out(kind, config, given)
    except (EngineError, MemoryError, Stopped):
        raise
    except Exception as error:  # whatever the libraries stumble on
        raise ModelMissing(
            f"{part}/config.json of the model {name} makes no sense; get the model again."
        ) from error
    _compare(net, stored, part, name)
    return net


def encoder_config(folder: Path) -> UMT5Config:
    """Return the text encoder's configuration, with nothing in it but its sizes.

    Raises:
        ModelMissing: it makes no sense.
    """
    name = shown_name(folder)
    try:
        checked = EncoderConfig.model_validate(_read_config(folder, "text_encoder"))
    except ValidationError as error:
        raise nonsense_in("text_encoder", name, error) from error
    try:
        return UMT5Config(**checked.model_dump())
    except Exception as error:  # whatever the library stumbles on
        raise ModelMissing(
            f"text_encoder/config.json of the model {name} makes no sense; get the model again."
        ) from error


def _laid_out(kind: Any, config: BaseModel, given: dict[str, Any]) -> nn.Module:
    if kind is UMT5EncoderModel:
        return UMT5EncoderModel(UMT5Config(**config.model_dump()))
    net: nn.Module = kind.from_config(given)
    return net


def _read_config(folder: Path, part: str) -> dict[str, Any]:
    path, name = folder / part / "config.json", shown_name(folder)
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            raise ValueError("too large")
        given = json.loads(path.read_bytes())
        if not isinstance(given, dict):
            raise TypeError("no object")
    except (OSError, ValueError, TypeError, RecursionError) as error:
        raise ModelMissing(
            f"{part}/config.json of the model {name} is missing or damaged; download it again."
        ) from error
    if given.get("quantization_config") is not None:
        raise ModelMissing(
            f"The model {name} has packed weights in {part}, which is not supported; get the one "
            "in bfloat16."
        )
    return given


def _compare(net: nn.Module, stored: dict[str, list[StoredTensor]], part: str, name: str) -> None:
    wanted = net.state_dict()
    for key, tensor in wanted.items():
        found = stored.get(key) or stored.get(_TWINS.get(key, ""))
        if not found:
            if any(twin in stored for twin, own in _TWINS.items() if own == key):
                continue
            raise ModelMissing(
                f"The model {name} lacks weights in {part} ({plain_words(key)}); download it again."
            )
        for one in found:
            if one.shape != tuple(tensor.shape):
                raise ModelMissing(
                    f"{part}/{one.file} of the model {name} does not fit its config.json: "
                    f"{plain_words(key)} is {_sides(one.shape)} and ought to be "
                    f"{_sides(tuple(tensor.shape))}; get the model again."
                )
            if tensor.is_floating_point() and not one.dtype.startswith(("F", "BF")):
                raise ModelMissing(
                    f"{part}/{one.file} of the model {name} holds {plain_words(key)} as "
                    f"{one.dtype}, where fractions belong; get the model again."
                )


def _sides(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape)) or "one number"
