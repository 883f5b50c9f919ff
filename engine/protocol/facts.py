"""What the editor may know of the machine and of a model before anything is computed.

Facts only: what follows from them is arithmetic in ``engine.planning.workload``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from engine.protocol.jobs import Message


class DeviceReport(Message):
    """The device that computes, as it stands now.

    Attributes:
        name: as its maker calls it.
        type: main memory counts for "cpu", the card's for "cuda".
        total_bytes: all its memory.
        free_bytes: what a job could take: unused, or held by the engine itself.
        num_cores: processors that compute; 0 where that says nothing.
    """

    kind: Literal["device"] = "device"
    name: str
    type: Literal["cpu", "cuda"]
    total_bytes: int = Field(ge=0)
    free_bytes: int = Field(ge=0)
    num_cores: int = Field(default=0, ge=0)


class ModelFacts(Message):
    """What a model folder costs to run, as its small files tell.

    Attributes:
        draft_area: pixels of a draft's frame.
        size_multiple: frame sides are multiples of this: codec stride × patch size.
        stride: pixels that a latent position is wide and high.
        num_layers, width, ffn_width: of the transformer.
        num_steps: forwards of a run; those with CFG count twice.
        max_window_latents: longest stretch that Director-SR attends over.
        tile: side of Director-SR's tiles in latent positions.
        transformer_bytes, codec_bytes, text_bytes: of the weights on disk.
        is_light: the codec is a linear one that costs next to nothing.
    """

    draft_area: int = Field(gt=0)
    size_multiple: int = Field(gt=0)
    stride: int = Field(gt=0)
    num_layers: int = Field(gt=0)
    width: int = Field(gt=0)
    ffn_width: int = Field(gt=0)
    num_steps: int = Field(gt=0)
    max_window_latents: int = Field(gt=0)
    tile: int = Field(gt=0)
    transformer_bytes: int = Field(ge=0)
    codec_bytes: int = Field(ge=0)
    text_bytes: int = Field(default=0, ge=0)
    is_light: bool = False
