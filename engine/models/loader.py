"""One loader for every model folder in diffusers' format: the starters', Wan's, a user's own.

Only safetensors are opened and no code from a folder is ever run: the classes are this module's
choice, the folder's ``model_index.json`` merely names which parts there are.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKLWan
from transformers import AutoTokenizer, ByT5Tokenizer, UMT5EncoderModel

from engine.models.catalogue import DirectorSettings, read_settings
from engine.models.codec import Codec
from engine.models.klt import AutoencoderKLT
from engine.models.text import CaptionEncoder
from engine.models.transformer import DirectorTransformer
from engine.models.wan_codec import WanCodec
from engine.protocol.errors import ModelMissing

_LOG = logging.getLogger(__name__)

_FULL_HASH_BYTES = 256 * 1024 * 1024
"""Larger weight files are identified by size and samples: hashing 30 GB would take a minute."""


@dataclass(frozen=True)
class ModelBundle:
    """The parts of one model folder, loaded.

    Attributes:
        captions: None for a folder without a text encoder; ``empty_caption`` serves then.
        fingerprint: hash that changes with the weights.
    """

    folder: Path
    settings: DirectorSettings
    transformer: DirectorTransformer
    codec: Codec
    captions: CaptionEncoder | None
    fingerprint: str
    device: torch.device

    @property
    def size_multiple(self) -> int:
        """Frame sides must be multiples of this: codec stride × patch size."""
        config: Any = self.transformer.config
        return self.codec.spatial_stride * int(config.patch_size[-1])

    def encode_caption(self, caption: str) -> torch.Tensor:
        """Return (1, L, D) embeddings; zeros where the folder has no text encoder."""
        if self.captions is None:
            config: Any = self.transformer.config
            return torch.zeros(1, 1, int(config.text_dim), device=self.device)
        return self.captions.encode([caption])


def best_device() -> torch.device:
    """Return the device that this machine computes fastest on."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 where the hardware multiplies it natively, else float32."""
    if device.type == "cuda" or _cpu_has_bf16():
        return torch.bfloat16
    return torch.float32


def load_bundle(folder: Path, device: torch.device, dtype: torch.dtype) -> ModelBundle:
    """Load a model folder.

    Raises:
        ModelMissing: a part or a shard is absent or damaged; the sentence names it.
    """
    parts = _read_index(folder)
    for part in ("transformer", "vae"):
        check_weights(folder, part)
    settings = read_settings(folder)
    try:
        # Never .to(dtype) afterwards: it would cast what from_pretrained keeps in fp32.
        transformer = DirectorTransformer.from_pretrained(
            folder / "transformer", torch_dtype=dtype, use_safetensors=True, local_files_only=True
        )
        codec = _load_codec(folder, str(parts.get("vae", "")), device)
        captions = _load_captions(folder, settings, device, dtype)
    except (OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        _LOG.exception("loading %s", folder)
        raise ModelMissing(
            f"The model {folder.name} is damaged and cannot be loaded; get it again."
        ) from error
    return ModelBundle(
        folder,
        settings,
        _placed(transformer, device),
        codec,
        captions,
        fingerprint(folder),
        device,
    )


def check_weights(folder: Path, part: str) -> None:
    """Make sure that every weight file of a part is there.

    Raises:
        ModelMissing: the sentence names the first one that is not.
    """
    place = folder / part
    for index in sorted(place.glob("*.safetensors.index.json")):
        try:
            names = set(json.loads(index.read_bytes())["weight_map"].values())
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            raise ModelMissing(f"{index} is damaged; get the model {folder.name} again.") from error
        for name in sorted(map(str, names)):
            if not (place / Path(name).name).is_file():
                raise ModelMissing(
                    f"The model {folder.name} lacks {part}/{Path(name).name}; download that file "
                    "again."
                )
    if not any(place.glob("*.safetensors")):
        raise ModelMissing(
            f"The model {folder.name} has no safetensors weights in {part}; get it again."
        )


def fingerprint(folder: Path) -> str:
    """Return a hash over a folder's weights and settings, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.safetensors"), *folder.rglob("*.json")]):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}\0{size}\0".encode())
        with path.open("rb") as stream:
            if size <= _FULL_HASH_BYTES:
                while block := stream.read(1 << 20):
                    digest.update(block)
                continue
            for step in range(64):
                stream.seek(step * (size // 64))
                digest.update(stream.read(1 << 20))
    return digest.hexdigest()[:16]


def _read_index(folder: Path) -> dict[str, Any]:
    try:
        index = json.loads((folder / "model_index.json").read_bytes())
        return {
            name: value[1]
            for name, value in index.items()
            if isinstance(value, list) and len(value) == 2
        }
    except (ValueError, OSError, AttributeError) as error:
        raise ModelMissing(
            f"{folder / 'model_index.json'} cannot be read; get the model again."
        ) from error


def _load_codec(folder: Path, class_name: str, device: torch.device) -> Codec:
    where = folder / "vae"
    options: dict[str, Any] = {"use_safetensors": True, "local_files_only": True}
    if class_name == "AutoencoderKLT":
        return _placed(AutoencoderKLT.from_pretrained(where, **options), device)
    if class_name == "AutoencoderKLWan":
        return WanCodec(_placed(AutoencoderKLWan.from_pretrained(where, **options), device))
    raise ModelMissing(f"The model {folder.name} has a codec that is not known: {class_name}.")


def _load_captions(
    folder: Path, settings: DirectorSettings, device: torch.device, dtype: torch.dtype
) -> CaptionEncoder | None:
    if not (folder / "text_encoder").is_dir():
        return None
    check_weights(folder, "text_encoder")
    config = json.loads((folder / "tokenizer" / "tokenizer_config.json").read_bytes())
    kind = ByT5Tokenizer if config.get("tokenizer_class") == "ByT5Tokenizer" else AutoTokenizer
    tokenizer = kind.from_pretrained(folder / "tokenizer", local_files_only=True)
    encoder = UMT5EncoderModel.from_pretrained(
        folder / "text_encoder", dtype=dtype, use_safetensors=True, local_files_only=True
    )
    return CaptionEncoder(tokenizer, _placed(encoder, device), settings.max_tokens)


def _placed(module: Any, device: torch.device) -> Any:
    return module.to(device).eval()


def _cpu_has_bf16() -> bool:
    flags = ("avx512_bf16", "amx_bf16")
    try:
        return any(flag in Path("/proc/cpuinfo").read_text() for flag in flags)
    except OSError:
        return False
