"""The queue outlives the program: what ran or waited is offered again, and can be refused."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from app.media.fingerprints import fingerprint_of
from app.state.job_entries import Finished, Waiting
from app.timeline.exporting import ExportChoices
from app.timeline.parts import FootageItem, FootageUse
from app.timeline.project import Format, Project, Shot
from app.timeline.project_lock import ProjectLock
from app.timeline.queue_journal import QueueJournal
from app.timeline.queue_records import Asked, OfExport, OfTake
from app.timeline.storage import create_project
from engine.planning.resolution import FrameSize
from engine.protocol.export import ExportJob
from engine.protocol.jobs import DraftJob, FrameRate, RefineJob
from tests.app.conftest import Studio
from tests.app.movies import movie, write_movie
from tests.app.state.test_document import saved_film

OFFER = "jobs were under way when the program ended; go on with them?"


def left_in(film: Path) -> list[str]:
    journal = film / "journal" / "queue.jsonl"
    content = journal.read_bytes()
    kinds = [job.work.kind for job in QueueJournal(film).read().jobs]
    assert journal.read_bytes() == content
    return kinds


def leave_work(studio: Studio, film: Path, output: Path) -> None:
    """Ask for a movie, and end the program while the draft is being made."""
    studio.engine.step_s = 0.02

    async def story() -> None:
        await studio.fill((300, (0,)), (100, (0,)))
        studio.app.document.save()
        studio.app.jobs.render(ExportChoices(), output, replaces=True)
        await studio.until(lambda: studio.engine.steps_done)
        studio.engine.hold()

    studio.play(story, film)


def test_a_closed_program_offers_what_was_under_way_and_goes_on(
    sessions: Callable[[], Studio], tmp_path: Path
) -> None:
    film, output = saved_film(tmp_path), tmp_path / "film.mp4"
    leave_work(sessions(), film, output)
    makes = ["draft", "refine", "draft", "refine", "export"]
    assert left_in(film) == makes
    studio = sessions()

    async def story() -> None:
        banner, jobs = studio.app.window.banner, studio.app.jobs
        assert banner.text == f"5 {OFFER}"
        assert jobs.entries == ()
        banner.buttons()[0].click()
        await studio.settle()
        assert banner.text == f"The film was to be written to {output}; write it there?"
        banner.buttons()[0].click()
        await studio.until(lambda: not jobs.is_active, 20)
        assert all(isinstance(entry.status, Finished) for entry in jobs.entries)
        kinds = [type(job) for job in studio.engine.submitted]
        assert kinds == [*[DraftJob, RefineJob] * 2, ExportJob]
        assert output.is_file()

    studio.play(story, film)
    assert left_in(film) == []


def test_what_is_refused_is_not_offered_again(
    sessions: Callable[[], Studio], tmp_path: Path
) -> None:
    film = saved_film(tmp_path)
    leave_work(sessions(), film, tmp_path / "film.mp4")
    studio = sessions()

    async def refuse() -> None:
        studio.app.window.banner.buttons()[1].click()
        await studio.settle()
        assert studio.app.window.banner.text == ""
        assert studio.engine.submitted == []

    studio.play(refuse, film)
    assert left_in(film) == []
    later = sessions()

    async def nothing() -> None:
        assert later.app.window.banner.text == ""

    later.play(nothing, film)


def test_an_offer_that_was_not_answered_comes_again(
    sessions: Callable[[], Studio], tmp_path: Path
) -> None:
    film = saved_film(tmp_path)
    leave_work(sessions(), film, tmp_path / "film.mp4")
    before = left_in(film)
    studio = sessions()

    async def look() -> None:
        await studio.settle()

    studio.play(look, film)
    assert left_in(film) == before


def test_another_film_in_between_keeps_the_queue_of_the_first(
    studio: Studio, tmp_path: Path
) -> None:
    film, other = saved_film(tmp_path), saved_film(tmp_path, "other")
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.document.save()
        jobs, document = studio.app.jobs, studio.app.document
        jobs.generate()
        await studio.until(lambda: jobs.running)
        document.open(other)
        assert jobs.entries == ()
        await studio.settle()
        document.open(film)
        assert "under way when the program ended" in studio.app.window.banner.text
        studio.engine.release()
        studio.app.keeping.go_on()
        await studio.until(lambda: jobs.entries and not jobs.is_active)
        assert [type(entry.status) for entry in jobs.entries] == [Finished]

    studio.play(story, film)


def test_order_moves_and_endings_are_written_as_they_happen(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((300, (0,)), (310, (0,)), (320, (0,)))
        jobs = studio.app.jobs
        jobs.generate()
        await studio.until(lambda: jobs.running)
        waiting = [e.job.job_id for e in jobs.entries if isinstance(e.status, Waiting)]
        jobs.move(waiting[-1], -1)
        now = [entry.job.job_id for entry in jobs.entries]
        assert [job.id for job in QueueJournal(film).read().jobs] == now
        jobs.stop_job(waiting[0])
        now.remove(waiting[0])
        assert [job.id for job in QueueJournal(film).read().jobs] == now
        jobs.stop()
        await studio.until(lambda: not jobs.is_active)
        assert QueueJournal(film).read().jobs == ()

    studio.play(story, film)


def test_a_film_that_changed_since_leaves_out_what_no_longer_fits(
    sessions: Callable[[], Studio], tmp_path: Path
) -> None:
    film = saved_film(tmp_path)
    leave_work(sessions(), film, tmp_path / "film.mp4")
    studio = sessions()

    async def story() -> None:
        studio.app.workspace.shots.reroll_seed()
        studio.app.keeping.go_on()
        await studio.settle()
        assert studio.engine.submitted == []
        assert "changed since" in studio.app.window.banner.text

    studio.play(story, film)


def test_an_untitled_film_has_its_queue_too(sessions: Callable[[], Studio]) -> None:
    first = sessions()
    first.engine.hold()
    folders: list[Path] = []

    async def begin() -> None:
        await first.fill((48, (0,)))
        first.app.jobs.generate()
        await first.until(lambda: first.app.jobs.running)
        first.app.document.autosave()
        folders.append(first.app.editor.folder)

    first.play(begin)
    second = sessions()

    async def go_on() -> None:
        (open_it, _) = second.app.window.banner.buttons()
        open_it.click()
        assert second.app.editor.folder == folders[0]
        assert [record.work.kind for record in second.app.keeping.left] == ["draft"]
        second.app.keeping.go_on()
        await second.until(lambda: second.engine.submitted and not second.app.jobs.is_active)
        assert [type(entry.status) for entry in second.app.jobs.entries] == [Finished]

    second.play(go_on)


def test_saving_elsewhere_takes_the_journal_along(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        studio.app.document.save_as(tmp_path / "there.sdproj")
        await studio.until(lambda: not studio.app.document.is_untitled)
        studio.engine.hold()
        studio.app.jobs.generate()
        await studio.until(lambda: studio.app.jobs.running)
        found = QueueJournal(tmp_path / "there.sdproj").read()
        assert [job.work.kind for job in found.jobs] == ["draft"]

    studio.play(story)


def film_of_footage(root: Path, num_frames: int = 48) -> Path:
    """Save a film that shows a movie of the user's, which lies elsewhere, and needs no model."""
    path = root / "clips" / "clip.mp4"
    write_movie(path, movie(num_frames, FrameSize(128, 72), 0), Fraction(24))
    rate = FrameRate(num=24)
    size = {"width": 128, "height": 72, "rate": rate}
    item = FootageItem.model_validate(
        {
            **size,
            "id": "clip",
            "path": str(path),
            "name": path.name,
            "fingerprint": fingerprint_of(path),
            "own_rate": rate,
            "num_frames": num_frames,
        }
    )
    shot = Shot(id="a", num_frames=num_frames, footage=FootageUse(footage="clip"))
    film = Project(shots=(shot,), footage=(item,), format=Format.model_validate(size))
    return create_project(root / "footage.sdproj", film)


