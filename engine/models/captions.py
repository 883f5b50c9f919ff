"""A model folder's captions: its tokenizer, its text encoder, and what that encoder made already.

The encoder may be larger than everything else. It is loaded for captions whose embeddings are
neither at hand nor on disk, and lets go when it is told to. Knows no transformer.

Shape legend: B batch, L caption tokens, D text dimension.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import AutoTokenizer, ByT5Tokenizer, UMT5EncoderModel

from engine.models.catalogue import read_json, shown_name
from engine.models.embeddings import EmbeddingCache, embedding_key
from engine.models.memory import free_memory
from engine.models.outline import encoder_config
from engine.models.parts import load_part, naming, placed
from engine.models.text import CaptionEncoder, clean_caption
from engine.models.weights import content_hash, part_bytes
from engine.protocol.errors import ModelMissing
from engine.protocol.plain import plain_words
from engine.protocol.stopping import heed_before

SMALL_ENCODER_BYTES = 64 * 1024 * 1024
"""The work of an encoder up to this size is not kept on disk: it is faster than the disk."""

NUM_EMBEDDINGS = 16
"""Captions whose embeddings are at hand: every window of a film asks for the same."""

_TOKENIZERS = frozenset({
    "ByT5Tokenizer", "T5Tokenizer", "T5TokenizerFast", "PreTrainedTokenizerFast",
    "TokenizersBackend",
})  # fmt: skip
"""Those of UMT5's family; transformers knows others that open more than the folder."""

_MAX_EXTRA_IDS = 10_000
_MAX_TOKENIZER_BYTES = 128 * 1024 * 1024

_ROOM = 1024**3
"""What encoding one caption may need beside the weights."""


@dataclass(frozen=True)
class CaptionSettings:
    """How captions are encoded.

    Attributes:
        max_tokens: length that captions are padded and cut to.
        text_dim: D that the transformer expects.
        device, dtype: where embeddings go, and the encoder's arithmetic.
    """

    max_tokens: int
    text_dim: int
    device: torch.device
    dtype: torch.dtype


