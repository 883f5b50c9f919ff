"""All clips of a dataset through a captioner: several at a time, each caption kept at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from engine.data.captions.captioner import PROMPT_VERSION, Captioned, Captioner
from engine.data.events import ClipsProgress, Event
from engine.data.film_plan import FilmPlan
from engine.data.journal import FilmFolder, KeptCaption
from engine.data.schema import ClipRecord
from engine.data.survey import Miniature
from engine.media.footage import frames_of
from engine.protocol.errors import EngineError

THREAD_NAME = "captions"
"""What threads are called in which a question may still wait for its answer."""

_PICTURES = 3
_GIVEN_UP = 3
"""Clips in a row that found nobody listening, after which nobody is asked any more."""
_NOT_ASKED = "the model was down and was not asked any more"


@dataclass(frozen=True, slots=True)
class Captions:
    """What was written.

    Attributes:
        by_clip: captions of a model by the clip's id; the others keep what was measured.
        troubles: how often words are missing, by reason.
    """

    by_clip: dict[str, KeptCaption] = field(default_factory=dict[str, KeptCaption])
    troubles: Counter[str] = field(default_factory=Counter[str])

    def of(self, record: ClipRecord) -> ClipRecord:
        """Return a record with its caption."""
        kept = self.by_clip.get(record.id)
        if kept is None or len(kept.caption.shots) != len(record.shots):
            return record
        return record.model_copy(update={"caption": kept.caption, "captioned_by": kept.by})


def caption_clips(
    plans: Sequence[FilmPlan], captioner: Captioner, at_once: int
) -> Generator[Event, None, Captions]:
    """Yield how far it is; return all captions. What fails is asked again by the next run.

    Raises:
        DiskProblem: a caption cannot be kept.
    """
    captions, open_clips = Captions(), list[tuple[FilmFolder, ClipRecord]]()
    asked = f"{captioner.name}/{PROMPT_VERSION}"
    for plan in plans:
        for record, cut in zip(plan.records, plan.cuts, strict=True):
            kept = plan.folder.caption(record.id, asked) if cut.is_done else None
            if kept is not None:
                _take(captions, record, kept)
            elif cut.is_done:
                open_clips.append((plan.folder, record))
    total, num_done, num_down = len(open_clips), 0, 0
    waiting = iter(open_clips)
    running: dict[Future[Captioned], tuple[FilmFolder, ClipRecord]] = {}
    yield ClipsProgress(phase="caption", step=0, num_steps=total)
    threads = ThreadPoolExecutor(max(1, at_once), THREAD_NAME)
    try:
        while True:
            for folder, record in waiting:
                if num_down >= _GIVEN_UP:
                    captions.troubles[_NOT_ASKED] += 1
                    num_done += 1
                    continue
                path = folder.clips / f"{record.id}.mp4"
                running[threads.submit(_captioned, captioner, record, path)] = folder, record
                if len(running) >= at_once:
                    break
            if not running:
                return captions
            for one in wait(running, return_when=FIRST_COMPLETED).done:
                folder, record = running.pop(one)
                found = one.result()
                num_down = num_down + 1 if found.is_down else 0
                kept = KeptCaption(
                    asked=asked, by=found.by, trouble=found.trouble, caption=found.caption
                )
                if not found.trouble:
                    folder.keep_caption(record.id, kept)
                _take(captions, record, kept)
                num_done += 1
                yield ClipsProgress(phase="caption", step=num_done, num_steps=total)
    finally:
        threads.shutdown(wait=False, cancel_futures=True)


def _take(captions: Captions, record: ClipRecord, kept: KeptCaption) -> None:
    captions.by_clip[record.id] = kept
    if kept.trouble:
        captions.troubles[kept.trouble] += 1


def _captioned(captioner: Captioner, record: ClipRecord, path: Path) -> Captioned:
    try:
        pictures = pictures_of(path, record)
    except EngineError:
        pictures = ()
    if not all(pictures) or not pictures:
        return captioner.without_pictures(record)
    return captioner.caption(record, pictures)


def pictures_of(path: Path, record: ClipRecord) -> tuple[tuple[bytes, ...], ...]:
    """Return of each shot a few frames as JPEG, evenly in time, 480 pixels on the longer side.

    Raises:
        BadInput: the clip cannot be read.
    """
    wanted = [
        [
            shot.start + (shot.stop - shot.start) * (2 * part + 1) // (2 * _PICTURES)
            for part in range(_PICTURES)
        ]
        for shot in record.shots
    ]
    numbers, copies = {number for shot in wanted for number in shot}, Miniature()
    found: dict[int, bytes] = {}
    for number, frame in enumerate(frames_of(path)):
        if number in numbers:
            _, coded = cv2.imencode(".jpg", copies.of(frame)[..., ::-1])
            found[number] = coded.tobytes()
    return tuple(
        tuple(found[number] for number in dict.fromkeys(shot) if number in found) for shot in wanted
    )
