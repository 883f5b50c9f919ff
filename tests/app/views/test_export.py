"""The Export panel by mouse and keys: presets, fields, refusals in their places, and the queue."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from app.state.job_entries import Finished
from app.state.selection import ShotSelected
from app.state.settings import SettingsState
from app.timeline.export_checks import ExportField
from app.timeline.project import Format, Project
from app.views.export.panel import ExportPanel
from engine.planning.resolution import FrameSize
from engine.protocol.export import ExportJob
from engine.protocol.formats import EncoderName, FormatName
from tests.app.conftest import Studio
from tests.app.movies import movie, write_movie


def press(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def type_into(field: QWidget, text: str) -> None:
    """Replace what stands in a field, as one does."""
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(field, text)


def choose_preset(panel: ExportPanel, words: str) -> None:
    """Click on a row of the list."""
    (item,) = panel.presets.list.findItems(words, Qt.MatchFlag.MatchExactly)
    place = panel.presets.list.visualItemRect(item).center()
    QTest.mouseClick(panel.presets.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


async def opened(studio: Studio, folder: Path) -> ExportPanel:
    """Open the panel by its button and type the folder."""
    window = studio.app.window
    press(window.top_bar.export)
    panel = window.export_panel
    assert panel.isVisible()
    type_into(panel.place.folder, str(folder))
    await ready(studio)
    return panel


async def ready(studio: Studio) -> None:
    """Wait until the disk has answered for what is chosen now."""
    state = studio.app.workspace.exporting
    await studio.until(lambda: state.destination is not None and state.encoders is not None)
    await studio.settle(0.01)


class Shell(QObject):
    """What the system opens files with."""

    def __init__(self, seen: list[str]) -> None:
        super().__init__()
        self._seen = seen

    @Slot(QUrl)
    def take(self, url: QUrl) -> None:
        self._seen.append(url.toLocalFile())


def exports(studio: Studio) -> list[ExportJob]:
    return [job for job in studio.engine.submitted if isinstance(job, ExportJob)]


def shown(widget: QWidget) -> bool:
    return widget.isVisibleTo(widget.window())


def test_one_press_shares_the_film_and_the_notice_opens_it(studio: Studio, tmp_path: Path) -> None:
    seen: list[str] = []

    async def story() -> None:
        await studio.fill((20, (0,)))
        window = studio.app.window
        assert window.top_bar.export.text() == "Export…"
        panel = await opened(studio, tmp_path)
        assert QApplication.activeModalWidget() is None
        type_into(panel.place.name, "boat")
        await ready(studio)
        assert panel.place.writes.text() == "Writes boat.mp4"
        assert panel.facts.text().startswith("First makes 1 draft and 1 master:")
        assert not shown(panel.encoding.format), "codecs are for those who ask"
        assert panel.begin.isEnabled()
        press(panel.begin)
        assert not panel.isVisible()
        await studio.until(lambda: exports(studio) and not studio.app.jobs.is_active, 20)
        (job,) = exports(studio)
        assert (job.output, job.format.name) == (str(tmp_path / "boat.mp4"), "h264")
        assert (job.width, job.height, job.overwrite) == (1920, 1080, False)
        buttons = {button.text(): button for button in window.banner.buttons()}
        assert list(buttons) == ["Open", "Show in folder"]
        press(buttons["Show in folder"])
        assert seen == [str(tmp_path)]

    shell = Shell(seen)
    QDesktopServices.setUrlHandler("file", shell, "take")  # pyright: ignore[reportArgumentType]
    try:
        studio.play(story)
    finally:
        QDesktopServices.unsetUrlHandler("file")


def test_presets_say_what_they_are_and_are_remembered(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        state = studio.app.workspace.exporting
        wanted: dict[str, tuple[FormatName, str]] = {
            "Edit further": ("prores_hq", ".mov"),
            "Archive": ("ffv1", ".mkv"),
            "Web": ("av1", ".mp4"),
            "Loop": ("webp", ".webp"),
            "Image sequence": ("png16", ""),
            "Share": ("h264", ".mp4"),
        }
        for words, (name, ending) in wanted.items():
            choose_preset(panel, words)
            await ready(studio)
            assert (state.choices.format, state.ending) == (name, ending)
            assert panel.why_not.text() == "", words
            assert panel.place.ending.text() == ending
        choose_preset(panel, "Edit further")
        panel.encoding.variants.setFocus()
        QTest.keyClick(panel.encoding.variants, Qt.Key.Key_Down)
        assert state.choices.format == "dnxhr_hqx"
        press(panel.film.range.button("shots"))
        press(panel.leave)
        assert not panel.isVisible()
        again = SettingsState(studio.places.settings).values
        assert (again.export_preset, again.export_choices.format) == ("edit", "dnxhr_hqx")
        assert (again.export_choices.range, again.export_folder) == ("shots", str(tmp_path))

    studio.play(story)


def test_custom_opens_every_field(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        choose_preset(panel, "Custom")
        fields, film = panel.encoding, panel.film
        state = studio.app.workspace.exporting
        for field in (fields.format, fields.encoder, fields.quality, fields.rate, film.timecode):
            assert shown(field)
        press(fields.container.button("mkv"))
        type_into(fields.quality, "20")
        QTest.keyClick(fields.quality, Qt.Key.Key_Return)
        fields.rate.setFocus()
        fields.size_choice.setFocus()
        for _ in range(4):
            QTest.keyClick(fields.size_choice, Qt.Key.Key_Down)
        QTest.keyClick(fields.rate, Qt.Key.Key_Down)
        type_into(film.timecode, "01:00:00:00")
        press(film.chapters)
        press(film.keeps_project)
        await ready(studio)
        press(panel.begin)
        await studio.until(lambda: exports(studio) and not studio.app.jobs.is_active, 20)
        (job,) = exports(studio)
        assert job.output.endswith(".mkv")
        assert (job.format.quality, job.width, job.height) == (20, 1280, 720)
        assert (job.rate.num, job.rate.den, job.timecode) == (24000, 1001, "01:00:00:00")
        assert (job.chapters, job.mark and job.mark.project) == ((), None)
        assert state.preset_name == "custom"

    studio.play(story)


def test_refusals_stand_beside_their_fields_and_on_the_button(
    studio: Studio, tmp_path: Path
) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        choose_preset(panel, "Custom")
        await ready(studio)
        said = {row.about: row.refusal for form in (panel.encoding, panel.film, panel.place)
                for row in form.rows if row.about}  # fmt: skip

        def refused(field: ExportField, part: str) -> None:
            assert part in said[field].text() and shown(said[field])
            assert not panel.begin.isEnabled()
            assert panel.begin.toolTip() == panel.why_not.text() == said[field].text()

        press(panel.film.range.button("in_out"))
        refused("range", "Nothing is marked")
        press(panel.film.range.button("film"))
        type_into(panel.film.timecode, "1:2")
        refused("timecode", "is no timecode")
        type_into(panel.film.timecode, " ")
        type_into(panel.film.key, str(tmp_path / "key.pem"))
        refused("signing", "Signing needs both")
        type_into(panel.film.key, " ")
        type_into(panel.place.name, "a/b")
        refused("name", "cannot hold /")
        type_into(panel.place.name, "ab")
        type_into(panel.place.folder, str(tmp_path / "nowhere"))
        await ready(studio)
        refused("folder", "does not exist")
        type_into(panel.place.folder, str(tmp_path))
        await ready(studio)
        fields = panel.encoding
        fields.size_choice.setFocus()
        QTest.keyClick(fields.size_choice, Qt.Key.Key_End)
        type_into(fields.height_field, "900")
        QTest.keyClick(fields.height_field, Qt.Key.Key_Return)
        refused("size", "has another shape")
        assert shown(fields.fit)
        press(fields.fit.button("contain"))
        await ready(studio)
        assert panel.begin.isEnabled(), "bars are an answer"
        type_into(fields.width_field, "1280")
        QTest.keyClick(fields.width_field, Qt.Key.Key_Return)
        assert fields.height_field.value() == 720, "a width brings its height"
        await ready(studio)
        assert panel.begin.isEnabled()
        assert not any(shown(label) for label in said.values())

    studio.play(story)


def test_files_are_replaced_only_after_they_were_named(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)), (20, (0,)))
        panel = await opened(studio, tmp_path)
        for name in ("cut_01.mp4", "cut_02.mp4", "other_01.mp4"):
            (tmp_path / name).write_bytes(b"mine")
        press(panel.film.range.button("shots"))
        type_into(panel.place.name, "cut")
        await ready(studio)
        assert panel.place.existing.text() == "cut_01.mp4 and 1 other are there already."
        assert not panel.begin.isEnabled()
        press(panel.place.replaces)
        assert panel.begin.isEnabled()
        type_into(panel.place.name, "other")
        await ready(studio)
        assert not panel.begin.isEnabled(), "the word was given for other files"
        type_into(panel.place.name, "cut")
        await ready(studio)
        assert panel.place.replaces.isChecked(), "for these it was"
        QTest.keyClick(panel, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        await studio.until(lambda: exports(studio) and not studio.app.jobs.is_active, 20)
        assert [Path(job.output).name for job in exports(studio)] == ["cut_01.mp4", "cut_02.mp4"]
        assert all(isinstance(entry.status, Finished) for entry in studio.app.jobs.entries)
        assert (tmp_path / "other_01.mp4").read_bytes() == b"mine"
        assert (tmp_path / "cut_01.mp4").read_bytes() != b"mine"

    studio.play(story)


def test_what_appears_meanwhile_is_not_replaced(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        type_into(panel.place.name, "late")
        await ready(studio)
        (tmp_path / "late.mp4").write_bytes(b"mine")
        press(panel.begin)
        await studio.until(lambda: exports(studio) and not studio.app.jobs.is_active, 20)
        assert (tmp_path / "late.mp4").read_bytes() == b"mine"
        assert "exists already" in studio.app.window.banner.text

    studio.play(story)


def test_size_and_time_are_told_once_they_were_measured(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        await studio.until(lambda: studio.app.forecast.device)
        assert "not known before its first export here" in panel.facts.text()
        type_into(panel.place.name, "one")
        await ready(studio)
        press(panel.begin)
        history = studio.places.runs
        await studio.until(lambda: history.is_file() and '"bytes"' in history.read_text(), 20)
        panel = await opened(studio, tmp_path)
        type_into(panel.place.name, "two")
        await ready(studio)
        assert "First makes" not in panel.facts.text()
        assert "By 1 export on this machine." in panel.facts.text()
        choose_preset(panel, "Archive")
        assert "FFV1, 10 bit, lossless are not known" in panel.facts.text()

    studio.play(story)


def test_only_encoders_that_are_there_are_offered(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def encoders_of(name: FormatName) -> tuple[EncoderName, ...]:
        match name:
            case "h264":
                return "software", "nvenc"
            case "ffv1":
                return ("software",)
            case _:
                return ()

    monkeypatch.setattr("app.media.encoders.encoders_of", encoders_of)

    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        state, fields = studio.app.workspace.exporting, panel.encoding
        choose_preset(panel, "Custom")
        names = [fields.encoder.itemText(n) for n in range(fields.encoder.count())]
        assert names == ["Software", "NVIDIA NVENC"]
        QTest.keyClick(fields.encoder, Qt.Key.Key_Down)
        assert state.choices.encoder == "nvenc"
        formats = [fields.format.itemData(n) for n in range(fields.format.count())]
        assert formats == ["h264", "ffv1"]
        choose_preset(panel, "Web")
        assert panel.why_not.text() == ("Nothing here encodes AV1, 10 bit; choose another format.")
        choose_preset(panel, "Archive")
        assert (state.choices.format, state.choices.encoder) == ("ffv1", "software")

    studio.play(story)


def test_presets_of_ones_own_are_saved_and_deleted(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        state = studio.app.workspace.exporting
        choose_preset(panel, "Web")
        press(panel.presets.save)
        QTest.keyClicks(panel.presets.name, "share")
        QTest.keyClick(panel.presets.name, Qt.Key.Key_Return)
        assert "has a preset of that name" in panel.presets.refusal.text()
        type_into(panel.presets.name, "For Ana")
        QTest.keyClick(panel.presets.name, Qt.Key.Key_Return)
        assert panel.isVisible() and not shown(panel.presets.name)
        choose_preset(panel, "Share")
        choose_preset(panel, "For Ana")
        assert (state.choices.format, state.preset_name) == ("av1", "For Ana")
        assert shown(panel.encoding.format), "one's own shows every field"
        press(panel.presets.delete)
        assert state.own == ()
        assert (state.choices.format, state.preset_name) == ("av1", "custom")

    studio.play(story)


def test_the_panel_follows_the_film_and_leaves_it_alone(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        await studio.fill((20, (0,)), (30, (0,)))
        panel = await opened(studio, tmp_path)
        editor = studio.app.editor
        press(panel.film.captions.button("srt"))
        await ready(studio)
        assert panel.film.captions_row.refusal.text().startswith("No shot has a caption")
        assert panel.begin.isEnabled(), "that stops nobody"

        def caption(film: Project) -> Project:
            shots = (film.shots[0].model_copy(update={"caption": "A boat"}), *film.shots[1:])
            small = Format(width=1280, height=720, rate=film.format.rate)
            return film.model_copy(update={"shots": shots, "format": small})

        editor.do("Caption", caption)
        await studio.until(lambda: ".srt" in panel.place.writes.text())
        assert panel.encoding.size_choice.currentText() == "Film's, 1280×720"
        view = studio.app.window.timeline
        studio.click(studio.at(30, view.scene().lanes.title_top + 8))
        assert editor.selected_shot is editor.project.shots[1], "it blocks nothing"
        for shot in editor.project.shots:
            editor.select(ShotSelected(shot.id))
            studio.app.workspace.shots.remove_selected()
        await studio.until(lambda: "no shot" in panel.why_not.text())
        assert not panel.begin.isEnabled()
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert not panel.isVisible()

    studio.play(story)


def test_a_name_that_waits_in_the_queue_is_taken(studio: Studio, tmp_path: Path) -> None:
    studio.engine.hold()

    async def story() -> None:
        await studio.fill((20, (0,)))
        panel = await opened(studio, tmp_path)
        type_into(panel.place.name, "film")
        await ready(studio)
        press(panel.begin)
        await studio.until(lambda: studio.app.jobs.running)
        panel = await opened(studio, tmp_path)
        assert panel.why_not.text() == "film.mp4 is in the queue; choose another name."
        type_into(panel.place.name, "film.mov")
        assert (panel.place.name.text(), panel.place.ending.text()) == ("film", ".mov")
        await ready(studio)
        assert panel.begin.isEnabled(), "another film may be asked for while one is made"
        studio.app.jobs.stop()
        studio.engine.release()
        await studio.until(lambda: not studio.app.jobs.is_active)

    studio.play(story)


def test_keys_menu_and_palette_lead_to_it(studio: Studio, tmp_path: Path) -> None:
    async def story() -> None:
        window = studio.app.window
        action = window.commands["render"]
        assert not action.isEnabled()
        await studio.fill((20, (0,)))
        keys = [key.toString() for key in action.shortcuts()]
        assert keys[0] == "Ctrl+E" and "(Ctrl+E)" in window.top_bar.export.toolTip()
        QTest.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
        assert window.export_panel.isVisible()
        panel = window.export_panel
        press(panel.place.browse)
        await studio.settle(0.02)
        (asked,) = [d for d in panel.findChildren(QFileDialog) if d.isVisible()]
        asked.filesSelected.emit([str(tmp_path)])
        asked.close()
        assert panel.place.folder.text() == str(tmp_path)
        for preset, key in (("premiere", "Ctrl+M"), ("resolve", "Ctrl+E")):
            studio.app.workspace.keymap.choose(preset)
            assert action.shortcuts()[0].toString() == key

    studio.play(story)


def test_a_film_of_footage_alone_is_written_as_it_is(studio: Studio, tmp_path: Path) -> None:
    source = tmp_path / "clip.mp4"
    write_movie(source, movie(48, FrameSize(128, 72), 0), Fraction(24))

    async def story() -> None:
        studio.app.window.add_images([source])
        await studio.until(lambda: studio.app.editor.project.shots)
        panel = await opened(studio, tmp_path)
        type_into(panel.place.name, "whole")
        await ready(studio)
        assert "First makes" not in panel.facts.text()
        choose_preset(panel, "Custom")
        press(panel.film.proves_footage)
        await ready(studio)
        assert panel.place.writes.text() == "Writes whole.mp4, and whole.footage.json"
        press(panel.begin)
        await studio.until(lambda: exports(studio) and not studio.app.jobs.is_active, 20)
        (job,) = exports(studio)
        assert [(part.path, part.is_source) for part in job.segments] == [(str(source), True)]
        assert (tmp_path / "whole.mp4").is_file()

    studio.play(story)
