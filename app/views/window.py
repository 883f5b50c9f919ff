"""The main window: viewer and inspector above, timeline below. It arranges; states decide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from app.media.joins import JoinMeter
from app.media.player import FrameServer
from app.media.thumbnails import ThumbnailCache
from app.state.document import can_open
from app.state.drops import OntoShot
from app.state.grabbing import GrabState
from app.state.language import said, told
from app.state.workspace import Workspace
from app.views.banner import Banner
from app.views.cinema import Cinema, connect_stage
from app.views.commands import Commands
from app.views.desktop import DesktopMessages
from app.views.dialogs import Dialogs
from app.views.early import connect_fixes
from app.views.export.panel import ExportPanel
from app.views.focus import FocusKeys, go_to_next
from app.views.footage_commands import connect_footage_dialogs, connect_footage_panel
from app.views.icons import app_icon
from app.views.inspector.asking import connect_asking
from app.views.inspector.panel import Inspector
from app.views.interchange import InterchangeCommands
from app.views.jobs import JobsPanel, StatusStrip
from app.views.manners import Manners
from app.views.menus import context_menu, fill_menu_bar
from app.views.preflight import PreflightPanel
from app.views.recent import RecentMenu
from app.views.relink_commands import connect_relink_dialogs
from app.views.shape import PanelSplitter, WindowShape
from app.views.sound_commands import connect_sound_dialog
from app.views.styles import StylePanel
from app.views.takes.bench import Bench
from app.views.takes.joins import JoinsPanel
from app.views.takes.panel import TakesPanel
from app.views.timeline.hits import Hit
from app.views.timeline.panel import TimelinePanel
from app.views.timeline.view import ZOOM_STEP, TimelineView
from app.views.top_bar import TopBar
from app.views.tour.targets import Target, timeline_targets
from app.views.transport import Transport
from app.views.viewer import Viewer


class MainWindow(QMainWindow):
    """The editor's window.

    Signals:
        painted: the window was painted for the first time.
        ended: it was closed for good; the program can end.
    """

    painted = Signal()
    ended = Signal()

    def __init__(
        self,
        workspace: Workspace,
        frames: FrameServer,
        thumbnails: ThumbnailCache,
        joins: JoinMeter,
    ) -> None:
        super().__init__()
        self._workspace = workspace
        self._was_painted = False
        self._may_close = False
        self.setWindowIcon(app_icon())
        self.setMinimumSize(960, 600)
        self.commands = Commands(workspace, self)
        self.dialogs = Dialogs(self, workspace.settings)
        self.viewer = Viewer(workspace, frames, thumbnails)
        self.timeline = TimelineView(workspace, thumbnails)
        self.inspector = Inspector(workspace, thumbnails)
        self.jobs_panel = JobsPanel(workspace.jobs, workspace.forecast, self.commands["pause_jobs"])
        names = (
            "reroll_pass",
            "use_take",
            "keep_take",
            "approve_take",
            "compare_take",
            "restore_take",
        )
        tools = [self.commands[name] for name in (*names, "delete_take")]
        self.takes_panel = TakesPanel(workspace, thumbnails, tools)
        self.joins_panel = JoinsPanel(workspace, joins)
        names = ("takes", "joins", "preflight", "jobs")
        tabs = {name: self.commands[f"show_{name}"] for name in names}
        self.preflight_panel = PreflightPanel(workspace)
        self.strip = StatusStrip(workspace.jobs, workspace.forecast, list(tabs.values()))
        panels = (self.takes_panel, self.joins_panel, self.preflight_panel, self.jobs_panel)
        self.bench = Bench(dict(zip(tabs, panels, strict=True)), tabs, workspace.settings)
        self.export_panel = ExportPanel(workspace, self)
        self.style_panel = StylePanel(workspace, self)
        self.desktop = DesktopMessages(workspace.jobs, self)
        self.grabbing = GrabState(
            *(workspace.editor, workspace.monitor, workspace.keyframes, workspace.notices),
            *(workspace.footage_frames, self),
        )
        self._build()
        self.banner = Banner(workspace.notices, self._stage)
        recent = RecentMenu(workspace.settings, self.open_project, self)
        fill_menu_bar(self.menuBar(), self.commands, recent)
        for action in self.commands.all().values():
            self.addAction(action)
        self._connect()
        self.manners = Manners(
            *(self, workspace, self.commands, self.cinema, self._tour_targets(), self.viewer),
            self._after_unsaved,
        )
        self.shape = WindowShape(
            self,
            self._main,
            self._upper,
            self.bench,
            self.commands["show_inspector"],
            workspace.settings,
        )
        self.shape.restore()
        self.commands.connect_to("reset_layout", self.shape.reset)
        self.commands["loop_previews"].setChecked(workspace.settings.values.plays_previews)
        self._show_title()

    # What the outside asks.

    def open_project(self, path: Path) -> None:
        """Open another film, after the question about this one's changes."""
        self._after_unsaved(lambda: self._workspace.document.open(path))

    def add_images(self, paths: list[Path]) -> None:
        """Add images to the selected shot, or as new shots; movies and sounds as what they are."""
        self._workspace.arrivals.add(paths)

    def save(self) -> None:
        """Save the film; an untitled or a read-only one is asked for its place."""
        self.inspector.flush()
        document = self._workspace.document
        if document.is_untitled or document.is_read_only:
            self.save_as()
        else:
            document.save()

    def save_as(self) -> None:
        """Save the film under another name."""
        self.inspector.flush()
        document = self._workspace.document
        self.dialogs.save_project(document.name, document.save_as)

    # Qt's own.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint."""
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)

    def showEvent(self, event: QShowEvent) -> None:
        """Fit the film once there is a width."""
        super().showEvent(event)
        self.timeline.fit()
        self.timeline.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes where one reads, whatever was made first."""
        return go_to_next(self, forward=forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, then end."""
        self.inspector.flush()
        if self._may_close or not self._workspace.document.is_modified:
            self.shape.keep()
            event.accept()
            self.ended.emit()
            return
        event.ignore()
        self._after_unsaved(self._close_for_good)

    # How it is put together.

    def _build(self) -> None:
        stage = QWidget()
        column = QVBoxLayout(stage)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.viewer, 1)
        column.addWidget(Transport(self._workspace, self.commands))
        self._stage = stage
        self.cinema = Cinema(self.viewer, self)
        self.cinema.take_keys(list(self.commands.all().values()))
        connect_stage(self.commands, self.viewer, self.cinema, column)
        for window in (self, self.cinema):
            self.commands.keys.watch(window)
        FocusKeys(self, self.timeline)
        self._upper = PanelSplitter(Qt.Orientation.Horizontal, stage, self.bench, self.inspector)
        names = ("add_shot", "add_images", "split", "add_marker", "snap", "overwrite")
        adders = [self.commands[name] for name in names]
        panel = TimelinePanel(self._workspace, self.timeline, adders)
        panel.add_zoom_action(self.commands["fit"])
        self._main = PanelSplitter(Qt.Orientation.Vertical, self._upper, panel)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        self.top_bar = TopBar(self._workspace, self.commands, (self.timeline, self.viewer))
        whole.addWidget(self.top_bar)
        whole.addWidget(self._main, 1)
        whole.addWidget(self.strip)
        self.setCentralWidget(body)

    def _connect(self) -> None:
        ws, commands = self._workspace, self.commands
        calls = {
            "new": lambda: self._after_unsaved(ws.document.new),
            "open": lambda: self.dialogs.project(self.open_project),
            "sample": lambda: self._after_unsaved(ws.document.open_sample),
            "save": self.save,
            "save_as": self.save_as,
            "quit": self.close,
            "add_images": self._ask_images,
            "pin_here": self.ask_image_here,
            "replace_image": self._ask_replacement,
            "edit_caption": self._edit_caption,
            "render": self.export_panel.open,
            "train_style": self.style_panel.open,
            "grab_save": lambda: self.dialogs.frame(self.grabbing.frame_name, self.grabbing.save),
            "grab_copy": self.grabbing.copy,
            "grab_pin": self.grabbing.pin,
            "grab_next": lambda: self.grabbing.pin_beside(is_next=True),
            "grab_before": lambda: self.grabbing.pin_beside(is_next=False),
            "zoom_in": lambda: self.timeline.zoom_by(ZOOM_STEP),
            "zoom_out": lambda: self.timeline.zoom_by(1 / ZOOM_STEP),
            "fit": self.timeline.fit,
        }
        for name, call in calls.items():
            commands.connect_to(name, call)
        commands["show_inspector"].toggled.connect(self.inspector.setVisible)
        commands["loop_previews"].toggled.connect(self._set_loop_previews)
        commands["full_screen"].toggled.connect(self._set_full_screen)
        self.timeline.menu_wanted.connect(self._open_context_menu)
        self.viewer.files_dropped.connect(self._take_dropped)
        self.timeline.files_wanted.connect(self._ask_images)
        self.inspector.keyframe.image_wanted.connect(self.ask_image_for)
        self.inspector.film.model_wanted.connect(self.ask_model)
        connect_sound_dialog(commands, ws, self.dialogs)
        connect_footage_panel(self.inspector.footage, commands, ws)
        connect_relink_dialogs(commands, ws, self.dialogs)
        for section in (self.inspector.keyframe, self.inspector.sound):
            section.relink_wanted.connect(commands["relink"].trigger)
        connect_footage_dialogs(commands, ws, self.dialogs, self.add_images)
        self._interchange = InterchangeCommands(commands, ws, self.dialogs, self, self.timeline.fit)
        connect_asking(self.inspector, self.dialogs, self._workspace)
        connect_fixes(ws, self)
        ws.document.changed.connect(self._show_title)
        ws.document.place_wanted.connect(self.save_as)
        ws.document.switch_wanted.connect(self._after_unsaved)
        ws.jobs.changed.connect(self._clear_strip)
        ws.jobs.changed.connect(self._show_title)

    # Small doings.

    def _tour_targets(self) -> dict[str, Target]:
        return {
            **timeline_targets(self.timeline),
            "caption": Target(self.inspector, panel=self.commands["show_inspector"]),
            "viewer": Target(self._stage),
            "generate": Target(self.top_bar.generate),
            "takes": Target(self.bench, panel=self.commands["show_takes"]),
            "render": Target(self.top_bar.export),
        }

    def _clear_strip(self) -> None:
        if self._workspace.jobs.is_active and not self.commands["show_jobs"].isChecked():
            self.strip.say("")

    def _show_title(self) -> None:
        document = self._workspace.document
        name = told(document.name) if document.is_untitled else document.name
        fraction = self._workspace.jobs.fraction
        done = f"{fraction:.0%} · " if fraction is not None else ""
        mark = f" ({said('Window', 'read-only')})" if document.is_read_only else ""
        self.setWindowTitle(f"{done}{name}{mark}[*] – SmartDirector")
        self.setWindowModified(document.is_modified)
        self.strip.say(said("Window", "Saving a copy…") if document.is_copying else "")

    def _set_loop_previews(self, plays: bool) -> None:
        self._workspace.settings.update(plays_previews=plays)

    def _set_full_screen(self, full: bool) -> None:
        self.setWindowState(
            self.windowState() | Qt.WindowState.WindowFullScreen
            if full
            else self.windowState() & ~Qt.WindowState.WindowFullScreen
        )

    def _edit_caption(self) -> None:
        shot = self._workspace.editor.selected_shot
        if shot is not None:
            self.timeline.edit_caption(shot.id)

    def _take_dropped(self, paths: list[Path]) -> None:
        if len(paths) == 1 and can_open(paths[0]):
            self.open_project(paths[0])
        elif not self._workspace.interchange.take_dropped(paths):
            self.add_images(paths)

    def _ask_images(self) -> None:
        self.dialogs.images(said("Window", "Add storyboard images"), self.add_images, many=True)

    def ask_image_here(self) -> None:
        """Ask for a picture to be pinned at the playhead."""
        found = self._workspace.editor.project.shot_at(self._workspace.editor.playhead)
        if found is None:
            return
        target = OntoShot(found[1].id, self._workspace.editor.playhead - found[0])
        self.dialogs.images(
            said("Window", "Image for this frame"),
            lambda paths: self._workspace.keyframes.drop(paths, target),
            many=False,
        )

    def _ask_replacement(self) -> None:
        pair = self._workspace.editor.selected_keyframe
        if pair is not None:
            self.ask_image_for(pair[1].id)

    def ask_image_for(self, keyframe_id: str) -> None:
        """Ask for another picture of a keyframe."""
        self.dialogs.images(
            said("Window", "Replace the image"),
            lambda paths: self._workspace.keyframes.replace_image(keyframe_id, paths[0]),
            many=False,
        )

    def ask_model(self) -> None:
        """Ask for the folder of another model."""
        self.dialogs.folder(
            said("Window", "Choose a model folder"),
            lambda path: self._workspace.shots.set_model(str(path)),
        )

    def ask_relink(self) -> None:
        """Ask where the selected board, sound or movie lies now."""
        self.commands["relink"].trigger()

    def _open_context_menu(self, found: Hit, at: QPoint) -> None:
        menu = context_menu(found, self.commands, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _after_unsaved(self, go_on: Callable[[], object]) -> None:
        """Do something once the present changes are saved or given up."""
        self.inspector.flush()
        document = self._workspace.document
        if not document.is_modified:
            go_on()
            return

        def saved(done: bool) -> None:
            if done:
                go_on()

        def answered(answer: str) -> None:
            if answer == "discard":
                document.discard_changes()
                go_on()
            elif answer == "save" and (document.is_untitled or document.is_read_only):
                self.dialogs.save_project(
                    document.name,
                    lambda path: document.save_as(path, saved),
                )
            elif answer == "save" and document.save():
                go_on()

        self.dialogs.unsaved(document.name, answered)

    def _close_for_good(self) -> None:
        self._may_close = True
        self.close()
