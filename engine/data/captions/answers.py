"""Read a model's answer as hostile text: the JSON is dug out, checked, cut to length and cleaned.

Models wrap JSON in fences, in prose, in their own thoughts; some never end it. What is taken from
it is words on one line, without anything that cannot be seen. Pure.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ValidationError

from engine.data.captions.vlm import MAX_ANSWER_BYTES

MAX_NAME, MAX_WORDS = 80, 1200
_MAX_TRIES = 64
_MAX_DEPTH = 24
_JOINERS = frozenset("\u200c\u200d")
"""They cannot be seen, but Persian, Hindi and emoji are spelt with them."""

_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL)
_FENCE = re.compile(r"```[a-zA-Z]*\s*\n(.*?)```", re.DOTALL)

Answer = TypeVar("Answer", bound=BaseModel)


class BadAnswer(ValueError):
    """An answer that cannot be used; ``str(error)`` tells the model what is wrong with it."""


def clean_words(text: object, limit: int = MAX_WORDS) -> str:
    """Return a text on one line, without control characters, cut at a word.

    Raises:
        ValueError: it is no text.
    """
    if not isinstance(text, str):
        raise ValueError("must be a text")
    shown = (
        sign if unicodedata.category(sign)[0] != "C" or sign in _JOINERS else " "
        for sign in text[: 4 * limit]
    )
    words = " ".join("".join(shown).split())
    if len(words) <= limit:
        return words
    head = words[: limit - 1]
    if words[limit - 1] != " ":
        head = head.rpartition(" ")[0] or head
    return f"{head.rstrip()}…"


def _clean_name(text: object) -> str:
    return clean_words(text, MAX_NAME)


Words = Annotated[str, BeforeValidator(clean_words)]
"""A description, cleaned."""

Name = Annotated[str, BeforeValidator(_clean_name)]
"""A name, cleaned."""


def read_answer(text: str, kind: type[Answer]) -> Answer:
    """Return the first JSON object in an answer that is of a kind.

    Raises:
        BadAnswer: there is none.
    """
    text = text[:MAX_ANSWER_BYTES]
    mistake = "it holds no JSON object"
    for found in _objects(text):
        try:
            return kind.model_validate(found)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "the object"
            mistake = f"{place}: {first['msg']}"
    raise BadAnswer(clean_words(mistake, 300))


def _objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield JSON objects: the whole text, then what stands in fences, then in prose."""
    text = _THOUGHTS.sub(" ", text)
    for part in (text, *_FENCE.findall(text)):
        yield from _decoded(part.strip())
    decoder = json.JSONDecoder()
    place, tries = text.find("{"), 0
    while place >= 0 and tries < _MAX_TRIES:
        tries += 1
        try:
            found, length = decoder.raw_decode(text[place:])
        except (ValueError, RecursionError):
            place = text.find("{", place + 1)
            continue
        if isinstance(found, dict) and _depth(found) <= _MAX_DEPTH:
            yield found
        place = text.find("{", place + max(length, 1))


def _decoded(text: str) -> Iterator[dict[str, Any]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(found, dict) and _depth(found) <= _MAX_DEPTH:
        yield found


def _depth(value: object, level: int = 1) -> int:
    if level > _MAX_DEPTH or not isinstance(value, dict | list):
        return level
    inner = value.values() if isinstance(value, dict) else value
    return max((_depth(part, level + 1) for part in inner), default=level)