def an_export(place: object, frames: tuple[int, int] = (0, 48), **choices: object) -> Asked:
    work = OfExport(choices=ExportChoices.model_validate(choices), output=str(place))
    return Asked(id="export-1", title="film.mp4", batch=1, frames=frames, work=work)


def test_a_journal_alone_writes_no_movie(studio: Studio, tmp_path: Path) -> None:
    film, mine = film_of_footage(tmp_path), tmp_path / "precious.mp4"
    mine.write_bytes(b"precious")
    QueueJournal(film).append([an_export(mine)])

    async def story() -> None:
        studio.app.keeping.go_on()
        await studio.settle()
        assert exports(studio) == []
        assert (
            studio.app.window.banner.text == f"{mine} is there already; replace it with the film?"
        )
        assert "export" in left_in(film), "not answered is not refused"
        studio.app.window.banner.buttons()[1].click()
        await studio.settle()
        assert exports(studio) == []

    studio.play(story, film)
    assert mine.read_bytes() == b"precious"
    assert "export" not in left_in(film)


def exports(studio: Studio) -> list[ExportJob]:
    return [job for job in studio.engine.submitted if isinstance(job, ExportJob)]


def test_what_lies_beside_a_movie_is_asked_about_too(studio: Studio, tmp_path: Path) -> None:
    film, proof = film_of_footage(tmp_path), tmp_path / "film.footage.json"
    proof.write_bytes(b"precious")
    QueueJournal(film).append([an_export(tmp_path / "film.mp4", proves_footage=True)])

    async def story() -> None:
        studio.app.keeping.go_on()
        assert f"{proof} is there already" in studio.app.window.banner.text

    studio.play(story, film)


