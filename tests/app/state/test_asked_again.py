"""What is offered again after a crash beside drafts: movies of footage, splits, enlargements."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.state.job_entries import Finished
from app.state.selection import ShotSelected
from app.timeline.exporting import ExportChoices
from app.timeline.queue_journal import QueueJournal
from app.timeline.queue_records import Asked, OfFile, OfLightCopy, OfSplit, OfUpscale
from engine.protocol.export import ExportJob
from engine.protocol.jobs import UpscaleJob
from engine.protocol.media import ImportJob, ShotsJob
from engine.protocol.training import StyleJob
from tests.app.conftest import Studio
from tests.app.state.test_queue_keeping import an_export, film_of_footage, left_in
from tests.app.views.test_footage import bring, clip, told

Sessions = Callable[[], Studio]


def exports(studio: Studio) -> list[ExportJob]:
    return [job for job in studio.engine.submitted if isinstance(job, ExportJob)]


def buttons(studio: Studio) -> list[str]:
    notice = studio.app.notices.current
    return [action.label for action in notice.actions] if notice else []


def press(studio: Studio, label: str) -> None:
    (button,) = [b for b in studio.app.window.banner.buttons() if b.text() == label]
    button.click()


async def until_read(studio: Studio) -> None:
    """Wait until the film's movies have their light copies."""
    items = studio.app.editor.project.footage
    await studio.until(lambda: all(studio.app.copies.path(item) for item in items))
    await studio.settle()


def leave(studio: Studio, film: Path, begin: Callable[[], object], what: type) -> None:
    """Ask for something in a film of footage, and end the program before it is done."""

    async def story() -> None:
        await until_read(studio)
        studio.app.editor.select(ShotSelected("a"))
        studio.engine.hold()
        begin()
        running = studio.app.jobs
        await studio.until(lambda: running.running and isinstance(running.running.job, what))

    studio.play(story, film)


def test_an_export_of_footage_outside_the_project_is_offered_again(
    sessions: Sessions, tmp_path: Path
) -> None:
    film, output = film_of_footage(tmp_path), tmp_path / "film.mp4"
    first = sessions()
    choices = ExportChoices(captions="srt", timecode="01:00:00:00", proves_footage=True)
    leave(first, film, lambda: first.app.jobs.render(choices, output, replaces=True), ExportJob)
    (asked,) = exports(first)
    assert left_in(film) == ["export"]
    journal = (film / "journal" / "queue.jsonl").read_text(encoding="utf-8")
    assert "clips/clip.mp4" not in journal, "which files are read the film says, not the journal"
    second = sessions()

    async def story() -> None:
        press(second, "Go on")
        assert told(second) == f"The film was to be written to {output}; write it there?"
        press(second, "Write")
        await second.until(lambda: output.is_file() and not second.app.jobs.is_active)
        (again,) = exports(second)
        assert again == asked.model_copy(update={"overwrite": False})
        assert again.proof == str(tmp_path / "film.footage.json")
        assert [type(entry.status) for entry in second.app.jobs.entries] == [Finished]

    second.play(story, film)
    assert left_in(film) == []


def test_each_shots_own_movie_is_offered_again(sessions: Sessions, tmp_path: Path) -> None:
    film = film_of_footage(tmp_path)
    first = sessions()
    choices = ExportChoices(range="shots")
    output = tmp_path / "film.mp4"
    leave(first, film, lambda: first.app.jobs.render(choices, output, replaces=False), ExportJob)
    second = sessions()

    async def story() -> None:
        second.app.keeping.go_on()
        press(second, "Write")
        await second.until((tmp_path / "film_01.mp4").is_file)

    second.play(story, film)


def test_a_journal_cannot_have_a_file_read_that_the_film_does_not_name(
    studio: Studio, tmp_path: Path
) -> None:
    film = film_of_footage(tmp_path)
    content = an_export(tmp_path / "film.mp4").model_dump_json()
    foreign = content.replace('"output":', '"segments":[{"path":"/etc/passwd","stop":1}],"output":')
    assert foreign != content
    (film / "journal").mkdir()
    (film / "journal" / "queue.jsonl").write_text(f"{foreign}\n", encoding="utf-8")

    async def story() -> None:
        assert studio.app.keeping.left == ()
        assert studio.app.window.banner.text == ""

    studio.play(story, film)
    assert (film / "journal" / "queue-damaged-0.jsonl").is_file()


