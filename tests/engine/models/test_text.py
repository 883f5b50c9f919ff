"""Captions become padded, zeroed embeddings; bytes need no vocabulary."""

from __future__ import annotations

import torch
from transformers import ByT5Tokenizer, UMT5Config, UMT5EncoderModel

from engine.data.batches import byte_tokens
from engine.models.text import CaptionEncoder, join_shot_captions


def encoder() -> CaptionEncoder:
    torch.manual_seed(0)
    config = UMT5Config(
        vocab_size=384, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2, dropout_rate=0.0
    )
    return CaptionEncoder(ByT5Tokenizer(), UMT5EncoderModel(config).eval(), max_length=32)


def test_embeddings_are_zero_past_the_caption() -> None:
    hidden = encoder().encode(["pan left", ""])
    assert hidden.shape == (2, 32, 16)
    assert hidden[0, 9:].eq(0).all()
    assert hidden[0, :9].ne(0).any(dim=-1).all()
    assert hidden[1, 1:].eq(0).all()


def test_training_tokens_are_the_tokenizers() -> None:
    captions = ["slow pan left", "ein Bär läuft", "x" * 40, ""]
    ids, mask = byte_tokens(captions, 32)
    expected_ids, expected_mask = encoder().tokenize(captions)
    assert torch.equal(torch.from_numpy(ids), expected_ids)
    assert torch.equal(torch.from_numpy(mask), expected_mask)


def test_shots_are_numbered_only_when_there_are_several() -> None:
    assert join_shot_captions([" a  cat "]) == "a cat"
    assert join_shot_captions(["a cat", "", "rain"]) == "Shot 1: a cat Shot 2: Shot 3: rain"
