"""Pages to look at a dataset with: every clip, every skipped shot, and why; for any browser.

One page with everything that is known, and the pictures beside it in files: thousands of clips are
leafed through without loading them all. Whatever a film or a model wrote is data to the page, never
part of it. Nothing outside of the folder is asked for.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError

from engine.data.captions.measured import camera_phrase
from engine.data.events import SUMMARY_FILE, SkippedShot, Summary
from engine.data.film_plan import reason_kind
from engine.data.journal import WORK, write_whole
from engine.data.report_page import PAGE
from engine.data.schema import ClipRecord
from engine.data.shards import Split, read_samples
from engine.data.survey import FilmSurvey
from engine.media.writer import disk_errors
from engine.protocol.errors import BadInput

MAX_CLIPS = 200_000
_MAX_SUMMARY_BYTES = 64 << 20
_MAX_STILL_BYTES = 1 << 20
_FOLDER_NAME = re.compile(r"[0-9a-f]{1,128}")


def write_report(dataset: Path, folder: Path | None = None) -> Path:
    """Write the pages of a dataset; return the one to open.

    Args:
        folder: where to; ``report`` in the dataset's folder when None.

    Raises:
        BadInput: there is no dataset, or it is damaged.
        DiskProblem: the pages cannot be written.
    """
    folder = dataset / "report" if folder is None else folder
    summary = _summary(dataset)
    surveys = _Surveys(dataset)
    page = folder / "index.html"
    with disk_errors(page):
        pictures = folder / "pictures"
        pictures.mkdir(parents=True, exist_ok=True)
        clips = list(_clips(dataset, folder, surveys))
        skipped = list(_skipped(summary, folder, surveys))
    facts = {
        "name": dataset.resolve().name,
        "summary": {} if summary is None else _overview(summary),
        "clips": clips,
        "skipped": skipped,
    }
    # Inside a script element only "<" could end it; JSON knows another way to write it.
    data = json.dumps(facts, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    write_whole(page, PAGE.replace("@DATA@", data))
    return page


def _overview(summary: Summary) -> dict[str, Any]:
    told = summary.model_dump(mode="json", exclude={"skipped", "kind"})
    told["num_listed"] = len(summary.skipped)
    return told


def _clips(dataset: Path, folder: Path, surveys: _Surveys) -> Iterator[dict[str, Any]]:
    count = 0
    for split in get_args(Split):
        for sample in read_samples(dataset, split):
            count += 1
            if count > MAX_CLIPS:
                return
            record = sample.record
            picture = folder / "pictures" / f"{record.id}.jpg"
            if len(sample.still) <= _MAX_STILL_BYTES:
                picture.write_bytes(sample.still)
            yield _card(record, picture, folder, surveys)


def _card(record: ClipRecord, picture: Path, folder: Path, surveys: _Surveys) -> dict[str, Any]:
    rate = Fraction(record.rate)
    pictures = [f"pictures/{picture.name}"]
    if len(record.shots) > 1:
        starts = [record.start + shot.start for shot in record.shots]
        named = [surveys.picture(record.fingerprint, start, folder) for start in starts]
        pictures = [name for name in named if name] or pictures
    return {
        "id": record.id,
        "film": record.film,
        "at": round(float(record.start / rate), 2),
        "s": round(float(record.num_frames / rate), 2),
        "size": f"{record.width}×{record.height}",
        "fps": f"{float(rate):.5g}",
        "split": record.split,
        "by": record.captioned_by,
        "pics": pictures,
        "movie": surveys.movie(record, folder),
        "moves": sorted({move.kind for shot in record.shots for move in shot.moves}),
        "q": [
            round(value, 3)
            for value in (
                record.quality.motion,
                record.quality.sharpness,
                record.quality.text,
                record.quality.black,
            )
        ],
        "text": record.caption.narrative,
        "who": [[who.name, who.appearance] for who in record.caption.characters],
        "shots": [
            [
                round(float((shot.stop - shot.start) / rate), 2),
                told.content,
                told.camera or camera_phrase(shot, float(rate)),
                list(told.characters),
            ]
            for shot, told in zip(record.shots, record.caption.shots, strict=True)
        ],
    }


def _skipped(summary: Summary | None, folder: Path, surveys: _Surveys) -> Iterator[dict[str, Any]]:
    for shot in () if summary is None else summary.skipped:
        yield {
            "film": shot.film,
            "at": _second(shot),
            "s": shot.seconds,
            "pics": [surveys.picture(shot.fingerprint, shot.start, folder)],
            "why": list(shot.reasons),
            "kinds": sorted({reason_kind(reason) for reason in shot.reasons}),
        }


def _second(shot: SkippedShot) -> float:
    length = max(1, shot.stop - shot.start)
    return round(shot.start * shot.seconds / length, 2)


class _Surveys:
    """Pictures of shots, from the work that lies beside a dataset; it may be gone."""

    def __init__(self, dataset: Path) -> None:
        self._work = dataset / WORK
        self._films: dict[str, dict[int, str]] = {}

    def picture(self, fingerprint: str, start: int, folder: Path) -> str:
        """Write the picture of the shot that begins on a frame; return its name, or none."""
        thumb = self._shots(fingerprint).get(start)
        if thumb is None:
            return ""
        name = f"pictures/{fingerprint[:12]}-{start:07d}.jpg"
        try:
            content = base64.b64decode(thumb, validate=True)
        except (binascii.Error, ValueError):
            return ""
        (folder / name).write_bytes(content)
        return name

    def movie(self, record: ClipRecord, folder: Path) -> str:
        """Return where a clip can be played from, seen from the pages; none where it is gone."""
        if not _FOLDER_NAME.fullmatch(record.fingerprint):
            return ""
        places = sorted((self._work / record.fingerprint).glob(f"clips-*/{record.id}.mp4"))
        if not places:
            return ""
        return Path(os.path.relpath(places[-1].resolve(), folder.resolve())).as_posix()

    def _shots(self, fingerprint: str) -> dict[int, str]:
        if fingerprint not in self._films:
            thumbs: dict[int, str] = {}
            if _FOLDER_NAME.fullmatch(fingerprint):
                for path in sorted((self._work / fingerprint).glob("survey-*.json")):
                    try:
                        survey = FilmSurvey.model_validate_json(path.read_bytes())
                    except (OSError, ValidationError):
                        continue
                    thumbs |= {shot.start: shot.thumb for shot in survey.shots if shot.thumb}
            self._films[fingerprint] = thumbs
        return self._films[fingerprint]


def _summary(dataset: Path) -> Summary | None:
    """Return the summary; None where there is none.

    Raises:
        BadInput: it is damaged.
    """
    path = dataset / SUMMARY_FILE
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_SUMMARY_BYTES + 1)
    except OSError:
        return None
    try:
        if len(content) > _MAX_SUMMARY_BYTES:
            raise ValueError("too long")
        return Summary.model_validate_json(content)
    except ValueError as error:
        raise BadInput(
            f"{SUMMARY_FILE} of {dataset.name} is damaged; make the dataset again, which keeps "
            "what is done."
        ) from error