class CaptionSource:
    """Embeddings of a folder's captions.

    Args:
        folder: of the model.
        settings: how to encode.
        disk: where a large encoder's work is kept; None keeps it at hand only.
        before_loading: called with the encoder's size in bytes when it is about to be loaded.
    """

    def __init__(
        self,
        folder: Path,
        settings: CaptionSettings,
        disk: EmbeddingCache | None,
        before_loading: Callable[[int], None],
    ) -> None:
        self._folder = folder
        self._settings = settings
        self._disk = disk
        self._before_loading = before_loading
        self.num_bytes = part_bytes(folder, "text_encoder")
        self._encoder: CaptionEncoder | None = None
        self._tokenizer: Any = None
        self._encoder_hash: str | None = None
        self._at_hand: dict[str, Tensor] = {}

    @property
    def is_loaded(self) -> bool:
        """Whether the text encoder is in memory."""
        return self._encoder is not None

    @property
    def is_small(self) -> bool:
        """Whether the text encoder may stay in memory whatever else is there."""
        return self.num_bytes <= SMALL_ENCODER_BYTES

    @property
    def tokenizer(self) -> Any:
        """The tokenizer; it needs no text encoder.

        Raises:
            ModelMissing: it is damaged.
        """
        if self._tokenizer is None:
            place = self._folder / "tokenizer"
            named = _checked_tokenizer(self._folder)
            kind = ByT5Tokenizer if named == "ByT5Tokenizer" else AutoTokenizer
            with naming(self._folder):
                # Said outright: left open, a folder with code of its own would ask on stdin.
                self._tokenizer = kind.from_pretrained(
                    place, local_files_only=True, trust_remote_code=False
                )
        return self._tokenizer

    def embeddings(self, captions: Sequence[str]) -> list[Tensor]:
        """Return (1, L, D) for each caption; each is encoded on its own, so that none depends on
        its neighbours.

        Raises:
            ModelMissing: the text encoder is damaged.
        """
        return [self._embedding(clean_caption(caption)) for caption in captions]

    def release(self) -> None:
        """Let go of the text encoder; what it made stays at hand."""
        self._encoder = None

    def _embedding(self, caption: str) -> Tensor:
        held = self._at_hand.pop(caption, None)
        if held is None:
            held = self._read(caption)
        self._at_hand[caption] = held  # the last one asked for stands last
        while len(self._at_hand) > NUM_EMBEDDINGS:
            self._at_hand.pop(next(iter(self._at_hand)))
        return held

    def _read(self, caption: str) -> Tensor:
        """Return an embedding from disk, or make it and keep it there."""
        if self._disk is None or self.is_small:
            return self._encode(caption)
        facts = self._settings
        key = embedding_key(caption, self._fingerprint(), facts.max_tokens, facts.dtype)
        kept = self._disk.get(key, facts.max_tokens)
        if kept is not None and kept.shape[2] == facts.text_dim and kept.dtype == facts.dtype:
            return kept.to(facts.device)
        made = self._encode(caption)
        self._disk.put(key, made)
        return made

    def _encode(self, caption: str) -> Tensor:
        if self._encoder is None:
            config = encoder_config(self._folder)
            if config.d_model != self._settings.text_dim:
                raise ModelMissing(
                    f"The model {shown_name(self._folder)} is put together wrongly: its text "
                    f"encoder makes {config.d_model} numbers a token and its transformer takes "
                    f"{self._settings.text_dim}; use the text encoder that belongs to it."
                )
            self._before_loading(self.num_bytes)
            net = load_part(
                self._folder,
                "text_encoder",
                UMT5EncoderModel,
                config=config,
                dtype=self._settings.dtype,
            )
            for block in net.encoder.block:
                block.register_forward_pre_hook(heed_before)
            # Slow on the CPU, but it is one forward for each new caption, and it works.
            fits = self.num_bytes + _ROOM < free_memory(self._settings.device)
            place = self._settings.device if fits else torch.device("cpu")
            self._encoder = CaptionEncoder(
                self.tokenizer, placed(net, place), self._settings.max_tokens
            )
        ids_BL, mask_BL = self._tokens(self._encoder, caption)
        with torch.no_grad():
            return self._encoder.embed(ids_BL, mask_BL).to(self._settings.device)

    def _tokens(self, encoder: CaptionEncoder, caption: str) -> tuple[Tensor, Tensor]:
        """Return (1, L) ids and their mask, each id within the text encoder's table."""
        with naming(self._folder):
            ids_BL, mask_BL = encoder.tokenize([caption])
        size = int(encoder.encoder.config.vocab_size)
        if (
            ids_BL.shape != (1, self._settings.max_tokens)
            or not 0 <= int(ids_BL.min()) <= int(ids_BL.max()) < size
        ):
            raise ModelMissing(
                f"The model {shown_name(self._folder)} is put together wrongly: its tokenizer "
                f"makes token {int(ids_BL.max())}, and its text encoder knows {size}; use the "
                "tokenizer that belongs to it."
            )
        return ids_BL, mask_BL

    def _fingerprint(self) -> str:
        """Return a hash over encoder and tokenizer, and what else decides an embedding's bits."""
        if self._encoder_hash is None:
            parts = (self._folder / "tokenizer", self._folder / "text_encoder")
            files = [path for part in parts for path in part.glob("*") if path.is_file()]
            self._encoder_hash = content_hash(self._folder, files)
        return f"{self._encoder_hash}:{self._settings.device.type}"


def _checked_tokenizer(folder: Path) -> str:
    """Return the name of a folder's tokenizer, which is one that the encoder's family uses."""
    place = folder / "tokenizer"
    config = read_json(place / "tokenizer_config.json")
    named, extra = str(config.get("tokenizer_class")), config.get("extra_ids", 0)
    if named not in _TOKENIZERS:
        raise ModelMissing(
            f"The model {shown_name(folder)} has a tokenizer that is not known "
            f"({plain_words(named)}); get the model again."
        )
    sizes = [path.stat().st_size for path in place.glob("*") if path.is_file()]
    is_sane = isinstance(extra, int) and 0 <= extra <= _MAX_EXTRA_IDS
    if not is_sane or max(sizes, default=0) > _MAX_TOKENIZER_BYTES:
        raise ModelMissing(
            f"The tokenizer of the model {shown_name(folder)} makes no sense; get it again."
        )
    return named
