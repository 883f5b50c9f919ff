"""Which takes a render uses, and what it says of its keyframes, whatever pass they fell into."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.application.render import RenderOptions, in_film, render_film, with_take
from app.application.switches import Switches
from app.timeline.generation import Drafting, Refining
from app.timeline.parts import SoundClip, SoundItem
from app.timeline.project import KeptTake, Keyframe, Project, Shot
from app.timeline.storage import create_project, import_image, media_path
from app.timeline.takes import film_passes
from engine.protocol.jobs import DraftJob, RefineJob
from tests.app.boards import draw_board
from tests.app.fake_engine import FakeEngine


def test_keyframes_are_reported_where_they_stand_in_the_film() -> None:
    rows = [
        {"keyframe": 0, "requested_frame": 0, "frame": 0, "psnr_db": 40.0},
        {"keyframe": 1, "requested_frame": 11, "frame": 9, "psnr_db": 38.5},
    ]
    assert in_film(rows, 300, 4) == [
        {"keyframe": 4, "requested_frame": 300, "frame": 300, "psnr_db": 40.0},
        {"keyframe": 5, "requested_frame": 311, "frame": 309, "psnr_db": 38.5},
    ]


def test_a_kept_take_is_used_while_it_is_there_and_no_longer(tmp_path: Path) -> None:
    shot = Shot(num_frames=33)
    (plain,) = film_passes(Project(shots=(shot,)), tmp_path)
    kept = KeptTake(take="precious", shots=plain.content)
    project = Project(shots=(shot.model_copy(update={"kept": kept}),))
    (film_pass,) = film_passes(project, tmp_path)
    options = RenderOptions(tmp_path / "film.mp4")
    assert with_take(film_pass, tmp_path, options).take == plain.take
    folder = film_pass.folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "draft.mkv").write_bytes(b"a movie")
    (folder / "take.json").write_text('{"draft": {"keyframes": []}}')
    assert with_take(film_pass, tmp_path, options).take == "precious"
    changed = RenderOptions(tmp_path / "film.mp4", switches=Switches(draft={"num_steps": 8}))
    assert with_take(film_pass, tmp_path, changed).take == f"{plain.take}-8"


async def test_a_render_names_the_file_it_lacks_before_anything_is_made(tmp_path: Path) -> None:
    folder = create_project(tmp_path / "film.sdproj", Project())
    item = import_image(folder, draw_board(tmp_path / "sunset.png", 0, (64, 36)), 64, 36)
    song = SoundItem(file="song.wav", name="song.wav", sha256="0" * 64, num_samples=48_000)
    clip = SoundClip(sound=song.id, frame=0, num_frames=5)
    project = Project(
        shots=(Shot(num_frames=5, keyframes=(Keyframe(media=item.id, frame=0),)),),
        media=(item,),
        sounds=(song,),
        sound_clips=(clip,),
    )
    engine, options = FakeEngine(), RenderOptions(tmp_path / "a.mp4")
    with pytest.raises(ValueError, match=r"The sound song\.wav is not where it was, .*song\.wav; "):
        await render_film(engine, project, folder, options, lambda _: None)
    media_path(folder, item).unlink()
    with pytest.raises(ValueError, match=r"The board sunset\.png .* \(and 1 more\)"):
        await render_film(engine, project, folder, options, lambda _: None)
    assert not engine.submitted
    muted = clip.model_copy(update={"is_muted": True})
    silent = project.model_copy(update={"sound_clips": (muted,), "shots": (Shot(num_frames=5),)})
    await render_film(engine, silent, folder, options, lambda _: None)
    assert [job.kind for job in engine.submitted] == ["draft", "refine", "export"]
    await engine.close()


async def test_a_render_takes_the_films_settings_and_switches_override_them(
    tmp_path: Path,
) -> None:
    project = Project(
        shots=(Shot(num_frames=5),),
        drafting=Drafting(num_steps=3, guidance_scale=2.0),
        refining=Refining(noise=0.25, upsampling="pixel"),
    )
    engine = FakeEngine()

    async def render(name: str, switches: Switches) -> tuple[DraftJob, RefineJob]:
        engine.submitted.clear()
        options = RenderOptions(tmp_path / name, switches=switches)
        await render_film(engine, project, tmp_path, options, lambda _: None)
        draft, refine, _ = engine.submitted
        assert isinstance(draft, DraftJob)
        assert isinstance(refine, RefineJob)
        return draft, refine

    draft, refine = await render("a.mp4", Switches())
    assert (draft.num_steps, draft.guidance_scale) == (3, 2.0)
    assert (refine.noise, refine.upsampling) == (0.25, "pixel")
    other, _ = await render("b.mp4", Switches(draft={"num_steps": 7}))
    assert (other.num_steps, other.guidance_scale) == (7, 2.0)
    assert other.folder != draft.folder
    _, noisy = await render("c.mp4", Switches(refine={"noise": 0.5}))
    assert (noisy.noise, noisy.upsampling) == (0.5, "pixel")
    engine.submitted.clear()
    again = RenderOptions(tmp_path / "d.mp4")
    await render_film(engine, project, tmp_path, again, lambda _: None)
    assert [job.kind for job in engine.submitted] == ["export"], "what is made is used again"
    await engine.close()
