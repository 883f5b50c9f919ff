"""A model's answers are hostile text: what is JSON in them is found, the rest is refused."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, Field

from engine.data.captions.answers import BadAnswer, Words, clean_words, read_answer


class Told(BaseModel):
    content: Words = Field(min_length=1)


@pytest.mark.parametrize(
    "answer",
    [
        '{"content": "a dog"}',
        '```json\n{"content": "a dog"}\n```',
        'Sure! Here it is:\n{"content": "a dog"}\nAnything else?',
        '<think>{"content": "not this"}</think>{"content": "a dog"}',
        'First {"wrong": 1}, then {"content": "a dog"}',
        '{"broken": {"content": "a dog"}',
    ],
)
def test_json_is_dug_out(answer: str) -> None:
    assert read_answer(answer, Told).content == "a dog"


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "I cannot help with that.",
        '{"content": ""}',
        '{"content": ["a dog"]}',
        '{"content": "\u0000\u202e"}',
        "[" * 100_000,
        '{"a":' * 50_000,
        "{" * 200_000,
        '{"content": ' + "9" * 100_000 + "}",
        "null",
    ],
)
def test_what_is_no_answer_is_refused(answer: str) -> None:
    with pytest.raises(BadAnswer):
        read_answer(answer, Told)


def test_the_mistake_is_named_for_the_model() -> None:
    with pytest.raises(BadAnswer, match="content: Field required"):
        read_answer('{"text": "a dog"}', Told)


def test_words_lose_what_cannot_be_seen_and_their_length() -> None:
    assert clean_words("a\x00b\u202ec\n\nd\x1b[31m") == "a b c d [31m"
    assert clean_words("word " * 1000, 20) == "word word word word…"
    assert len(clean_words("x" * 10**6, 80)) == 80


def test_spellings_with_joiners_stay() -> None:
    assert clean_words("می\u200cخواهم") == "می\u200cخواهم"
