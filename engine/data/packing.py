"""Clips into shards, and the account of what a dataset came to.

The order of clips within a side is that of a hash: films are mixed, and the same clips always lie
in the same shards.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import get_args

from engine.data.captions.captioning import Captions
from engine.data.cutting import Cut
from engine.data.events import MAX_LISTED, SUMMARY_FILE, ClipsProgress, Event, FilmSkipped, Summary
from engine.data.film_plan import FilmPlan, reason_kind
from engine.data.journal import write_whole
from engine.data.schema import ClipRecord, ShardFacts
from engine.data.shards import Sample, Split, write_index, write_shard
from engine.media.writer import disk_errors
from engine.protocol.errors import DiskProblem

MAX_SHARD_CLIPS, MAX_SHARD_BYTES = 1000, 512 << 20

_Clip = tuple[ClipRecord, Cut]


def pack(dataset: Path, plans: Sequence[FilmPlan], captions: Captions) -> Generator[Event]:
    """Write all finished clips into shards, then the index, then remove shards that are left over.

    Raises:
        DiskProblem: the disk is full; the dataset of before may lack shards, the clips are kept.
    """
    clips = [
        (captions.of(record), cut)
        for plan in plans
        for record, cut in zip(plan.records, plan.cuts, strict=True)
        if cut.is_done
    ]
    clips.sort(key=lambda clip: hashlib.sha256(clip[0].id.encode()).digest())
    facts: list[ShardFacts] = []
    num_packed = 0
    try:
        with disk_errors(dataset / "dataset.json"):
            for split in get_args(Split):
                of_side = [clip for clip in clips if clip[0].split == split]
                for number, group in enumerate(_groups(of_side)):
                    facts.append(write_shard(dataset, split, number, map(_sample, group)))
                    num_packed += len(group)
                    yield ClipsProgress(phase="pack", step=num_packed, num_steps=len(clips))
            write_index(dataset, facts)
    except OSError as error:
        raise DiskProblem(f"The dataset cannot be written ({error.strerror}).") from error
    except DiskProblem as error:
        raise DiskProblem(
            f"{error} Then give the same command again: it goes on where it was."
        ) from error
    names = {shard.name for shard in facts}
    for path in [*dataset.glob("train-??????.tar"), *dataset.glob("val-??????.tar")]:
        if path.name not in names:
            path.unlink(missing_ok=True)


def summarised(
    dataset: Path, plans: Sequence[FilmPlan], captions: Captions, films: Sequence[FilmSkipped]
) -> Summary:
    """Return what a dataset came to, and write it beside the shards.

    Raises:
        DiskProblem: it cannot be written.
    """
    records = [
        captions.of(record)
        for plan in plans
        for record, cut in zip(plan.records, plan.cuts, strict=True)
        if cut.is_done
    ]
    reasons = Counter(
        reason_kind(reason) for plan in plans for shot in plan.skipped for reason in shot.reasons
    )
    lost = sum(not cut.is_done for plan in plans for cut in plan.cuts)
    if lost:
        reasons["The film had fewer frames than it said"] += lost
    seconds = sum(
        record.num_frames / plan.rate
        for plan in plans
        for record, cut in zip(plan.records, plan.cuts, strict=True)
        if cut.is_done
    )
    summary = Summary(
        films=len(plans),
        shots=sum(plan.num_shots for plan in plans),
        clips=len(records),
        seconds=round(float(seconds), 3),
        sequences=sum(len(record.shots) > 1 for record in records),
        splits=dict(sorted(Counter(record.split for record in records).items())),
        reasons=dict(reasons.most_common()),
        captioned_by=dict(Counter(record.captioned_by for record in records).most_common()),
        caption_troubles=dict(captions.troubles.most_common()),
        skipped_films=tuple(films),
        skipped=tuple(shot for plan in plans for shot in plan.skipped)[:MAX_LISTED],
    )
    write_whole(dataset / SUMMARY_FILE, summary.model_dump_json(indent=1) + "\n")
    return summary


def _groups(clips: Sequence[_Clip]) -> Iterator[list[_Clip]]:
    group: list[_Clip] = []
    size = 0
    for clip in clips:
        length = clip[1].movie.stat().st_size
        if group and (len(group) >= MAX_SHARD_CLIPS or size + length > MAX_SHARD_BYTES):
            yield group
            group, size = [], 0
        group.append(clip)
        size += length
    if group:
        yield group


def _sample(clip: _Clip) -> Sample:
    record, cut = clip
    return Sample(record, cut.movie.read_bytes(), cut.still.read_bytes())
