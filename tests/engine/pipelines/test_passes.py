"""A film of several passes: neighbours share their border keyframe, and the frames add up."""

from __future__ import annotations

import torch

from engine.media.movie import read_frames
from engine.pipelines.boards import load_boards, to_tensor
from engine.pipelines.conditions import draft_frame
from engine.pipelines.draft import run_draft
from engine.pipelines.refine import run_refine
from engine.pipelines.steps import ClipPreview
from engine.pipelines.take import TakeFolder
from engine.planning.film import plan_job
from engine.planning.passes import split_into_passes
from engine.protocol.jobs import DraftJob, KeyframeSpec, ShotSpec
from tests.engine.pipelines.conftest import TinyFilm, run


def _long_shot(film: TinyFilm) -> ShotSpec:
    boards = [
        KeyframeSpec(image=str(film.root / f"{number}.png"), frame=frame)
        for number, frame in enumerate((0, 15, 29))
    ]
    return ShotSpec(num_frames=30, caption="slow pan left", keyframes=tuple(boards))


def _jobs(film: TinyFilm) -> list[DraftJob]:
    return [
        film.draft(f"take-{part.start}").model_copy(
            update={"shots": part.shots, "next_keyframe": part.next_keyframe, "num_steps": 2}
        )
        for part in split_into_passes([_long_shot(film)], 20)
    ]


def test_two_passes_share_the_keyframe_between_them(film: TinyFilm) -> None:
    first, second = _jobs(film)
    made = [run(run_draft(job, film.models)) for job in (first, second)]
    latents = [TakeFolder(job.folder).load_latents() for job in (first, second)]
    assert torch.equal(latents[0][:, :, -1], latents[1][:, :, 0])
    bundle = film.models.get(first.model, "gen")
    border = load_boards(first, draft_frame(first, bundle))[-1]
    assert torch.equal(latents[1][:, :, 0], bundle.codec.encode(to_tensor([border]))[:, :, 0])
    assert [len(list(read_frames(result.path))) for _, result in made] == [15, 15]


def test_the_border_is_reported_by_the_pass_that_shows_it(film: TinyFilm) -> None:
    first, second = _jobs(film)
    assert plan_job(first).keyframe_frames == {0: 0, 1: 15}
    steps, result = run(run_draft(first, film.models))
    assert [row["frame"] for row in result.report["keyframes"]] == [0]
    previews = [step for step in steps if isinstance(step, ClipPreview)]
    assert all(len(preview.frames) == 15 for preview in previews)
    _, result = run(run_draft(second, film.models))
    assert [row["frame"] for row in result.report["keyframes"]] == [0, 13]


def test_what_lies_beyond_the_border_guides_the_pass_before_it(film: TinyFilm) -> None:
    job = _jobs(film)[0]
    border = KeyframeSpec(image=str(film.root / "2.png"), frame=0)
    other = job.model_copy(update={"folder": str(film.root / "other"), "next_keyframe": border})
    for wanted in (job, other):
        run(run_draft(wanted, film.models))
    z, z_other = (TakeFolder(wanted.folder).load_latents() for wanted in (job, other))
    assert torch.equal(z[:, :, 0], z_other[:, :, 0])
    assert not torch.equal(z[:, :, 1:-1], z_other[:, :, 1:-1])


def test_masters_of_both_passes_join_at_the_border(film: TinyFilm) -> None:
    for job in _jobs(film):
        run(run_draft(job, film.models))
        refine = film.refine().model_copy(update={"folder": job.folder})
        _, master = run(run_refine(refine, film.models))
        assert len(list(read_frames(master.path))) == master.num_frames == 15