def test_a_split_and_an_enlargement_are_planned_anew_from_their_shot(
    sessions: Sessions, tmp_path: Path
) -> None:
    film = film_of_footage(tmp_path)
    first = sessions()

    def both() -> None:
        first.app.editor.do("Size", lambda film: film.model_copy(update={"format": larger(film)}))
        first.app.document.save()
        first.app.footage_work.look_for_cuts_by("transnet", 0.75)
        first.app.footage_work.split_into_shots()
        first.app.footage_work.upscale()

    leave(first, film, both, ShotsJob)
    assert left_in(film) == ["shots", "upscale"]
    second = sessions()
    second.engine.cuts = (20,)

    async def story() -> None:
        assert "2 jobs were under way" in told(second)
        press(second, "Go on")
        await second.until(lambda: len(second.app.editor.project.shots) == 2)
        await second.until(lambda: second.app.jobs.entries and not second.app.jobs.is_active)
        (split,) = [job for job in second.engine.submitted if isinstance(job, ShotsJob)]
        assert (split.method, split.sensitivity) == ("transnet", 0.75)
        assert split.path == str(tmp_path / "clips" / "clip.mp4")
        (made,) = [job for job in second.engine.submitted if isinstance(job, UpscaleJob)]
        assert made.video == split.path

    second.play(story, film)
    assert left_in(film) == []


def test_a_style_is_planned_anew_from_the_film_s_movies(sessions: Sessions, tmp_path: Path) -> None:
    film = film_of_footage(tmp_path)
    first = sessions()

    def train() -> None:
        first.app.styles.rename("Noir")
        assert first.app.styles.begin()

    leave(first, film, train, StyleJob)
    assert left_in(film) == ["style"]
    second = sessions()

    async def story() -> None:
        press(second, "Go on")
        await second.until(lambda: second.app.editor.project.drafting.loras)
        (before,) = (job for job in first.engine.submitted if isinstance(job, StyleJob))
        (after,) = (job for job in second.engine.submitted if isinstance(job, StyleJob))
        assert after.model_copy(update={"job_id": before.job_id}) == before

    second.play(story, film)
    assert left_in(film) == []


def larger(film: object) -> object:
    from app.timeline.project import Project

    assert isinstance(film, Project)
    return film.format.model_copy(update={"width": 256, "height": 144})


def test_a_shot_that_is_gone_is_named_and_not_made(studio: Studio, tmp_path: Path) -> None:
    film = film_of_footage(tmp_path)
    gone = OfUpscale(shot="gone")
    QueueJournal(film).append([Asked(id="u", title="clip.mp4", batch=1, work=gone)])

    async def story() -> None:
        assert told(studio).startswith("clip.mp4: not finished when the program ended")
        assert studio.app.keeping.left == ()

    studio.play(story, film)


def test_a_movie_that_was_just_dropped_is_named(sessions: Sessions, tmp_path: Path) -> None:
    film = film_of_footage(tmp_path)
    first = sessions()
    dropped = clip(first, "dropped.mp4")
    leave(first, film, lambda: first.app.workspace.footage.drop([dropped], 0), ImportJob)
    assert left_in(film) == ["file"]
    second = sessions()

    async def story() -> None:
        assert told(second) == (
            "dropped.mp4: not finished when the program ended; ask for it again if the film still "
            "needs it."
        )

    second.play(story, film)
    assert left_in(film) == []


