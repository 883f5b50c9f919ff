"""Captions to token embeddings: the tokenizer and the text encoder of a model folder.

Works alike for Wan's (UMT5-XXL with a SentencePiece vocabulary) and for the starter's (byte-level
tokens, which need no vocabulary file, and a small UMT5 encoder). Knows no sampling and no CFG.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase, UMT5EncoderModel


def clean_caption(caption: str) -> str:
    """Return the caption unescaped and with single spaces, as Wan's pipeline feeds it."""
    return re.sub(r"\s+", " ", html.unescape(html.unescape(caption))).strip()


def join_shot_captions(captions: Sequence[str]) -> str:
    """Return one caption for a pass of several shots, in the form the starter models know.

    A single shot keeps its caption as it is; several are numbered, empty ones included, so that
    their count tells how many shots there are.
    """
    return " ".join(shot_captions(captions))


def shot_captions(captions: Sequence[str]) -> list[str]:
    """Return each shot's part of a pass's caption, as it stands in the whole."""
    cleaned = [clean_caption(caption) for caption in captions]
    if len(cleaned) == 1:
        return [clean_caption(cleaned[0])]
    # Cleaned twice, as the whole is: an entity may hide another.
    return [clean_caption(f"Shot {n}: {text}") for n, text in enumerate(cleaned, start=1)]


def segment_spans(
    tokenizer: PreTrainedTokenizerBase, segments: Sequence[str], max_length: int
) -> list[tuple[int, int]]:
    """Return which tokens ``[start, stop)`` of a joined caption belong to each of its segments.

    Args:
        tokenizer: any; where it tells no offsets, prefixes of the caption are counted instead.
        segments: cleaned parts, joined by single spaces in the caption; some may be empty.
        max_length: tokens past it are cut off, and so are their spans.
    """
    edges: list[tuple[int, int]] = []
    whole = ""
    for segment in segments:
        start = len(whole) + (1 if whole and segment else 0)
        whole = whole + " " * (start - len(whole)) + segment
        edges.append((start, len(whole)))
    if tokenizer.is_fast:
        tokens = tokenizer(whole, add_special_tokens=True, return_offsets_mapping=True)
        # Special tokens cover no character; a space may be counted to the word after it.
        offsets: list[tuple[int, int]] = tokens["offset_mapping"]
        counts = [_covered(offsets, start, stop) for start, stop in edges]
    else:
        counts = [(_count(tokenizer, whole[:a]), _count(tokenizer, whole[:b])) for a, b in edges]
    last = max_length - 1  # the end of the sentence is kept when a caption is cut
    return [(min(start, last), min(stop, last)) for start, stop in counts]


def _covered(offsets: Sequence[tuple[int, int]], start: int, stop: int) -> tuple[int, int]:
    """Return the tokens whose last character lies within ``[start, stop)``."""
    inside = [n for n, (a, b) in enumerate(offsets) if a < b and start < b <= stop]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _count(tokenizer: PreTrainedTokenizerBase, prefix: str) -> int:
    """Return the tokens of a prefix; the space after it is the next word's."""
    return len(tokenizer(prefix.rstrip(), add_special_tokens=False)["input_ids"])


class CaptionEncoder:
    """Encodes captions to a fixed number of tokens, zeroed past the end (as Wan was trained).

    Args:
        tokenizer: any tokenizer that pads to ``max_length``.
        encoder: the text encoder; its device and dtype are used.
        max_length: tokens per caption: 512 for Wan, the model card's figure for the starter.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        encoder: UMT5EncoderModel,
        max_length: int = 512,
    ) -> None:
        self.tokenizer = tokenizer
        self.encoder = encoder
        self.max_length = max_length

    def tokenize(self, captions: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Return (B, L) token ids and their mask on the CPU."""
        tokens = self.tokenizer(
            [clean_caption(caption) for caption in captions],
            padding="max_length",
            max_length=self.max_length,
            truncation=True,
            add_special_tokens=True,
            return_attention_mask=True,
            return_tensors="pt",
        )
        return tokens["input_ids"], tokens["attention_mask"]

    def embed(self, ids_BL: Tensor, mask_BL: Tensor) -> Tensor:
        """Return (B, L, D) embeddings of token ids, zero where the mask is; differentiable."""
        device = self.encoder.device
        ids_BL, mask_BL = ids_BL.to(device), mask_BL.to(device)
        hidden_BLD = self.encoder(ids_BL, attention_mask=mask_BL).last_hidden_state
        return hidden_BLD * mask_BL.unsqueeze(-1).to(hidden_BLD.dtype)

    @torch.no_grad()
    def encode(self, captions: Sequence[str]) -> Tensor:
        """Return (B, max_length, D) embeddings of the captions."""
        return self.embed(*self.tokenize(captions))
