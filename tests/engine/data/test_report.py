"""The pages of a dataset: nothing a film or a model wrote becomes part of the page."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from engine.data.events import FilmSkipped, SkippedShot, Summary
from engine.data.report import write_report
from engine.data.schema import StructuredCaption
from engine.data.shards import Sample, write_index, write_shard
from engine.protocol.errors import BadInput
from tests.engine.data.test_shards import a_record

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'


def data_of(page: Path) -> dict[str, object]:
    found = re.search(r'id="data">(.*?)</script>', page.read_text(), re.DOTALL)
    assert found is not None
    return json.loads(found.group(1))


def a_summary() -> Summary:
    shot = SkippedShot(
        film=HOSTILE,
        fingerprint="../../etc",
        start=48,
        stop=72,
        seconds=1.0,
        reasons=("It is blurred: sharpness 0.010.",),
    )
    return Summary(
        films=1,
        shots=2,
        clips=1,
        seconds=2.0,
        sequences=1,
        splits={"train": 1},
        reasons={"It is blurred": 1},
        captioned_by={"geometry": 1},
        caption_troubles={},
        skipped_films=(FilmSkipped(film=HOSTILE, reason="it is empty"),),
        skipped=(shot,),
    )


def test_words_of_films_and_models_stay_words(tmp_path: Path) -> None:
    caption = StructuredCaption(narrative=HOSTILE, shots=tuple(a_record().caption.shots[1:] * 2))
    record = a_record().model_copy(update={"film": HOSTILE, "caption": caption})
    write_index(tmp_path, [write_shard(tmp_path, "train", 0, [Sample(record, b"m", b"still")])])
    (tmp_path / "summary.json").write_text(a_summary().model_dump_json())
    page = write_report(tmp_path)
    text = page.read_text()
    assert text.count("<script") == 2
    assert "onerror" not in text.replace('onerror=\\"', "")
    data = data_of(page)
    assert data["clips"][0]["text"] == HOSTILE  # type: ignore[index]
    assert data["skipped"][0]["kinds"] == ["It is blurred"]  # type: ignore[index]
    assert (page.parent / "pictures" / f"{record.id}.jpg").read_bytes() == b"still"


def test_the_page_asks_for_nothing_outside_of_its_folder(tmp_path: Path) -> None:
    record = a_record()
    write_index(tmp_path, [write_shard(tmp_path, "train", 0, [Sample(record, b"m", b"still")])])
    text = write_report(tmp_path, tmp_path / "pages").read_text()
    assert "default-src 'none'" in text
    assert not re.search(r"https?:|//[a-z]", text)
    assert {path.name for path in tmp_path.iterdir()} == {
        "dataset.json",
        "train-000000.tar",
        "pages",
    }


def test_a_damaged_summary_is_one_sentence(tmp_path: Path) -> None:
    write_index(tmp_path, [])
    (tmp_path / "summary.json").write_text('{"films": "many"}')
    with pytest.raises(BadInput, match=r"summary\.json .* is damaged"):
        write_report(tmp_path)