@pytest.mark.parametrize(
    ("output", "frames", "why"),
    [
        ("relative.mp4", (0, 48), "relative.mp4 cannot be written as it was chosen"),
        ("/no/such/folder/film.mp4", (0, 48), "The folder of film.mp4 is not there any more"),
        ("{root}/profile.sh", (0, 48), "profile.sh cannot be written as it was chosen"),
        ("{root}/nul\0/film.mp4", (0, 48), "The folder of film.mp4 is not there any more"),
        ("{root}/film.mp4", (0, 96), "The film has changed since; export film.mp4 again"),
        ("{root}/film.mp4", (48, 0), "The film has changed since; export film.mp4 again"),
    ],
)
def test_a_hostile_export_is_left_out_by_name(
    studio: Studio, tmp_path: Path, output: str, frames: tuple[int, int], why: str
) -> None:
    film = film_of_footage(tmp_path)
    QueueJournal(film).append([an_export(output.replace("{root}", str(tmp_path)), frames)])

    async def story() -> None:
        studio.app.keeping.go_on()
        await studio.settle()
        assert exports(studio) == []
        assert why in studio.app.window.banner.text

    studio.play(story, film)
    assert "export" not in left_in(film)


def test_a_draft_of_the_journal_is_planned_from_the_project(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)
    QueueJournal(film).append(
        [
            Asked(
                id="draft-0abc",
                title="Shot 7",
                batch=1,
                frames=(0, 48),
                work=OfTake(kind="draft", take="0abc"),
            )
        ]
    )

    async def story() -> None:
        assert studio.app.window.banner.text == (
            "Shot 7: not finished when the program ended; ask for it again if the film still "
            "needs it."
        )
        assert studio.app.keeping.left == ()

    studio.play(story, film)


def test_a_damaged_journal_is_kept_and_the_film_opens(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)
    (film / "journal").mkdir()
    (film / "journal" / "queue.jsonl").write_bytes(b"{broken\n")

    async def story() -> None:
        assert studio.app.editor.folder == film
        await studio.fill((40, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)

    studio.play(story, film)
    assert (film / "journal" / "queue-damaged-0.jsonl").read_bytes() == b"{broken\n"


def test_the_journal_names_no_folder_of_the_machine(
    sessions: Callable[[], Studio], tmp_path: Path
) -> None:
    film, output = saved_film(tmp_path), tmp_path / "out" / "film.mp4"
    output.parent.mkdir()
    leave_work(sessions(), film, output)
    for line in (film / "journal" / "queue.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record.get("work"):
            record["work"].pop("output", None)
        assert str(tmp_path) not in json.dumps(record)


def test_who_cannot_have_the_lock_leaves_the_journal_alone(studio: Studio, tmp_path: Path) -> None:
    film = saved_film(tmp_path)
    QueueJournal(film).append([an_export(tmp_path / "film.mp4")])
    content = (film / "journal" / "queue.jsonl").read_bytes()
    lock = ProjectLock(film)
    lock.take()

    async def story() -> None:
        assert studio.app.keeping.left == ()
        await studio.fill((40, (0,)))
        studio.app.jobs.generate()
        await studio.until(lambda: not studio.app.jobs.is_active)

    studio.play(story, film)
    lock.release()
    assert (film / "journal" / "queue.jsonl").read_bytes() == content


def test_a_thousand_jobs_do_not_hold_the_window_up(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill(*[(48 + n, (0,)) for n in range(60)])
        jobs = studio.app.jobs
        studio.engine.hold()
        jobs.generate()
        await studio.until(lambda: jobs.running)
        before = studio.app.editor.folder / "journal" / "queue.jsonl"
        for _ in range(120):
            jobs.move(jobs.entries[-1].job.job_id, -1)
            jobs.move(jobs.entries[-2].job.job_id, 1)
            await asyncio.sleep(0)
        assert len(before.read_bytes().splitlines()) < 500

    studio.play(story)
