"""A model in a folder on this machine, through ``transformers``.

Safetensors only, no code of its own. Slow without a GPU. Nothing is ever fetched.
"""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path
from typing import Any

from engine.data.captions.answers import clean_words
from engine.data.captions.vlm import MAX_ANSWER_BYTES, Prompt, VlmFailed
from engine.protocol.errors import BadInput

_MAX_NEW_TOKENS = 1000


class LocalVlm:
    """Asks a model folder, one question at a time.

    Raises:
        BadInput: there is no such folder, it cannot be loaded, or it holds other than safetensors.
    """

    def __init__(self, folder: Path) -> None:
        if not (folder / "config.json").is_file():
            raise BadInput(
                f"{folder.name} is no model folder; it must hold config.json and safetensors."
            )
        if not any(folder.glob("*.safetensors")):
            raise BadInput(
                f"{folder.name} holds no safetensors; other forms of weights are never opened."
            )
        self._folder, self._lock = folder, threading.Lock()
        self._pipeline = _loaded(folder)

    @property
    def name(self) -> str:
        """The folder's name."""
        return clean_words(self._folder.name, 200) or "model"

    def ask(self, prompt: Prompt) -> str:
        """Return the answer.

        Raises:
            VlmFailed: the model broke off.
        """
        from PIL import Image

        pictures = [Image.open(io.BytesIO(jpeg)).convert("RGB") for jpeg in prompt.pictures]
        content = [*({"type": "image", "image": picture} for picture in pictures)]
        messages = [{"role": "user", "content": [*content, {"type": "text", "text": prompt.text}]}]
        try:
            with self._lock:
                found = self._pipeline(
                    text=messages,
                    max_new_tokens=_MAX_NEW_TOKENS,
                    return_full_text=False,
                    generate_kwargs={"do_sample": False},
                )
            return str(found[0]["generated_text"])[:MAX_ANSWER_BYTES]
        except (RuntimeError, ValueError, TypeError, KeyError, IndexError) as error:
            raise VlmFailed(f"the model broke off ({type(error).__name__})") from error

    def forget(self, prompt: Prompt) -> None:
        """Nothing is remembered here."""


def _loaded(folder: Path) -> Any:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder that lacks a file must not fetch it
    import torch
    from transformers import pipeline
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    has_gpu = torch.cuda.is_available()
    try:
        return pipeline(
            "image-text-to-text",
            model=str(folder),
            device=0 if has_gpu else -1,
            dtype=torch.bfloat16 if has_gpu else torch.float32,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True},
        )
    except Exception as error:  # folders of models fail in as many ways as there are models
        raise BadInput(
            f"{folder.name} cannot be loaded as a model that looks at pictures "
            f"({type(error).__name__}); choose another folder or an endpoint."
        ) from error
