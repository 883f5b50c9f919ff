"""The recipes of runs on datasets, as Python functions over nested frozen dataclasses.

A recipe says everything about a run but its folders. The paper's own stand beside those of one
card and of no card at all. The recipes by which the starter models were made from procedural clips
are in :mod:`engine.training.recipes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from engine.data.structure import StructureMix
from engine.training.losses import TimeMix

Stage = Literal["gen", "sr"]
Precision = Literal["float32", "bfloat16"]


@dataclass(frozen=True)
class Shape:
    """One size of training clips.

    Attributes:
        num_latents: latent frames; the clip has at most 4·num_latents − 3 frames.
        width, height: pixels. For Gen whole pictures are scaled to it, for SR it is a part of the
            picture, at the full resolution of the dataset.
        weight: how often it is drawn, among those that a clip has room for.
    """

    num_latents: int
    width: int
    height: int
    weight: float = 1.0

    @property
    def num_frames(self) -> int:
        """Most frames of a clip: with a single chunk."""
        return 4 * self.num_latents - 3


@dataclass(frozen=True)
class LiftRecipe:
    """How Director-SR's low resolution comes about: degraded twice, then lifted.

    Attributes:
        scales: by how much the picture is smaller, drawn evenly.
        codecs: what compresses it, drawn evenly for each of the two rounds.
        crf: range of the quality that the codecs are set to (0 best, 51 worst).
        blur: chance of a blur in each round.
        noise: chance of noise in each round.
        max_noise: strongest noise, as a deviation in levels of 255.
        upsampling: "latent" resizes z_LR itself (eq. 5), "pixel" the frames before encoding.
    """

    scales: tuple[float, ...] = (2.25, 3.0, 4.0)
    codecs: tuple[str, ...] = ("libx264", "mpeg4")
    crf: tuple[int, int] = (18, 38)
    blur: float = 0.7
    noise: float = 0.5
    max_noise: float = 12.0
    upsampling: Literal["latent", "pixel"] = "latent"


@dataclass(frozen=True)
class DataRecipe:
    """What is trained on, and how it is laid out before a run: decides the cached latents.

    Attributes:
        shapes: to draw from.
        structures: chunks, free heads and what is given.
        draws: how often each clip is laid out anew: another window, other chunks, for SR another
            part of the picture and another degradation. Which latents are given, the times and
            the noise are drawn at every use.
        lift: for SR.
        seed: of the layouts.
    """

    shapes: tuple[Shape, ...]
    structures: StructureMix = field(default_factory=StructureMix)
    draws: int = 4
    lift: LiftRecipe | None = None
    seed: int = 0


@dataclass(frozen=True)
class LoraRecipe:
    """A low-rank adapter beside frozen weights.

    Attributes:
        rank: of the update.
        alpha: the update counts alpha / rank times.
        layers: ends of the names of the layers that get one.
    """

    rank: int = 32
    alpha: float = 32.0
    layers: tuple[str, ...] = ("to_q", "to_k", "to_v", "to_out.0", "ffn.net.0.proj", "ffn.net.2")


@dataclass(frozen=True)
class AdamRecipe:
    """AdamW with a linear warm-up, then a cosine down to a share of the top (1: constant).

    Attributes:
        learning_rate: at the top.
        warmup_steps: rising.
        final_rate: at the end, as a share of the top.
        weight_decay: on matrices.
        clip_norm: the gradient's norm is cut to.
        ema_decay: of averaged weights, which are what is exported; 0 keeps none.
    """

    learning_rate: float = 2e-5
    warmup_steps: int = 100
    final_rate: float = 1.0
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.95)
    clip_norm: float = 1.0
    ema_decay: float = 0.0


@dataclass(frozen=True)
class Cadence:
    """How often what is done, in steps; 0 never. The last step does all that is ever done.

    Attributes:
        validate, sample, checkpoint: see the events of those names.
        num_validation: clips of the validation side that are looked at.
        sample_steps: denoising steps of a sample clip.
        kept: checkpoints that stay on disk.
    """

    validate: int = 500
    sample: int = 1000
    checkpoint: int = 500
    num_validation: int = 16
    sample_steps: int = 20
    kept: int = 2


@dataclass(frozen=True)
class Comparison:
    """Switches for experiments; a model is trained with the defaults.

    Attributes:
        positions: MC-RoPE, or one integer after the other.
        keyframe_timestep: 0 at given latents, or the time of all others.
        fresh: begin from random weights, not from the base's.
    """

    positions: Literal["mc", "continuous"] = "mc"
    keyframe_timestep: Literal["zero", "shared"] = "zero"
    fresh: bool = False


@dataclass(frozen=True)
class DatasetRecipe:
    """Everything about a run on a dataset.

    Attributes:
        name: what it is called on the command line.
        stage: Director-Gen or Director-SR.
        base: model to begin from, as ``--model`` names it elsewhere.
        num_steps: optimiser steps.
        batch_size: clips a step, over all processes.
        micro_batch: most clips that go through the net together.
        times: how t is drawn.
        caption_dropout: share of clips without their caption.
        lora: None trains all weights.
        precision: of frozen weights; trained ones are always fp32, under bf16 autocast on GPUs.
        checkpointing: compute activations twice to keep fewer.
        sample_shift: of the schedule that sample clips are made with.
    """

    name: str
    stage: Stage
    base: str
    num_steps: int
    batch_size: int
    data: DataRecipe
    micro_batch: int = 1
    times: TimeMix = field(default_factory=TimeMix)
    caption_dropout: float = 0.1
    optimiser: AdamRecipe = field(default_factory=AdamRecipe)
    lora: LoraRecipe | None = None
    precision: Precision = "float32"
    checkpointing: bool = False
    cadence: Cadence = field(default_factory=Cadence)
    sample_shift: float = 5.0
    comparison: Comparison = field(default_factory=Comparison)
    seed: int = 0


WAN_5B = "Wan-AI/Wan2.2-TI2V-5B-Diffusers"
WAN_14B = "Wan-AI/Wan2.1-T2V-14B-Diffusers"

_SHARP_PATHS = TimeMix(mean=0.0, deviation=1.0, shift=5.0, at_one=0.0)
_STARTER_TIMES = TimeMix(mean=0.0, deviation=1.2, shift=2.0, at_one=0.1)
_SR_STRUCTURES = StructureMix(
    chunk_latents=(2, 3, 4, 5, 6, 7, 8, 9),
    end_head=0.6,
    free_heads=0.1,
    clean=(0.45, 0.2, 0.1, 0.05, 0.05, 0.15, 0.0),
)


def gen_paper() -> DatasetRecipe:
    """Director-Gen as in the paper (§4.1): all weights, 2e-5, 20 000 steps, 480p, up to 15 s.

    The authors trained a 32B model of Wan 2.1's shape on 40 GPUs; the base here is the 14B of that
    family, and ``--base`` takes any other.
    """
    return DatasetRecipe(
        name="gen_paper",
        stage="gen",
        base=WAN_14B,
        num_steps=20_000,
        batch_size=40,
        data=DataRecipe(
            shapes=(
                Shape(21, 832, 480),
                Shape(41, 832, 480),
                Shape(91, 832, 480, 0.5),
                Shape(21, 480, 832, 0.2),
            )
        ),
        times=_SHARP_PATHS,
        checkpointing=True,
        optimiser=AdamRecipe(learning_rate=2e-5, ema_decay=0.999),
        cadence=Cadence(validate=500, sample=1000, checkpoint=500, sample_steps=30),
    )


def sr_paper() -> DatasetRecipe:
    """Director-SR as in the paper (§4.1): Wan2.2-5B, all weights, 2e-5, 2 000 steps."""
    return DatasetRecipe(
        name="sr_paper",
        stage="sr",
        base=WAN_5B,
        num_steps=2_000,
        batch_size=8,
        data=DataRecipe(
            shapes=(Shape(9, 1280, 704), Shape(13, 960, 544), Shape(9, 704, 1280, 0.2)),
            structures=_SR_STRUCTURES,
            draws=6,
            lift=LiftRecipe(),
        ),
        times=TimeMix(mean=0.0, deviation=1.0, shift=1.0, at_one=0.2),
        caption_dropout=0.3,
        checkpointing=True,
        optimiser=AdamRecipe(learning_rate=2e-5, ema_decay=0.999),
        cadence=Cadence(validate=200, sample=500, checkpoint=200, sample_steps=8),
        sample_shift=1.0,
    )


def lora_5b() -> DatasetRecipe:
    """A LoRA on Wan2.2-5B that one card of 24 GB trains: 480p, 49 frames, frozen bf16 weights."""
    return DatasetRecipe(
        name="lora_5b",
        stage="gen",
        base=WAN_5B,
        num_steps=2_000,
        batch_size=4,
        data=DataRecipe(shapes=(Shape(13, 832, 480), Shape(13, 480, 832, 0.3)), draws=6),
        times=_SHARP_PATHS,
        lora=LoraRecipe(rank=32, alpha=32.0),
        precision="bfloat16",
        checkpointing=True,
        optimiser=AdamRecipe(learning_rate=1e-4, warmup_steps=50),
        cadence=Cadence(validate=250, sample=500, checkpoint=250, num_validation=8),
    )


def starter_gen() -> DatasetRecipe:
    """All weights of the starter's Director-Gen, at 256×144; hours on a CPU, minutes on a GPU."""
    return DatasetRecipe(
        name="starter_gen",
        stage="gen",
        base="starter",
        num_steps=2_000,
        batch_size=16,
        micro_batch=16,
        data=DataRecipe(
            shapes=(
                Shape(17, 256, 144),
                Shape(9, 256, 144, 0.5),
                Shape(17, 144, 256, 0.2),
                Shape(9, 192, 144, 0.3),
            ),
            draws=12,
        ),
        times=_STARTER_TIMES,
        optimiser=AdamRecipe(learning_rate=3e-4, warmup_steps=50, final_rate=0.05, ema_decay=0.998),
        cadence=Cadence(validate=200, sample=500, checkpoint=500, sample_steps=10),
        sample_shift=3.0,
    )


