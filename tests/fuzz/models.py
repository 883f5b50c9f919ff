"""Model folders, LoRAs and what is kept of captions and movies: weights that may be anybody's."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

os.environ["HF_HUB_OFFLINE"] = "1"  # as the engine has it

import numpy as np
import safetensors.torch
import torch

from engine.media import index_store
from engine.media.movie_index import MovieIndex
from engine.media.walk import walk
from engine.models.catalogue import read_settings
from engine.models.embeddings import EmbeddingCache
from engine.models.loader import ModelBundle
from engine.models.lora import check_loras, read_loras
from engine.models.transformer import DirectorTransformer
from engine.protocol.jobs import LoraSpec
from tests.engine.tiny_models import make_tiny_model
from tests.fuzz.kinds import Kind, Refused

_DIM = 8


@cache
def _folder() -> dict[str, bytes]:
    """Return the files of a small model in shards."""
    logging.disable(logging.CRITICAL)  # every refusal is logged with its traceback
    torch.set_num_threads(1)
    with TemporaryDirectory() as name:
        folder = make_tiny_model(Path(name), "gen", shards=True)
        return {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


def _named(ending: str) -> str:
    return next(name for name in _folder() if name.endswith(ending))


def _seeds_of(ending: str) -> Callable[[Path], Sequence[bytes]]:
    return lambda _: [_folder()[_named(ending)]]


def _loading(ending: str) -> Callable[[bytes, Path], None]:
    def attempt(content: bytes, place: Path) -> None:
        folder = place / "model"
        for name, whole in _folder().items():
            path = folder / name
            if not path.is_file() or path.stat().st_size != len(whole):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(whole)
        path = folder / _named(ending)
        path.write_bytes(content)
        try:
            read_settings(folder)
            bundle = ModelBundle(folder, torch.device("cpu"), torch.float32)
            _ = (bundle.transformer, bundle.codec, bundle.tokenizer, bundle.fingerprint)
            if "text_encoder" in ending or "tokenizer" in ending:
                bundle.encode_caption("A harbour.")
        finally:
            path.write_bytes(_folder()[_named(ending)])

    return attempt


@cache
def _net() -> DirectorTransformer:
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)
    return DirectorTransformer(
        num_attention_heads=1,
        attention_head_dim=_DIM,
        in_channels=4,
        out_channels=4,
        text_dim=_DIM,
        freq_dim=8,
        ffn_dim=_DIM,
        num_layers=1,
    )


def _loras(_: Path) -> Sequence[bytes]:
    state = {
        f"diffusion_model.blocks.0.self_attn.q.lora_{side}.weight": torch.ones(
            (2, _DIM) if side == "A" else (_DIM, 2)
        )
        for side in "AB"
    }
    state["diffusion_model.blocks.0.self_attn.q.alpha"] = torch.tensor(2.0)
    header = {"lora_adapter_metadata": '{"transformer.lora_alpha": 4}'}
    flat = {f"lora_unet_{key[16:].replace('.', '_', 3)}": part for key, part in state.items()}
    return [safetensors.torch.save(state, header), safetensors.torch.save(flat)]


def _wear(content: bytes, place: Path) -> None:
    path = place / "style.safetensors"
    path.write_bytes(content)
    check_loras(_net(), read_loras([LoraSpec(path=str(path))]))


def _embeddings(_: Path) -> Sequence[bytes]:
    return [safetensors.torch.save({"embedding": torch.ones(3, _DIM)})]


def _recall(content: bytes, place: Path) -> None:
    (place / "a.safetensors").write_bytes(content)
    cached = EmbeddingCache(place)
    if cached.get("a", 16) is None:
        raise Refused("It is made again.")


def _indexes(place: Path) -> Sequence[bytes]:
    from tests.engine.media.coded import Recipe, write_coded

    recipe = Recipe(options={"preset": "ultrafast"}, numbers=range(6), size=(32, 32))
    steps = walk(write_coded(place / "a.mp4", recipe))
    try:
        while True:
            next(steps)
    except StopIteration as done:
        index: MovieIndex = done.value
    return [index_store._packed(index)]


def _find_index(content: bytes, _: Path) -> None:
    try:
        index = index_store._unpacked(Path("/films/a.mp4"), content)
    except index_store._BROKEN as error:
        raise Refused("It is walked over again.") from error
    if not (np.diff(index.stamps) > 0).all():
        raise AssertionError("an index that does not go forward")
    index.shown_at(2, index.rate)
    index.key_before(2)


MODELS = (
    Kind("lora", _loras, _wear, share=5, limit_s=20, heavy=True),
    Kind("kept caption", _embeddings, _recall, share=4, limit_s=20, heavy=True),
    Kind("kept index", _indexes, _find_index, share=4, limit_s=20, heavy=True),
    *(
        Kind(f"model {ending}", _seeds_of(ending), _loading(ending), limit_s=30, heavy=True)
        for ending in (
            "model_index.json",
            "director.json",
            "transformer/config.json",
            "safetensors.index.json",
            "00001-of-00004.safetensors",
            "vae/config.json",
            "vae/diffusion_pytorch_model.safetensors",
            "text_encoder/config.json",
            "text_encoder/model.safetensors",
            "tokenizer_config.json",
        )
    ),
)
