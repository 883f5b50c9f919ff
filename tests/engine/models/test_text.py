"""Captions become padded, zeroed embeddings; bytes need no vocabulary."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.decoders import Metaspace as MetaspaceDecoder
from tokenizers.models import Unigram
from tokenizers.pre_tokenizers import Metaspace
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import UnigramTrainer
from transformers import (
    ByT5Tokenizer,
    PreTrainedTokenizerFast,
    UMT5Config,
    UMT5EncoderModel,
)

from engine.data.procedural.batches import byte_tokens
from engine.models.text import (
    CaptionEncoder,
    clean_caption,
    join_shot_captions,
    segment_spans,
    shot_captions,
)


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


def sentencepiece_like(captions: list[str]) -> PreTrainedTokenizerFast:
    """Return a small unigram tokenizer with word marks, as UMT5's is, trained on the captions."""
    model = Tokenizer(Unigram())
    model.pre_tokenizer = Metaspace()
    model.decoder = MetaspaceDecoder()
    trainer = UnigramTrainer(
        vocab_size=60, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>"
    )
    model.train_from_iterator(captions * 5, trainer)
    model.post_processor = TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 1)])
    return PreTrainedTokenizerFast(
        tokenizer_object=model, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


class WithoutOffsets(ByT5Tokenizer):
    """ByT5's tokenizer: it has no offsets, so prefixes are counted."""


SEGMENTS = [
    ["A film.", "Shot 1: slow pan left", "Shot 2:", "Shot 3: rain on the sea"],
    ["", "Shot 1: ein Bär läuft", "Shot 2: a cat"],
    ["A film.", "one shot only"],
]


@pytest.mark.parametrize("segments", SEGMENTS)
@pytest.mark.parametrize("kind", ["bytes", "words"])
def test_every_segment_finds_its_own_tokens(segments: list[str], kind: str) -> None:
    whole = " ".join(part for part in segments if part)
    tokenizer = WithoutOffsets() if kind == "bytes" else sentencepiece_like([whole])
    assert tokenizer.is_fast == (kind == "words")
    ids = tokenizer(whole)["input_ids"]
    spans = segment_spans(tokenizer, segments, 512)
    for (start, stop), segment in zip(spans, segments, strict=True):
        assert tokenizer.decode(ids[start:stop]).strip() == segment
    stops = [stop for _, stop in spans if stop]
    assert stops == sorted(stops)
    assert stops[-1] == len(ids) - 1, "all but the end of the sentence"


def test_spans_end_where_the_caption_is_cut_off() -> None:
    spans = segment_spans(ByT5Tokenizer(), ["abcdef", "ghijkl", "mnop"], 10)
    assert spans == [(0, 6), (6, 9), (9, 9)]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=4), st.text(max_size=12))
def test_segments_are_the_captions_parts(captions: list[str], film: str) -> None:
    parts = [clean_caption(film), *shot_captions(captions)]
    joined = " ".join(part for part in parts if part)
    assert clean_caption(f"{film} {join_shot_captions(captions)}") == joined
