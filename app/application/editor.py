"""The editor: the one place where its objects are made and wired together.

Order matters for the start: Qt, the states, the window on the screen; only then the engine, whose
process costs the most.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import qasync
from platformdirs import PlatformDirs
from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QApplication

from app.application.collecting import Collecting
from app.application.crash_reports import REPORT, CrashReports
from app.client.client import EngineClient
from app.media.joins import JoinMeter
from app.media.player import FrameServer
from app.media.sound_cache import SoundCache
from app.media.sound_player import MiniaudioDevice, SoundDevice, SoundPlayer
from app.media.thumbnails import ThumbnailCache
from app.state.arrivals import Arrivals
from app.state.clipboard import ClipboardState
from app.state.deciding import Deciding
from app.state.diagnosis import DiagnosisState
from app.state.discarding import Discarding
from app.state.disk_facts import DiskFacts
from app.state.document import DocumentState
from app.state.drive_loss import DriveLoss
from app.state.editor import EditorState
from app.state.engine_facts import EngineFacts
from app.state.export_facts import ExportFacts
from app.state.export_notices import ExportNotices
from app.state.export_sources import Sources
from app.state.exporting import ExportState
from app.state.finder import FinderState
from app.state.footage import FootageEdits
from app.state.footage_frames import FootageFrames
from app.state.footage_intake import FootageIntake
from app.state.footage_work import FootageWork
from app.state.forecast import ForecastState
from app.state.generation import GenerationEdits
from app.state.intake import Intake
from app.state.interchange import InterchangeState
from app.state.job_entries import JobEntry
from app.state.jobs import JobsState
from app.state.keyframes import KeyframeEdits
from app.state.keymap import KeymapState
from app.state.light_copies import LightCopies
from app.state.marks import MarkEdits
from app.state.model_defaults import ModelDefaults
from app.state.monitor import MonitorState
from app.state.notices import NoticesState
from app.state.pacing import PacingState
from app.state.playback import PlaybackState
from app.state.preflight import PreflightState
from app.state.queue_keeping import QueueKeeping
from app.state.relinking import Relinking
from app.state.replacing import Replacing
from app.state.run_history import RunHistory
from app.state.selecting import Selecting
from app.state.settings import SettingsState
from app.state.shortage import ShortageState
from app.state.shots import ShotEdits
from app.state.snapping import SnappingState
from app.state.sound_intake import SoundIntake
from app.state.sounding import Sounding
from app.state.sounds import SoundEdits
from app.state.styles import StylesState
from app.state.take_choices import TakeChoices
from app.state.take_library import TakeLibrary
from app.state.takes import TakesState
from app.state.tour import TourState
from app.state.viewing import ViewingState
from app.state.watching import Watching
from app.state.workspace import Workspace
from app.timeline.marking import tool_name
from app.timeline.project import Project
from app.timeline.queue_records import OfFootage, OfStyle
from app.views.commands import SPECS
from app.views.languages import LanguageMenu, chosen, install, language_of
from app.views.look import Look
from app.views.theme import apply_theme
from app.views.window import MainWindow

APP_NAME = "SmartDirector"


@dataclass(frozen=True)
class Places:
    """Where the program keeps what is not the user's film."""

    settings: Path
    scratch: Path
    cache: Path | None = None
    logs: Path = Path("logs")

    @property
    def sounds(self) -> Path:
        """Where decoded sounds are kept, which can be made anew."""
        return (self.cache or self.scratch.parent / "cache") / "sounds"

    @property
    def styles(self) -> Path:
        """Where the styles lie that the user has trained."""
        return self.scratch.parent / "styles"

    @property
    def runs(self) -> Path:
        """What jobs on this machine have cost."""
        return self.scratch.parent / "runs.json"

    @staticmethod
    def of_user() -> Places:
        """Return the places that this system provides."""
        dirs = PlatformDirs(APP_NAME, appauthor=False)
        return Places(
            Path(dirs.user_config_dir) / "settings.json",
            Path(dirs.user_data_dir) / "untitled",
            Path(dirs.user_cache_dir),
            Path(dirs.user_log_dir),
        )


