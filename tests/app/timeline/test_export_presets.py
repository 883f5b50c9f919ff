"""Presets: each can be written, and none changes what of the film was chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.timeline.export_checks import name_refusal, refusals
from app.timeline.export_presets import PRESETS, Variant, with_format, with_own, with_variant
from app.timeline.exporting import ExportChoices, export_jobs
from app.timeline.pieces import FilmPiece
from app.timeline.project import Project, Shot

FILM = Project(shots=(Shot(num_frames=24),))
VARIANTS = [variant for known in PRESETS for variant in known.variants]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.format)
def test_every_preset_can_be_written(variant: Variant) -> None:
    chosen = ExportChoices(captions="burn", timecode="10:00:00:00", keeps_project=False)
    choices = with_variant(chosen, variant)
    assert (choices.captions, choices.timecode) == ("burn", "10:00:00:00")
    assert not choices.keeps_project
    output = Path("/x/film" + choices.row.extension(variant.container))
    assert list(refusals(FILM, choices, output)) == []


def test_another_format_keeps_what_it_knows() -> None:
    choices = ExportChoices(container="mkv", encoder="nvenc", quality=40, short_side=720)
    av1 = with_format(choices, "av1")
    assert (av1.container, av1.encoder, av1.quality) == ("mkv", "nvenc", None)
    dnx = with_format(av1, "dnxhr_hq")
    assert (dnx.container, dnx.encoder, dnx.short_side) == ("mov", "software", 720)


def test_own_presets_have_one_name_each() -> None:
    own = with_own((), "  For  Ana ", ExportChoices(format="av1"))
    own = with_own(own, "Rushes", ExportChoices())
    own = with_own(own, "For Ana", ExportChoices(format="gif"))
    assert [(known.name, known.choices.format) for known in own] == [
        ("For Ana", "gif"),
        ("Rushes", "h264"),
    ]
    with pytest.raises(ValueError, match="needs a name"):
        with_own(own, "  ", ExportChoices())


@pytest.mark.parametrize(
    ("choices", "ending", "field"),
    [
        (ExportChoices(quality=63), ".mp4", "quality"),
        (ExportChoices(size=(1920, 900)), ".mp4", "size"),
        (ExportChoices(timecode="1"), ".mp4", "timecode"),
        (ExportChoices(timecode="01:00:00;00"), ".mp4", "timecode"),
        (ExportChoices(certificate="/c.pem"), ".mp4", "signing"),
        (ExportChoices(certificate="/c.pem", key="/k.pem", container="mkv"), ".mkv", "signing"),
        (ExportChoices(range="in_out"), ".mp4", "range"),
        (ExportChoices(format="exr", size=(1920, 1920)), "", "size"),
        (ExportChoices(format="av1"), ".mov", "format"),
    ],
)
def test_each_refusal_names_its_field(choices: ExportChoices, ending: str, field: str) -> None:
    (refusal,) = refusals(FILM, choices, Path(f"/x/film{ending}"))
    assert refusal.field == field
    assert refusal.sentence.endswith(".")


def test_another_shape_is_cropped_or_barred_once_that_is_said() -> None:
    upright = ExportChoices(size=(1080, 1920), fit="cover")
    assert upright.changes_shape(FILM) and not ExportChoices(short_side=480).changes_shape(FILM)
    assert list(refusals(FILM, upright, Path("/x/film.mp4"))) == []
    piece = FilmPiece(Path("/m.mkv"), 0, 24)
    for choices, fit in (
        (upright, "cover"),
        (upright.model_copy(update={"fit": "contain"}), "contain"),
    ):
        ((_, job),) = export_jobs(FILM, Path("/f"), (piece,), choices, Path("/x/film.mp4"))
        assert (job.width, job.height, job.segments[0].fit) == (1080, 1920, fit)


@pytest.mark.parametrize("name", ["", " ", ".", "a/b", "a\\b", "a\nb", "what?", "é" * 120])
def test_names_that_no_file_can_have(name: str) -> None:
    assert name_refusal(name).endswith(".")


def test_any_other_name_will_do() -> None:
    assert name_refusal("影片 v2.final") == ""
