"""Which model folders can be run here: what their parts' configurations say before any is loaded.

Any transformer of Wan's family that makes video from text: any width, depth and number of latent
channels. What needs a second kind of input is refused with one sentence. Opens JSON files only.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.models.catalogue import INDEX_FILE, read_json, shown_name
from engine.protocol.errors import ModelMissing
from engine.protocol.plain import plain_words

_ADVICE = "choose a text-to-video model such as Wan2.2-TI2V-5B"

_TRANSFORMERS = ("WanTransformer3DModel", "DirectorTransformer")


class TransformerConfig(BaseModel):
    """Bounds far beyond any published model: a hostile file must not exhaust the memory."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    patch_size: tuple[int, int, int] = (1, 2, 2)
    in_channels: int = Field(default=16, ge=1, le=4096)
    out_channels: int = Field(default=16, ge=1, le=4096)
    num_layers: int = Field(default=40, ge=1, le=512)
    num_attention_heads: int = Field(default=40, ge=1, le=512)
    attention_head_dim: int = Field(default=128, ge=6, le=1024)
    ffn_dim: int = Field(default=13824, ge=1, le=262_144)
    text_dim: int = Field(default=4096, ge=1, le=65_536)
    freq_dim: int = Field(default=256, ge=2, le=65_536, multiple_of=2)
    eps: float = Field(default=1e-6, gt=0, le=1)
    rope_max_seq_len: int = Field(default=1024, ge=1, le=65_536)
    image_dim: int | None = None
    added_kv_proj_dim: int | None = None
    pos_embed_seq_len: int | None = Field(default=None, ge=1, le=65_536)
    channel_std: list[Annotated[float, Field(gt=0)]] | None = Field(default=None, max_length=4096)
    num_shared: int = Field(default=0, ge=0, le=4096)


@dataclass(frozen=True, slots=True)
class FolderShape:
    """What can be known of a folder before its weights are read.

    Attributes:
        codec_class: class name of the codec.
        size_multiple: frame sides must be multiples of this: codec stride × patch size.
        text_dim: width of a caption's embeddings.
    """

    codec_class: str
    size_multiple: int
    text_dim: int


def read_shape(folder: Path) -> FolderShape:
    """Return what a folder's configurations say.

    Raises:
        ModelMissing: a part is missing, or the model is of a kind that cannot be run here.
    """
    name = shown_name(folder)
    index = read_json(folder / INDEX_FILE)
    if not index:
        raise ModelMissing(f"{folder / INDEX_FILE} cannot be read; get the model {name} again.")
    parts = {part: value[1] for part, value in index.items() if _is_part(value)}
    if parts.get("transformer_2"):
        raise ModelMissing(
            f"The model {name} has two transformers, which is not supported; {_ADVICE}."
        )
    config = read_json(folder / "transformer" / "config.json")
    kind = str(config.get("_class_name", parts.get("transformer")))
    if kind not in _TRANSFORMERS:
        raise ModelMissing(
            f"The model {name} has a transformer that is not known ({plain_words(kind)}); "
            f"{_ADVICE}."
        )
    try:
        shape = TransformerConfig.model_validate(config)
    except ValidationError as error:
        raise nonsense_in("transformer", name, error) from error
    _check_inputs(shape, name)
    _check_prior(shape, folder, name)
    vae = read_json(folder / "vae" / "config.json")
    _check_codec(shape, vae, name)
    stride = vae.get("scale_factor_spatial", vae.get("block", 8))
    if not isinstance(stride, int) or not 1 <= stride <= 1024:
        raise ModelMissing(
            f"{folder / 'vae' / 'config.json'} makes no sense; get the model {name} again."
        )
    return FolderShape(
        str(parts.get("vae") or vae.get("_class_name")),
        stride * shape.patch_size[-1],
        shape.text_dim,
    )


def nonsense_in(part: str, name: str, error: ValidationError) -> ModelMissing:
    """Return the refusal of a part's configuration: the sentence names the first wrong value."""
    first = error.errors()[0]
    field = plain_words(".".join(map(str, first["loc"])))
    return ModelMissing(
        f"{part}/config.json of the model {name} makes no sense ({field}: "
        f"{plain_words(str(first['msg']))}); get the model again."
    )


def _check_inputs(shape: TransformerConfig, name: str) -> None:
    if shape.image_dim is not None or shape.added_kv_proj_dim is not None:
        raise ModelMissing(f"The model {name} needs an image encoder's embeddings; {_ADVICE}.")
    if shape.in_channels != shape.out_channels:
        raise ModelMissing(
            f"The model {name} takes {shape.in_channels} channels and makes {shape.out_channels}: "
            f"it wants pictures as channels, not as keyframes; {_ADVICE}."
        )
    if shape.patch_size[0] != 1 or shape.patch_size[1] != shape.patch_size[2]:
        raise ModelMissing(
            f"The model {name} groups latents by {shape.patch_size}, which is not supported; "
            f"{_ADVICE}."
        )


def _check_prior(shape: TransformerConfig, folder: Path, name: str) -> None:
    is_whole = shape.channel_std is None or len(shape.channel_std) == shape.in_channels
    if not is_whole or shape.num_shared > shape.in_channels:
        raise ModelMissing(
            f"{folder / 'transformer' / 'config.json'} makes no sense; get the model {name} again."
        )


def _check_codec(shape: TransformerConfig, vae: dict[str, Any], name: str) -> None:
    channels = vae.get("z_dim", vae.get("latent_channels"))
    if channels is not None and channels != shape.in_channels:
        raise ModelMissing(
            f"The model {name} is put together wrongly: its transformer has {shape.in_channels} "
            f"latent channels and its codec {plain_words(str(channels))}; use the codec that "
            "belongs to it."
        )


def _is_part(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and value[1] is not None
