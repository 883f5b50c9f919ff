"""Captions of a dataset as embeddings on disk, by a model folder's own frozen text encoder.

Loaded when the first caption is to be encoded, and let go afterwards: UMT5-XXL is larger than what
is trained. A folder without a text encoder gets one zero token.

Shape legend: L tokens, D caption width.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from transformers import UMT5EncoderModel

from engine.models.captions import CaptionSettings, CaptionSource
from engine.models.catalogue import read_settings
from engine.models.family import read_shape
from engine.models.parts import load_part, placed
from engine.models.text import CaptionEncoder

BATCH = 16


class CaptionWriter:
    """Encodes captions and writes them.

    Args:
        model: its folder.
        device, dtype: of the encoder's arithmetic.
    """

    def __init__(self, model: Path, device: torch.device, dtype: torch.dtype) -> None:
        self._model, self._device, self._dtype = model, device, dtype
        self._has_encoder = (model / "text_encoder").is_dir()
        self._text_dim = read_shape(model).text_dim
        self._encoder: CaptionEncoder | None = None

    def write(self, path: Path, texts: list[str]) -> None:
        """Write the embeddings of captions, unless the file holds them all already.

        Raises:
            OSError: the file cannot be written.
            ModelMissing: the text encoder is damaged.
        """
        names = {caption_name(text) for text in texts}
        if names <= _names_in(path):
            return
        found: dict[str, Tensor] = {}
        for start in range(0, len(texts), BATCH):
            part = texts[start : start + BATCH]
            for text, embedding in zip(part, self._embeddings(part), strict=True):
                found[caption_name(text)] = embedding
        draft = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            draft.write_bytes(safetensors.torch.save(found))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the text encoder."""
        self._encoder = None
        if self._device.type == "cuda":
            torch.cuda.empty_cache()

    def _embeddings(self, texts: list[str]) -> list[Tensor]:
        if not self._has_encoder:
            return [torch.zeros(1, self._text_dim, dtype=self._dtype) for _ in texts]
        encoder = self._loaded()
        _, mask = encoder.tokenize(texts)
        padded = encoder.encode(texts).to(self._dtype).cpu()
        lengths = mask.sum(dim=1).tolist()
        return [row[:length].contiguous() for row, length in zip(padded, lengths, strict=True)]

    def _loaded(self) -> CaptionEncoder:
        if self._encoder is None:
            max_tokens = read_settings(self._model).max_tokens
            facts = CaptionSettings(max_tokens, self._text_dim, self._device, self._dtype)
            tokenizer = CaptionSource(self._model, facts, None, lambda _: None).tokenizer
            net = load_part(self._model, "text_encoder", UMT5EncoderModel, dtype=self._dtype)
            self._encoder = CaptionEncoder(tokenizer, placed(net, self._device), max_tokens)
        return self._encoder


def caption_name(text: str) -> str:
    """Return the name of a caption's embedding in its file."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:32]


def _names_in(path: Path) -> set[str]:
    try:
        with safe_open(path, framework="pt") as file:
            return set(file.keys())
    except (OSError, SafetensorError):
        return set()