class EditorApp(QObject):
    """All objects of one window, from the states to the widgets."""

    def __init__(
        self,
        client: EngineClient,
        places: Places,
        make_sound_device: Callable[[], SoundDevice] = MiniaudioDevice,
    ) -> None:
        super().__init__()
        self.notices = NoticesState(self)
        self.settings = SettingsState(places.settings, self)
        self.editor = EditorState(Project(), places.scratch / "none", self.notices, self)
        self.intake = Intake(self)
        self.takes = TakesState(self.editor, self)
        self.jobs = JobsState(client, self.editor, self.takes, self.notices, self)
        self.export_notices = ExportNotices(self.jobs, self.notices, self)
        self.library = TakeLibrary(self.editor, self.takes, self)
        self.discarding = Discarding(self.editor, self.takes, self.library, self.notices, self)
        self.choices = TakeChoices(
            self.editor, self.takes, self.library, self.jobs, self.notices, self
        )
        self.playback = PlaybackState(self.editor, self)
        self.sound_cache = SoundCache(places.sounds, self)
        self.sound_intake = SoundIntake(self.sound_cache, self)
        player = SoundPlayer(make_sound_device)
        self.sounding = Sounding(self.editor, self.sound_cache, player, self.notices, self)
        self.playback.follow(self.sounding)
        self.viewing = ViewingState(self)
        self.document = DocumentState(
            self.editor, self.settings, self.notices, places.scratch, self
        )
        self.document.guard_with(
            lambda: self.jobs.is_making and not self.disk.is_away, lambda: self.jobs.is_at_work
        )
        self.shortage = ShortageState(self.jobs, self.notices, self)
        self.keeping = QueueKeeping(
            *(self.jobs, self.editor, self.takes, self.document, self.notices, self.settings), self
        )
        self.document.switching.connect(self.discarding.settle)
        shots = ShotEdits(self.editor)
        keyframes = KeyframeEdits(self.editor, self.intake, self.notices, self)
        generation = GenerationEdits(self.editor, self.settings, self)
        self.jobs.compute_with(generation.compute_options)
        self.disk = DiskFacts(self.editor, self)
        models = ModelDefaults(self.jobs, self)
        self.facts = EngineFacts(models, self.jobs, self)
        history = RunHistory(places.runs)
        self.forecast = ForecastState(
            *(self.editor, self.takes, self.jobs, self.facts, history), self
        )
        self.copies = LightCopies(self.editor, self.jobs, self.notices, self)
        self.footage_intake = FootageIntake(self.jobs, self)
        intakes = self.intake, self.sound_intake, self.footage_intake
        self.relinking = Relinking(
            *(self.editor, self.copies, self.disk),
            *(Replacing(self.editor, intakes, self.notices, self), self.notices, self),
        )
        self.jobs.check_with(lambda: self.relinking.presence)
        self.export_facts = ExportFacts(self.jobs, history, self)
        exporting = ExportState(
            Sources(
                editor=self.editor,
                document=self.document,
                takes=self.takes,
                jobs=self.jobs,
                forecast=self.forecast,
                disk=self.disk,
                relinking=self.relinking,
                settings=self.settings,
                history=history,
            ),
            self.export_facts,
            self,
        )
        self.deciding = Deciding(
            *(self.editor, self.takes, self.jobs, self.choices, self.forecast, self.notices), self
        )
        self.document.switching.connect(self.deciding.settle)
        footage = FootageEdits(self.editor, self.footage_intake, self.notices, self)
        self.footage_work = FootageWork(
            *(self.editor, self.jobs, self.footage_intake, self.notices), self
        )
        self.styles = StylesState(
            *(self.editor, self.jobs, generation, self.notices, places.styles),
            self.copies.is_offline,
            self,
        )
        self.keeping.plan_footage_by(self._planned_again)
        sounds = SoundEdits(self.editor, self.sound_intake, self.notices, self)
        arrivals = Arrivals(self.editor, keyframes, footage, sounds)
        self.clipboard = ClipboardState(self.editor, shots, keyframes, arrivals, self.notices, self)
        self.interchange = InterchangeState(self.editor, self.document, self.notices, self)
        self.diagnosis = DiagnosisState(places.logs / REPORT, parent=self)
        self.workspace = Workspace(
            editor=self.editor,
            shots=shots,
            keyframes=keyframes,
            selecting=Selecting(self.editor),
            clipboard=self.clipboard,
            marks=MarkEdits(self.editor, self),
            snapping=SnappingState(self.editor, self.settings, self),
            takes=self.takes,
            choices=self.choices,
            jobs=self.jobs,
            playback=self.playback,
            monitor=MonitorState(
                *(self.editor, self.takes, self.jobs, self.playback, self.viewing),
                *(self.copies, self.relinking, self),
            ),
            viewing=self.viewing,
            document=self.document,
            notices=self.notices,
            settings=self.settings,
            keymap=KeymapState(
                {name: spec.keys for name, spec in SPECS.items()}, self.settings, self.notices, self
            ),
            finder=FinderState(self.editor, self.settings, self),
            tour=TourState(self.editor, self.document, self.settings, self),
            sounds=sounds,
            footage=footage,
            copies=self.copies,
            arrivals=arrivals,
            footage_work=self.footage_work,
            styles=self.styles,
            footage_frames=FootageFrames(self.editor, self.jobs, self),
            relinking=self.relinking,
            sound_cache=self.sound_cache,
            pacing=PacingState(self.editor, self.settings, self.notices, self),
            generation=generation,
            model_defaults=models,
            forecast=self.forecast,
            preflight=PreflightState(
                *(self.editor, self.takes, keyframes, self.facts, self.disk),
                *(self.relinking, self.forecast, self),
            ),
            deciding=self.deciding,
            interchange=self.interchange,
            exporting=exporting,
            diagnosis=self.diagnosis,
        )
        self.watching = Watching(self.jobs, self.playback, self.settings, self)
        self.frames = FrameServer(self)
        self.thumbnails = ThumbnailCache(self)
        self.joins = JoinMeter(self)
        self.drive_loss = DriveLoss(
            *(self.disk, (self.editor, self.document), self.jobs, self.keeping),
            *((self.takes, self.library), self.notices, self),
        )
        caches = self.thumbnails.forget_failed, self.frames.forget_missing
        for returned in (self.disk.returned, self.relinking.restored):
            for try_again in (*caches, self.sound_cache.forget_failed):
                returned.connect(try_again)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.document.changed.connect(self._follow_holding)
        self.look = Look(app, self.settings, self)
        self.window = MainWindow(self.workspace, self.frames, self.thumbnails, self.joins)
        self.look.offer(self.window.commands)
        LanguageMenu(self.window.commands, self.settings, self.notices, self)

    def _planned_again(self, work: OfFootage) -> JobEntry | None:
        if isinstance(work, OfStyle):
            return self.styles.planned_again(work.footage, work.name, work.num_steps)
        return self.footage_work.planned_again(work)

    def begin(self, path: Path | None) -> None:
        """Open a film, or begin an untitled one."""
        self.document.begin(path)

    def _follow_holding(self) -> None:
        self.thumbnails.keep_on_disk(not self.document.is_read_only)

    async def end(self) -> None:
        """Let go of everything: threads, files, the engine."""
        self.playback.pause()
        self.sounding.close()
        self.sound_cache.close()
        self.sound_intake.close()
        self.clipboard.close()
        self.intake.close()
        self.footage_intake.close()
        self.footage_work.close()
        self.relinking.close()
        self.copies.close()
        self.interchange.close()
        self.export_facts.close()
        self.frames.close()
        self.thumbnails.close()
        self.joins.close()
        self.disk.close()
        self.diagnosis.close()
        await self.jobs.close()
        self.keeping.close()
        self.library.close()
        self.discarding.settle()
        self.deciding.settle()
        self.document.close()


