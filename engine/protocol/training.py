"""Training, as a job of the queue: a style learnt from a film's own footage."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.protocol.jobs import Message

MAX_STYLE_STEPS = 100_000


class StyleJob(Message):
    """Train a LoRA for Director-Gen on footage.

    The footage is cut into captioned clips, the clips are encoded once, then the LoRA is trained.
    All three go on where they were when the same job is asked for again.

    Attributes:
        folder: working folder: clips, latents, checkpoints. The same wish has the same folder.
        output: absolute path of the LoRA to be written, a ``.safetensors`` file.
        movies: absolute paths of the footage.
        model: the model that the LoRA is for; its recipe follows from it.
        num_steps: optimiser steps.
        seed: decides the clips' order and the noise.
    """

    kind: Literal["style"] = "style"
    job_id: str
    folder: str
    output: str
    movies: tuple[str, ...] = Field(min_length=1, max_length=1000)
    model: str = "starter"
    num_steps: int = Field(gt=0, le=MAX_STYLE_STEPS)
    seed: int = Field(default=0, ge=0, lt=2**63)
