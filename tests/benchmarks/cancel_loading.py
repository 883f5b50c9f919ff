"""Measures how long a cancel takes while a model loads and captions are read.

    python tests/benchmarks/cancel_loading.py [cancels per stage] [folder | GiB of a random one]

A loaded model stays in the engine, so every cancel is asked of an engine of its own. A random
model has the form of Wan's and weights that mean nothing; it is written for the run and deleted.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from diffusers import WanPipeline, WanTransformer3DModel
from transformers import ByT5Tokenizer, UMT5Config, UMT5EncoderModel

sys.path.insert(0, str(Path(__file__).parents[2]))

from app.client.client import EngineLost
from app.client.process import ProcessClient
from engine.protocol.jobs import DraftJob
from engine.protocol.messages import JobCancelled, JobFailed, JobFinished, Progress
from tests.benchmarks.cancel import Row, jobs_in, print_table
from tests.engine.equivalence.wan_folders import SHAPES, scheduler, small_codec

STAGES = ("captions", "load")
GIB = 1024**3
_LAYER_BYTES = {"transformer": 94e6, "text_encoder": 96e6}


def write_random(folder: Path, gib: float) -> Path:
    """Write a model of about this size, in 16 bits: half transformer, half text encoder."""
    layers = {part: max(1, round(gib * GIB / 2 / size)) for part, size in _LAYER_BYTES.items()}
    torch.set_default_dtype(torch.bfloat16)
    transformer = WanTransformer3DModel(
        num_attention_heads=12,
        attention_head_dim=128,
        in_channels=SHAPES[0].channels,
        out_channels=SHAPES[0].channels,
        text_dim=2048,
        ffn_dim=8960,
        num_layers=layers["transformer"],
    )
    config = UMT5Config(
        vocab_size=384, d_model=2048, d_kv=64, d_ff=5120, num_layers=layers["text_encoder"]
    )
    encoder = UMT5EncoderModel(config)
    torch.set_default_dtype(torch.float32)
    tokenizer: Any = ByT5Tokenizer()
    WanPipeline(
        tokenizer=tokenizer,
        text_encoder=encoder,
        vae=small_codec(SHAPES[0]),
        scheduler=scheduler("unipc"),
        transformer=transformer,
    ).save_pretrained(folder, max_shard_size="1GB")
    return folder


async def ask(job: DraftJob, stage: str, after_s: float | None) -> tuple[float, float | None]:
    """Run a job in a new engine until a stage is over, or cancel it ``after_s`` into the stage.

    Returns:
        How long the stage lasted until it was over or the job ended, and how long the cancel took.
    """
    client = ProcessClient()
    began: float | None = None
    asked: list[float] = []

    async def cancel(delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        asked.append(time.perf_counter())
        await client.cancel(job.job_id)

    timer: asyncio.Task[None] | None = None
    await client.submit(job)
    try:
        async for event in client.events():
            now = time.perf_counter()
            match event:
                case Progress() if event.stage == stage and began is None:
                    began = now
                    if after_s is not None:
                        timer = asyncio.create_task(cancel(after_s))
                case Progress() if began is not None and event.stage != stage and after_s is None:
                    return now - began, None
                case JobCancelled() if began is not None and asked:
                    return now - began, now - asked[0]
                case JobFinished():
                    return 0.0, None
                case JobFailed() | EngineLost():
                    raise SystemExit(event.message)
                case _:
                    pass
    finally:
        if timer is not None:
            timer.cancel()
        await client.close()
    return 0.0, None


async def measure(job: DraftJob, count: int) -> dict[tuple[str, str], Row]:
    """Cancel a draft at an even spread of moments within each of the stages."""
    rows: dict[tuple[str, str], Row] = {}
    for stage in STAGES:
        row = rows["draft", stage] = Row()
        row.lasts_s, _ = await ask(job, stage, None)
        for number in range(count):
            _, took_s = await ask(job, stage, row.lasts_s * (number + 0.5) / count)
            if took_s is not None:
                row.cancels_s.append(took_s)
    return rows


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    with tempfile.TemporaryDirectory(prefix="cancel-loading-") as root:
        job = jobs_in(Path(root), 24)[0]
        assert isinstance(job, DraftJob)
        if wanted.replace(".", "", 1).isdecimal():
            wanted = str(write_random(Path(root) / "random", float(wanted)))
        if wanted:
            job = job.model_copy(update={"model": wanted})
        print_table(asyncio.run(measure(job, count)))


if __name__ == "__main__":
    main()