def main(argv: Sequence[str]) -> int:
    """Run the editor; ``argv`` may name a project folder."""
    reports = CrashReports(Places.of_user().logs, tool_name())
    reports.begin()
    QApplication.setApplicationName(APP_NAME)
    QApplication.setDesktopFileName("smartdirector")
    app = QApplication([sys.argv[0], *argv])
    install(app, language_of(chosen(Places.of_user().settings), QLocale.system()))
    apply_theme(app)
    loop = qasync.QEventLoop(app)
    asyncio.set_event_loop(loop)
    app.setQuitOnLastWindowClosed(False)
    with loop:
        loop.run_until_complete(_session(Path(argv[0]) if argv else None))
    reports.end()
    return 0


async def _session(path: Path | None) -> None:
    from app.client.process import ProcessClient

    editor = EditorApp(ProcessClient(), Places.of_user())
    collecting = Collecting(editor)
    editor.begin(path)
    editor.window.painted.connect(collecting.settled)
    await run(editor)


async def run(editor: EditorApp) -> None:
    """Show the window, start the engine once it is painted, and wait until it is closed."""
    ended = asyncio.Event()
    editor.window.ended.connect(ended.set)
    editor.window.painted.connect(editor.jobs.start)
    with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
        # Ctrl+C in the terminal closes the window as the mouse would.
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, editor.window.close)
    editor.window.show()
    try:
        await ended.wait()
    finally:
        await editor.end()
        editor.window.deleteLater()
        editor.deleteLater()
