"""The command line's switches reach the jobs, and other pixels make another take."""

from __future__ import annotations

import argparse

import pytest

from app.application.switches import (
    Switches,
    add_compute_switches,
    add_draft_switches,
    add_refine_switches,
    switches_from,
)
from engine.protocol.jobs import DraftJob, FrameRate, RefineJob, ShotSpec

DRAFT = DraftJob(
    job_id="d",
    folder="f",
    shots=(ShotSpec(num_frames=9),),
    rate=FrameRate(num=24),
    width=64,
    height=64,
)
REFINE = RefineJob(job_id="r", folder="f")


def parsed(*words: str) -> Switches:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int)
    for add in (add_draft_switches, add_refine_switches, add_compute_switches):
        add(parser)
    return switches_from(parser.parse_args(words))


def test_without_switches_jobs_and_takes_are_as_they_were() -> None:
    nothing = parsed()
    assert nothing.suffix == ""
    assert nothing.applied(DRAFT) == DRAFT
    assert nothing.applied(REFINE) == REFINE


def test_each_switch_reaches_its_job() -> None:
    words = "--solver unipc --guidance 3.5 --guidance-interval 0.2 0.9 --negative grey --focus 4"
    more = "--lora style.safetensors=0.7 --method pairwise --rope reset --noise 0.1 --fp8"
    switches = parsed(*words.split(), *more.split(), "--memory", "12", "--head-colour", "off")
    draft, refine = switches.applied(DRAFT), switches.applied(REFINE)
    assert (draft.solver, draft.guidance_scale, draft.guidance_interval) == (
        "unipc",
        3.5,
        (0.2, 0.9),
    )
    assert (draft.negative_caption, draft.caption_focus) == ("grey", 4)
    assert draft.loras[0].path.endswith("/style.safetensors")
    assert draft.loras[0].weight == 0.7
    assert (draft.ablation.method, draft.ablation.rope) == ("pairwise", "reset")
    assert (refine.noise, refine.head_colour, refine.upsampling) == (0.1, "off", None)
    for job in (draft, refine):
        assert (job.compute.fp8, job.compute.memory_gib, job.compute.fast_decode) == (
            True,
            12,
            True,
        )


def test_what_makes_other_pixels_makes_another_take_and_the_rest_does_not() -> None:
    assert parsed("--steps", "8").suffix == "-8"
    assert parsed("--memory", "12", "--compile", "--gpus", "2").suffix == ""
    suffixes = {
        parsed(*words.split()).suffix for words in ("--fp8", "--cache 0.1", "--solver euler")
    }
    assert len(suffixes - {""}) == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--guidance -1", "guidance scale"),
        ("--noise 2", "noise"),
        ("--memory 0", "memory gib"),
        ("--lora style.safetensors=much", "FILE=WEIGHT"),
    ],
)
def test_nonsense_is_refused_in_one_sentence(words: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        switches = parsed(*words.split())
        switches.applied(DRAFT)
        switches.applied(REFINE)
    assert "\n" not in str(refusal.value)
