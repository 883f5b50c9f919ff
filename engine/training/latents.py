"""Datasets as latents on disk: encoded once, read at every step of a run.

A clip's latents depend on where its chunks begin, and chunks are drawn at random. With a causal
autoencoder a chunk's latents depend on all frames of the chunk before them, so they cannot be put
together from parts: each draw of a clip (:mod:`engine.training.clips`) is encoded as a whole and
kept. A run thus sees a fixed, stated number of chunkings of every clip, and any number of choices
of what is given. The starter's codec would be cheap enough to encode anew at every step, but
decoding and degrading movies is not; both are treated alike.

One folder per shard, named by what decides its content; one safetensors file per clip, written
whole and renamed, so work goes on where it stopped. Captions are encoded here too, by the model's
own frozen text encoder, which need not be in memory when training starts.

Shape legend: C channels, N latent frames, H W latent grid, L tokens, D caption width.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.nn import functional

from engine.data.schema import ShardFacts
from engine.data.shards import Sample, Split, read_index, read_samples
from engine.models.catalogue import read_settings
from engine.models.codec import Codec, encode_chunks
from engine.models.weights import content_hash
from engine.protocol.errors import BadInput, HelperLost
from engine.training.captions import CaptionWriter, caption_name
from engine.training.clips import DrawnClip, Layout, draw_clips, layouts
from engine.training.dataset_recipes import DatasetRecipe
from engine.training.disk import writing
from engine.training.events import Preparing

_LOG = logging.getLogger(__name__)

FORM = 1
"""Changes when latents are made in another way."""


@dataclass(frozen=True)
class LatentSample:
    """One draw of a clip, encoded.

    Attributes:
        layout: its window and chunks.
        z0: (C, N, H, W) float32.
        low: (C, N, H, W), the lifted low resolution; None for Gen.
    """

    layout: Layout
    z0: Tensor
    low: Tensor | None


class LatentStore:
    """The draws of one side of a dataset, as they lie on disk.

    Attributes:
        layouts: of every draw, by shard and name.
        caption_length: L that captions are padded to for the net, with zeros.
    """

    def __init__(
        self,
        files: list[tuple[Path, list[Layout]]],
        captions: dict[str, Path],
        caption_length: int,
    ) -> None:
        self.caption_length = caption_length
        self._places = [(path, layout) for path, found in files for layout in found]
        self._captions = captions
        self.layouts = [layout for _, layout in self._places]

    def read(self, index: int) -> LatentSample:
        """Return a draw.

        Raises:
            BadInput: its file has gone or been damaged since the run began.
        """
        path, layout = self._places[index]
        try:
            with safe_open(path, framework="pt") as file:
                z0 = file.get_tensor(f"z0.{layout.draw}").float()
                name = f"low.{layout.draw}"
                low = file.get_tensor(name).float() if name in file.keys() else None  # noqa: SIM118
        except (OSError, SafetensorError) as error:
            raise BadInput(
                f"The cached latents {path.name} are missing or damaged; start again, which makes "
                "them anew."
            ) from error
        return LatentSample(layout, z0, low)

    def caption(self, text: str) -> Tensor:
        """Return (L, D) embeddings, without the zeros past the caption's end.

        Raises:
            BadInput: the file has gone or been damaged since the run began.
        """
        path = self._captions[text]
        try:
            with safe_open(path, framework="pt") as file:
                return file.get_tensor(caption_name(text))
        except (OSError, SafetensorError) as error:
            raise BadInput(
                f"The cached captions {path.parent.name} are missing or damaged; start again, "
                "which makes them anew."
            ) from error


def prepare(
    dataset: Path,
    split: Split,
    recipe: DatasetRecipe,
    model: Path,
    codec: Codec,
    captions: CaptionWriter,
    cache: Path,
    share: tuple[int, int] = (0, 1),
    num_workers: int = 0,
) -> Generator[Preparing, None, None]:
    """Encode what is not encoded yet.

    Args:
        dataset: its folder.
        split: which side.
        recipe: of the run.
        model: folder of the codec and the text encoder, which name the cache.
        codec: of that folder, on its device.
        captions: writes the embeddings.
        cache: where latents are kept.
        share: (rank, number of processes): every process does its part of the clips.
        num_workers: processes that decode and degrade; 0 does it here.

    Yields:
        How far it is, after every clip.

    Raises:
        BadInput: the dataset is missing or damaged.
        DiskProblem: latents cannot be written.
    """
    shards = [s for s in read_index(dataset).shards if s.name.startswith(split)]
    total = sum(shard.clips for shard in shards)
    folders = {s.name: cache / cache_key(s, recipe, model) for s in shards}
    homes = [folders[shard.name] for shard in shards for _ in range(shard.clips)]

    def missing() -> Iterator[tuple[int, Path, Sample]]:
        for number, sample in enumerate(read_samples(dataset, split)):
            path = homes[number] / f"{sample.record.id}.safetensors"
            if number % share[1] == share[0] and read_layouts(path) is None:
                yield number, path, sample

    if share[0] == 0:
        for shard in shards:
            texts = _texts(dataset, split, shards, shard, recipe)
            with writing(folders[shard.name]):
                captions.write(folders[shard.name] / "captions.safetensors", texts)
    captions.close()
    for number, path, drawn in _drawn(missing(), recipe, num_workers):
        tensors: dict[str, Tensor] = {}
        for clip in drawn:
            tensors |= _encoded(clip, codec)
        with writing(path.parent):
            _write(path, tensors, [clip.layout for clip in drawn])
        yield Preparing(split, number + 1, total)


def open_store(
    dataset: Path, split: Split, recipe: DatasetRecipe, model: Path, cache: Path
) -> LatentStore:
    """Return the encoded side of a dataset, after :func:`prepare`.

    Raises:
        BadInput: no clip of it has room for the recipe's shapes.
    """
    files: list[tuple[Path, list[Layout]]] = []
    texts: dict[str, Path] = {}
    shards = [s for s in read_index(dataset).shards if s.name.startswith(split)]
    for shard in shards:
        folder = cache / cache_key(shard, recipe, model)
        paths = sorted(p for p in folder.glob("*.safetensors") if p.stem != "captions")
        for path in paths:
            found = read_layouts(path) or []
            files.append((path, found))
            texts |= dict.fromkeys(_captions_of(found), folder / "captions.safetensors")
        texts.setdefault("", folder / "captions.safetensors")
    has_encoder = (model / "text_encoder").is_dir()
    store = LatentStore(files, texts, read_settings(model).max_tokens if has_encoder else 1)
    if not store.layouts and split == "train":
        shape = min(recipe.data.shapes, key=lambda s: s.num_frames * s.width * s.height)
        raise BadInput(
            f"No clip of {dataset.name} is long and large enough for the recipe {recipe.name}, "
            f"whose smallest clips are {shape.num_frames} frames of {shape.width}×{shape.height}."
        )
    return store


def cache_key(shard: ShardFacts, recipe: DatasetRecipe, model: Path) -> str:
    """Return the name of a shard's folder: all that decides the content of its files."""
    parts = {
        "form": FORM,
        "shard": shard.sha256,
        "data": asdict(recipe.data),
        "stage": recipe.stage,
        "codec": _hash_of(model, "vae"),
        "text": _hash_of(model, "text_encoder"),
    }
    text = json.dumps(parts, sort_keys=True)
    return f"{shard.name[:-4]}-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def read_layouts(path: Path) -> list[Layout] | None:
    """Return the draws in a file of latents, None if there is no such file that is whole."""
    try:
        with safe_open(path, framework="pt") as file:
            rows: list[dict[str, Any]] = json.loads((file.metadata() or {})["layouts"])
            names = set(file.keys())
        found: list[Layout] = []
        for row in rows:
            row |= {"sizes": tuple(row["sizes"]), "free": tuple(row["free"])}
            found.append(Layout(**row))
    except FileNotFoundError:
        return None
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        _LOG.warning("%s is damaged and is made again: %s", path, error)
        return None
    return found if all(f"z0.{layout.draw}" in names for layout in found) else None


