"""Small model folders with random weights: real formats and real code, made in a second.

They prove plumbing, never picture quality.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from transformers import ByT5Tokenizer, UMT5Config, UMT5EncoderModel

from engine.models.klt import AutoencoderKLT
from engine.models.transformer import DirectorTransformer

CHANNELS = 16
TEXT_DIM = 32


def make_tiny_model(folder: Path, role: str, *, seed: int = 0, shards: bool = False) -> Path:
    """Write a complete model folder in diffusers' format."""
    torch.manual_seed(seed)
    transformer = DirectorTransformer(
        num_attention_heads=2,
        attention_head_dim=24,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        text_dim=TEXT_DIM,
        freq_dim=32,
        ffn_dim=64,
        num_layers=2,
        prediction_type="sample",
    )
    size = "100KB" if shards else "10GB"
    transformer.save_pretrained(folder / "transformer", max_shard_size=size)
    AutoencoderKLT(latent_channels=CHANNELS, num_shared=8).save_pretrained(folder / "vae")
    config = UMT5Config(
        vocab_size=384, d_model=TEXT_DIM, d_kv=8, d_ff=64, num_layers=1, num_heads=4
    )
    UMT5EncoderModel(config).save_pretrained(folder / "text_encoder")
    ByT5Tokenizer().save_pretrained(folder / "tokenizer")
    index = {
        "_class_name": "DirectorPipeline",
        "transformer": ["engine", "DirectorTransformer"],
        "vae": ["engine", "AutoencoderKLT"],
        "text_encoder": ["transformers", "UMT5EncoderModel"],
        "tokenizer": ["transformers", "ByT5Tokenizer"],
    }
    (folder / "model_index.json").write_text(json.dumps(index))
    settings = {
        "role": role,
        "draft_area": 96 * 64,
        "num_steps": 3,
        "shift": 3.0,
        "guidance_scale": 1.0,
        "tile": 16,
        "margin": 4,
        "max_tokens": 64,
    }
    (folder / "director.json").write_text(json.dumps(settings))
    return folder