def test_names_from_a_journal_stand_beside_the_offer_and_hide_nothing(
    studio: Studio, tmp_path: Path
) -> None:
    film = film_of_footage(tmp_path)
    names = ("one", "two\u202etxt.exe", "three" * 20, "four")
    files = [Asked(id=f"f{n}", title=t, batch=1, work=OfFile()) for n, t in enumerate(names)]
    split = OfSplit(shot="a", method="content", sensitivity=0.5)
    copy = Asked(id="c", title="copy", batch=3, work=OfLightCopy())
    QueueJournal(film).append([*files, copy, Asked(id="s", title="s", batch=2, work=split)])

    async def story() -> None:
        first, second = told(studio).split("\n")
        assert first == "A job was under way when the program ended; go on with it?"
        assert second.startswith("one, two\N{REPLACEMENT CHARACTER}txt.exe, threethree")
        assert second.endswith(", …: not finished either, and to be asked for anew.")
        assert len(second) < 160

    studio.play(story, film)


def test_a_light_copy_is_made_again_by_itself(sessions: Sessions, tmp_path: Path) -> None:
    film = film_of_footage(tmp_path)
    first = sessions()
    first.engine.hold()

    async def begin() -> None:
        await first.until(lambda: first.app.jobs.running)

    first.play(begin, film)
    assert left_in(film) == ["light_copy"]
    second = sessions()

    async def story() -> None:
        assert second.app.notices.current is None
        await until_read(second)

    second.play(story, film)


def test_a_signed_export_is_signed_by_the_users_own_settings(
    sessions: Sessions, tmp_path: Path
) -> None:
    film, output = film_of_footage(tmp_path), tmp_path / "film.mp4"
    signed = ExportChoices(certificate=str(tmp_path / "mine.pem"), key=str(tmp_path / "mine.key"))
    first = sessions()
    first.app.settings.update(export_choices=signed)
    leave(first, film, lambda: first.app.jobs.render(signed, output, replaces=False), ExportJob)
    journal = (film / "journal" / "queue.jsonl").read_text(encoding="utf-8")
    assert "mine" not in journal
    second = sessions()

    async def story() -> None:
        press(second, "Go on")
        assert told(second).endswith("\nIt is signed with your certificate mine.pem.")
        press(second, "Write")
        await second.until(lambda: exports(second))
        mark = exports(second)[0].mark
        assert mark is not None
        assert (mark.certificate, mark.key) == (signed.certificate, signed.key)

    second.play(story, film)


def test_without_a_certificate_a_signed_export_is_told_of(
    sessions: Sessions, tmp_path: Path
) -> None:
    film, output = film_of_footage(tmp_path), tmp_path / "film.mp4"
    signed = ExportChoices(certificate=str(tmp_path / "mine.pem"), key=str(tmp_path / "mine.key"))
    first = sessions()
    leave(first, film, lambda: first.app.jobs.render(signed, output, replaces=False), ExportJob)
    second = sessions()

    async def story() -> None:
        press(second, "Go on")
        assert told(second) == (
            "film.mp4 was to be signed, and no certificate is chosen any more; export it again."
        )
        await second.settle()
        assert exports(second) == []

    second.play(story, film)
    assert left_in(film) == []


def test_an_answer_that_never_came_loses_no_export(sessions: Sessions, tmp_path: Path) -> None:
    film, output = film_of_footage(tmp_path), tmp_path / "film.mp4"
    first = sessions()
    choices = ExportChoices()
    leave(first, film, lambda: first.app.jobs.render(choices, output, replaces=False), ExportJob)
    second = sessions()

    async def ask() -> None:
        press(second, "Go on")
        assert buttons(second) == ["Write", "Leave out"]

    second.play(ask, film)
    assert left_in(film) == ["export"]


def test_new_shots_between_asking_and_going_on_are_made_first(
    sessions: Sessions, tmp_path: Path
) -> None:
    film, output = film_of_footage(tmp_path), tmp_path / "film.mp4"
    first = sessions()
    choices = ExportChoices()
    leave(first, film, lambda: first.app.jobs.render(choices, output, replaces=False), ExportJob)
    second = sessions()

    async def story() -> None:
        await until_read(second)
        await bring(second, clip(second, "other.mp4", seed=3), index=1)
        second.app.keeping.go_on()
        assert told(second) == "The film has changed since; export film.mp4 again."

    second.play(story, film)