def _captions_of(found: list[Layout]) -> set[str]:
    return {layout.caption for layout in found}


def _texts(
    dataset: Path, split: Split, shards: list[ShardFacts], shard: ShardFacts, recipe: DatasetRecipe
) -> list[str]:
    """Return every caption of a shard's draws, and the empty one."""
    before = sum(s.clips for s in shards[: shards.index(shard)])
    records = (sample.record for sample in read_samples(dataset, split))
    mine = islice(records, before, before + shard.clips)
    found = {x.caption for record in mine for x in layouts(record, recipe.data, recipe.stage)}
    return sorted(found | {""})


def _drawn(
    samples: Iterator[tuple[int, Path, Sample]], recipe: DatasetRecipe, num_workers: int
) -> Iterator[tuple[int, Path, list[DrawnClip]]]:
    if num_workers == 0:
        for number, path, sample in samples:
            yield number, path, draw_clips(sample, recipe.data, recipe.stage)
        return
    # Spawned: a process that has used CUDA must not be forked.
    with ProcessPoolExecutor(num_workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[tuple[int, Path, Future[list[DrawnClip]]]] = deque()
        try:
            for number, path, sample in samples:
                work = pool.submit(draw_clips, sample, recipe.data, recipe.stage)
                waiting.append((number, path, work))
                if len(waiting) > num_workers:
                    yield _taken(waiting)
            while waiting:
                yield _taken(waiting)
        finally:
            for _, _, work in waiting:
                work.cancel()


def _taken(
    waiting: deque[tuple[int, Path, Future[list[DrawnClip]]]],
) -> tuple[int, Path, list[DrawnClip]]:
    number, path, work = waiting.popleft()
    try:
        return number, path, work.result()
    except BrokenProcessPool as error:
        raise HelperLost(
            "A process that reads clips has ended, most likely for want of memory; give the same "
            "command again with fewer of them (--workers 1)."
        ) from error


def _encoded(clip: DrawnClip, codec: Codec) -> dict[str, Tensor]:
    layout = clip.layout
    z0 = encode_chunks(codec, _pixels(clip.frames, codec), layout.plan)
    found = {f"z0.{layout.draw}": z0}
    if clip.low is not None:
        low = encode_chunks(codec, _pixels(clip.low, codec), layout.plan)
        if low.shape != z0.shape:
            # Eq. 5: z_LR is resized to the height and width of z_HR.
            size = (z0.shape[2], *z0.shape[3:])
            low = functional.interpolate(low.float(), size, mode="trilinear", align_corners=False)
        found[f"low.{layout.draw}"] = low
    # Half precision: its step is far below the noise of any timestep that matters.
    return {name: z[0].half().cpu().contiguous() for name, z in found.items()}


def _pixels(frames_FYX3: Any, codec: Codec) -> Tensor:
    """Return (1, 3, F, Y, X) in [−1, 1] on the codec's device."""
    device = getattr(codec, "device", None) or _device_of(codec)
    frames = torch.from_numpy(np.ascontiguousarray(frames_FYX3)).to(device)
    return frames.permute(3, 0, 1, 2).unsqueeze(0).float() / 127.5 - 1


def _device_of(codec: Any) -> torch.device:
    return next(codec.vae.parameters()).device


def _hash_of(model: Path, part: str) -> str:
    folder = model / part
    return content_hash(model, [p for p in folder.glob("*") if p.is_file()])


def _write(path: Path, tensors: dict[str, Tensor], found: list[Layout]) -> None:
    content = safetensors.torch.save(
        tensors or {"none": torch.zeros(1)},
        metadata={"layouts": json.dumps([asdict(layout) for layout in found])},
    )
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
