"""What is asked of a vision-language model, and what it may answer with; knows no model.

Pictures go as JPEG. What comes back is text of unknown origin, to be read by
:mod:`engine.data.captions.answers`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Protocol

MAX_ANSWER_BYTES = 64 << 10
"""An answer that is longer is no caption."""


class VlmFailed(Exception):
    """The model gave no answer; ``str(error)`` says why in a few words.

    Attributes:
        is_down: whether the next question would fail likewise: nobody listens, or the key is wrong.
    """

    def __init__(self, reason: str, *, is_down: bool = False) -> None:
        super().__init__(reason)
        self.is_down = is_down


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question.

    Attributes:
        text: of the question.
        pictures: JPEG files, in the order in which the text speaks of them.
        schema: JSON schema that the answer shall follow.
    """

    text: str
    pictures: tuple[bytes, ...]
    schema: dict[str, Any]

    def key(self, model: str) -> str:
        """Return what an answer of ``model`` is known by: a hash of everything that is asked."""
        digest = hashlib.sha256()
        for part in (model, self.text, json.dumps(self.schema, sort_keys=True)):
            digest.update(hashlib.sha256(part.encode()).digest())
        for picture in self.pictures:
            digest.update(hashlib.sha256(picture).digest())
        return digest.hexdigest()


class Vlm(Protocol):
    """A model that looks at pictures and answers in words. May be asked from several threads."""

    @property
    def name(self) -> str:
        """What its captions are signed with."""
        ...

    def ask(self, prompt: Prompt) -> str:
        """Return the answer, at most :data:`MAX_ANSWER_BYTES` of UTF-8.

        Raises:
            VlmFailed: there is none.
        """
        ...

    def forget(self, prompt: Prompt) -> None:
        """Forget the answer to a question, where it was remembered: it turned out to be no use."""
        ...
