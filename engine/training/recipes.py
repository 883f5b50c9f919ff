"""The recipes of the starter models, as Python functions over nested dataclasses.

A recipe says everything about a run but the folders and the clock: nets, data mixture, shapes,
optimiser. Smoke variants are the same code at toy size.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from engine.data.procedural.batches import Bucket
from engine.data.procedural.scenes import SceneMix
from engine.data.structure import StructureMix
from engine.training.degrade import DegradeMix
from engine.training.losses import TimeMix


@dataclass(frozen=True)
class OptimiserRecipe:
    """Muon and AdamW with a warm-up and a cosine over the share of the time budget that has passed.

    Attributes:
        learning_rate: at the top.
        final_rate: at the end, as a share of the top.
        warmup: share of the budget (or of ``total_steps``) spent rising.
        ema_decay: of the averaged weights.
        muon: hidden matrices by Muon, the rest by AdamW; else AdamW alone.
    """

    learning_rate: float = 1.2e-3
    final_rate: float = 0.02
    warmup: float = 0.03
    weight_decay: float = 0.01
    betas: tuple[float, float] = (0.9, 0.98)
    clip_norm: float = 1.0
    ema_decay: float = 0.999
    muon: bool = True


@dataclass(frozen=True)
class TrainRecipe:
    """Everything about a training run.

    Attributes:
        kind: "gen" trains from noise with captions, "sr" from lifted low resolution without.
        transformer: arguments of ``DirectorTransformer``.
        text_encoder: arguments of ``UMT5Config``; empty for no captions.
        max_tokens: caption length in bytes.
        uses: how often a rendered batch is trained on, each time with other given latents, times
            and noise.
    """

    kind: str
    transformer: dict[str, Any]
    text_encoder: dict[str, Any]
    buckets: tuple[Bucket, ...]
    scenes: SceneMix
    structures: StructureMix
    times: TimeMix
    degrade: DegradeMix = field(default_factory=DegradeMix)
    optimiser: OptimiserRecipe = field(default_factory=OptimiserRecipe)
    max_tokens: int = 256
    footage: str = "footage"
    uses: int = 2
    seed: int = 0


def starter_gen() -> TrainRecipe:
    """Director-Gen of the starter models: drafts around 256×144."""
    text_dim = 192
    return TrainRecipe(
        kind="gen",
        transformer={
            "patch_size": (1, 2, 2),
            "num_attention_heads": 6,
            "attention_head_dim": 64,
            "in_channels": 64,
            "out_channels": 64,
            "text_dim": text_dim,
            "freq_dim": 256,
            "ffn_dim": 1536,
            "num_layers": 9,
            "cross_attn_norm": True,
            "rope_max_seq_len": 256,
            "prediction_type": "sample",
        },
        text_encoder={
            "vocab_size": 384,
            "d_model": text_dim,
            "d_kv": 32,
            "d_ff": 384,
            "num_layers": 2,
            "num_heads": 6,
            "dropout_rate": 0.0,
            "tie_word_embeddings": False,
        },
        buckets=(
            Bucket(17, 256, 144, 48, 0.88),
            Bucket(17, 144, 256, 48, 0.12, start=0.1),
        ),
        scenes=SceneMix(),
        structures=StructureMix(),
        times=TimeMix(),
    )


def starter_sr() -> TrainRecipe:
    """Director-SR of the starter models: 1080p in tiles."""
    return TrainRecipe(
        kind="sr",
        transformer={
            "patch_size": (1, 2, 2),
            "num_attention_heads": 4,
            "attention_head_dim": 48,
            "in_channels": 64,
            "out_channels": 64,
            "text_dim": 16,
            "freq_dim": 128,
            "ffn_dim": 768,
            "num_layers": 6,
            "cross_attn_norm": True,
            "rope_max_seq_len": 256,
            "prediction_type": "velocity",
        },
        text_encoder={},
        buckets=(Bucket(7, 1920, 1080, 64, tile=240),),
        scenes=SceneMix(
            max_sprites=3,
            speed=(0.0003, 0.008),
            density=(1500.0, 3200.0),
            sprite_size=(0.06, 0.3),
            footage=0.4,
            min_footage_density=1500.0,
        ),
        structures=StructureMix(
            chunk_latents=(2, 3, 4, 5, 6, 7, 8, 9),
            end_head=0.65,
            free_heads=0.1,
            cuts=(0.93, 0.07, 0.0),
            clean=(0.6, 0.06, 0.12, 0.06, 0.0, 0.16, 0.0),
        ),
        times=TimeMix(mean=0.3, shift=1.0, at_one=0.5),
        uses=3,
        footage="footage_hd",
    )


def smoke(recipe: TrainRecipe) -> TrainRecipe:
    """Return the recipe at a size that a CPU trains for a few steps within a minute."""
    small = {"num_attention_heads": 2, "num_layers": 2, "ffn_dim": 64}
    text = {"d_ff": 32, "num_layers": 1, "num_heads": 2} if recipe.text_encoder else {}
    tile = 48 if recipe.kind == "sr" else 0
    buckets = (
        Bucket(3, 64, 48, 4, tile=tile),
        Bucket(4, 80, 48, 3, start=0.3, tile=tile),
    )
    return replace(
        recipe,
        transformer={**recipe.transformer, **small},
        text_encoder={**recipe.text_encoder, **text},
        buckets=buckets,
        degrade=replace(recipe.degrade, sides=(16, 24)),
        max_tokens=64,
    )
