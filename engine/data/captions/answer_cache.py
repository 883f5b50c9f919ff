"""Answers on the disk, by the hash of what was asked and of whom. Knows no model.

A cache that cannot be read or written costs a question, never a run.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from engine.data.captions.vlm import MAX_ANSWER_BYTES, Prompt, Vlm


class CachedVlm:
    """A model whose answers are remembered.

    Args:
        folder: where; it is made when it is needed.
    """

    def __init__(self, vlm: Vlm, folder: Path) -> None:
        self._vlm, self._folder = vlm, folder

    @property
    def name(self) -> str:
        """The model's name."""
        return self._vlm.name

    def ask(self, prompt: Prompt) -> str:
        """Return the answer, asked for only once.

        Raises:
            VlmFailed: see :meth:`engine.data.captions.vlm.Vlm.ask`.
        """
        path = self._path(prompt)
        with contextlib.suppress(OSError, UnicodeDecodeError), path.open("rb") as stream:
            content = stream.read(MAX_ANSWER_BYTES * 4 + 1)
            if len(content) <= MAX_ANSWER_BYTES * 4:
                return content.decode()
        answer = self._vlm.ask(prompt)
        self._keep(path, answer)
        return answer

    def forget(self, prompt: Prompt) -> None:
        """Forget an answer that turned out to be of no use."""
        with contextlib.suppress(OSError):
            self._path(prompt).unlink()

    def _path(self, prompt: Prompt) -> Path:
        key = prompt.key(self.name)
        return self._folder / key[:2] / f"{key}.txt"

    def _keep(self, path: Path, answer: str) -> None:
        draft = path.with_suffix(f".{os.getpid()}.{id(answer)}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(answer, encoding="utf-8", errors="replace", newline="")
            draft.replace(path)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink()