def starter_sr() -> DatasetRecipe:
    """All weights of the starter's Director-SR, on parts of 240×240."""
    return DatasetRecipe(
        name="starter_sr",
        stage="sr",
        base="starter",
        num_steps=1_500,
        batch_size=16,
        micro_batch=16,
        data=DataRecipe(
            shapes=(Shape(5, 240, 240), Shape(7, 240, 240)),
            structures=_SR_STRUCTURES,
            draws=12,
            lift=LiftRecipe(upsampling="pixel"),
        ),
        times=TimeMix(mean=0.3, shift=1.0, at_one=0.5),
        caption_dropout=1.0,
        optimiser=AdamRecipe(learning_rate=3e-4, warmup_steps=50, final_rate=0.05, ema_decay=0.998),
        cadence=Cadence(validate=200, sample=500, checkpoint=500, sample_steps=2),
        sample_shift=1.0,
    )


def starter_lora() -> DatasetRecipe:
    """A LoRA on the starter's Director-Gen: minutes on a CPU."""
    return DatasetRecipe(
        name="starter_lora",
        stage="gen",
        base="starter",
        num_steps=120,
        batch_size=2,
        micro_batch=2,
        data=DataRecipe(shapes=(Shape(5, 160, 96), Shape(5, 96, 160)), draws=4),
        times=_STARTER_TIMES,
        lora=LoraRecipe(rank=16, alpha=16.0),
        optimiser=AdamRecipe(learning_rate=1e-3, warmup_steps=10, final_rate=0.1),
        cadence=Cadence(validate=40, sample=60, checkpoint=40, num_validation=4, sample_steps=4),
        sample_shift=3.0,
    )


RECIPES: dict[str, Callable[[], DatasetRecipe]] = {
    "gen_paper": gen_paper,
    "sr_paper": sr_paper,
    "lora_5b": lora_5b,
    "starter_gen": starter_gen,
    "starter_sr": starter_sr,
    "starter_lora": starter_lora,
}
"""What ``main.py train`` knows by name."""
