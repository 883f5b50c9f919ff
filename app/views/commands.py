"""Every command of the window, once: name, keys, icon, and what it calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import get_args

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.state.language import counted, said, told
from app.state.selection import (
    KeyframeSelected,
    MarkerSelected,
    NothingSelected,
    selected_keyframe_ids,
    selected_shot_ids,
)
from app.state.workspace import Workspace
from app.timeline.project import MarkerColor
from app.views.footage_commands import connect_footage
from app.views.icons import icon
from app.views.inspector.commands import PACE_COMMANDS, connect_inspector
from app.views.key_tips import ActionKeys, plain
from app.views.relink_commands import connect_relinking
from app.views.shuttle_keys import ShuttleKeys
from app.views.sound_commands import connect_sounds
from app.views.takes.commands import connect_takes
from app.views.viewing_commands import connect_viewing

MARKER_COLORS: tuple[MarkerColor, ...] = get_args(MarkerColor)


@dataclass(frozen=True, slots=True)
class Spec:
    """A command: its words, its keys (the first is shown), and its icon."""

    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    tip: str = ""
    is_checkable: bool = False


SPECS: dict[str, Spec] = {
    "new": Spec("&New film", ("Ctrl+N",)),
    "open": Spec("&Open…", ("Ctrl+O",)),
    "sample": Spec("Open the sa&mple film"),
    "save": Spec("&Save", ("Ctrl+S",)),
    "save_as": Spec("Save &as…", ("Ctrl+Shift+S",)),
    "import_timeline": Spec(
        "&Import timeline…",
        tip="Bring in shots from OTIO, FCPXML, an EDL or a Storyboarder project",
    ),
    "import_folder": Spec("Import &folder of boards…", tip="One shot for every picture, in order"),
    "export_timeline": Spec(
        "Export &timeline…", tip="Write FCPXML, Premiere's XML, OTIO or an EDL"
    ),
    "export_storyboard": Spec(
        "Export story&board…", tip="Write a contact sheet as PDF, or a folder of boards"
    ),
    "quit": Spec("&Quit", ("Ctrl+Q",)),
    "undo": Spec("&Undo", ("Ctrl+Z",), "undo"),
    "redo": Spec("&Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo"),
    "cut": Spec("Cu&t", ("Ctrl+X",)),
    "copy": Spec("&Copy", ("Ctrl+C",)),
    "paste": Spec("&Paste", ("Ctrl+V",), tip="Paste at the playhead; an image becomes a keyframe"),
    "duplicate": Spec("D&uplicate", ("D",)),
    "delete": Spec("&Delete", ("Del", "Backspace"), "trash"),
    "select_all": Spec("Select &all", ("Ctrl+A",)),
    "select_none": Spec("Select &nothing", ("Ctrl+Shift+A",)),
    "add_images": Spec(
        "Add &images…", ("Ctrl+I",), "images", "Add images: onto the selected shot, or as new shots"
    ),
    "import_media": Spec(
        "I&mport…", ("Ctrl+Alt+O",), "drop", "Bring in movies, pictures and sounds"
    ),
    "extend_after": Spec(
        "Extend &after", ("Shift+E",), "continue", "New frames that go on from this movie"
    ),
    "extend_before": Spec("Extend &before", ("Ctrl+Shift+B",), "", "New frames that lead into it"),
    "bridge": Spec("B&ridge to next", ("Shift+B",), "", "New frames from this movie to the next"),
    "slip_left": Spec("S&lip one frame earlier", ("Ctrl+Alt+Left",), "", "Show earlier frames"),
    "slip_right": Spec("Sli&p one frame later", ("Ctrl+Alt+Right",), "", "Show later frames"),
    "grab_next": Spec(
        "Frame to &next shot", ("Shift+G",), "", "Pin this frame to the start of the next shot"
    ),
    "grab_before": Spec(
        "Frame to shot be&fore", (), "", "Pin this frame to the end of the shot before"
    ),
    "split_shots": Spec(
        "Find s&hots and split", (), "split", "Find the movie's cuts, and divide the shot there"
    ),
    "upscale": Spec(
        "&Upscale with Director-SR", (), "", "Make what the shot shows as large as the film"
    ),
    "train_style": Spec(
        "&Train a style…", (), "", "Let Director-Gen learn the look of the film's footage"
    ),
    "replace_footage": Spec("Replace foota&ge…", (), "", "Show another movie in this shot"),
    "relink": Spec("Relin&k…", (), "", "Say where the selected board, sound or movie lies now"),
    "find_missing": Spec(
        "Find missing me&dia…", (), "search", "Look for all that is missing in a folder"
    ),
    "reveal": Spec("&Show in folder", (), "", "Open the folder that the movie lies in"),
    "add_sound": Spec(
        "Add s&ound…", ("Ctrl+Alt+S",), "sound", "Add music or speech, or a movie's sound, here"
    ),
    "mute_sound": Spec(
        "&Mute sound",
        ("Alt+Shift+M",),
        "mute",
        "Silence the selected sounds, or let them be heard",
        True,
    ),
    "add_shot": Spec("&New shot", ("N",), "add-shot", "Add an empty shot after the selected one"),
    "split": Spec("&Split at playhead", ("Ctrl+B",), "split"),
    "edit_caption": Spec("Edit &caption", ("C",)),
    "toggle_join": Spec("&Cut or continue", ("X",), "cut"),
    "move_left": Spec("Move shot &left", ("Alt+Left",)),
    "move_right": Spec("Move shot &right", ("Alt+Right",)),
    **{command: Spec(f"Pace shot: {name}") for command, name in PACE_COMMANDS.items()},
    "save_pacing": Spec("Save this shot's &pacing as…"),
    "pin_here": Spec("&Keyframe at playhead…", ("Ctrl+K",), "images"),
    "replace_image": Spec("&Replace image…", ("Ctrl+Shift+I",)),
    "toggle_exact": Spec("&Exactly on the requested frame", ("E",)),
    "nudge_left": Spec("Nudge left", (",",), tip="Move the keyframes one frame earlier"),
    "nudge_right": Spec("Nudge right", (".",), tip="Move the keyframes one frame later"),
    "nudge_left_10": Spec("Nudge left by ten", ("Shift+,",)),
    "nudge_right_10": Spec("Nudge right by ten", ("Shift+.",)),
    "snap": Spec(
        "S&nap", ("S",), "snap", "Drags snap to heads, cuts, markers and the playhead", True
    ),
    "overwrite": Spec(
        "Trims &overwrite",
        (),
        "overwrite",
        "Off: later shots move along (ripple). On: the neighbour gives or takes. Shift: the other",
        True,
    ),
    "mark_in": Spec("&In point", ("I",)),
    "mark_out": Spec("&Out point", ("O",)),
    "clear_in_out": Spec("Clear in and o&ut", ("Alt+X",)),
    "add_marker": Spec("Add &marker", ("M",), "marker", "Put a marker at the playhead"),
    "rename_marker": Spec("&Rename marker…"),
    "next_marker": Spec("&Next marker", ("Shift+M",)),
    "previous_marker": Spec("&Previous marker", ("Ctrl+Shift+M",)),
    **{f"marker_{name}": Spec(name.capitalize()) for name in MARKER_COLORS},
    "reroll": Spec("Re-roll &seed", ("Ctrl+R",), "dice"),
    "reroll_pass": Spec(
        "Re-roll these s&hots", ("R",), "dice", "Another seed for these shots only; others stay"
    ),
    "keep_take": Spec(
        "&Keep take", ("Shift+K",), "lock", "Stay with this take whatever else changes", True
    ),
    "approve_take": Spec(
        "&Approve take", ("Shift+A",), "success", "Approved takes become masters on their own", True
    ),
    "use_take": Spec("&Use take", ("U",), "restore", "Put this take into the film"),
    "restore_take": Spec(
        "Restore &settings of take", (), "undo", "Bring back shots, boards, model and seed"
    ),
    "compare_take": Spec(
        "&Compare with take", ("Alt+W",), "wipe", "Lay this take over what is shown"
    ),
    "delete_take": Spec("&Delete take", ("Shift+Del",), "trash", "Delete this take; undo has it"),
    "render_approved": Spec("Render a&pproved takes", ("Ctrl+Alt+R",), "render"),
    **{f"rate_{n}": Spec("★" * n, (f"Ctrl+{n}",)) for n in range(1, 6)},
    "pause_jobs": Spec(
        "&Pause the queue",
        ("Ctrl+Shift+.",),
        "pause",
        "Stand still at the next step, and go on from there",
        True,
    ),
    "generate": Spec("&Generate", ("Ctrl+G",), "generate", "Make the drafts of all shots"),
    "stop": Spec("S&top", ("Ctrl+.",), "stop", "Stop; what was computed stays on disk"),
    "stop_pass": Spec("Stop t&his pass", ("Alt+.",), "stop", "Stop this pass; others go on"),
    "render": Spec(
        "&Export movie…", ("Ctrl+E", "Ctrl+Shift+R"), "render", "Choose how the film is written"
    ),
    "play": Spec(
        "&Play or pause", ("Space",), "play", "Play or pause; sound is heard at normal speed"
    ),
    "shuttle_back": Spec("Play &backwards", ("J",)),
    "pause": Spec("Pa&use", ("K",)),
    "shuttle_forward": Spec(
        "Play &forwards", ("L",), tip="Play forwards; again: twice as fast, without sound"
    ),
    "loop": Spec(
        "L&oop",
        ("Ctrl+L",),
        "loop",
        "Play over and over: from in to out, else the selected shot, else the film",
        is_checkable=True,
    ),
    "step_back": Spec("Previous &frame", ("Left",), "step-back"),
    "step_forward": Spec("Next f&rame", ("Right",), "step-forward"),
    "second_back": Spec("One second back", ("Shift+Left",)),
    "second_forward": Spec("One second forward", ("Shift+Right",)),
    "to_start": Spec("To the &start", ("Home",), "to-start"),
    "to_end": Spec("To the &end", ("End",), "to-end"),
    "previous_point": Spec("Previous keyframe or cut", ("Up",)),
    "next_point": Spec("Next keyframe or cut", ("Down",)),
    "source_auto": Spec("Show the &best", ("1",)),
    "source_board": Spec("Show &boards", ("2",)),
    "source_draft": Spec("Show &drafts", ("3",)),
    "source_master": Spec("Show &masters", ("4",)),
    "compare_wipe": Spec(
        "Compare: &wipe", ("W",), "wipe", "Compare two sides with a line to drag", is_checkable=True
    ),
    "compare_side": Spec("Compare: s&ide by side", ("Shift+W",), is_checkable=True),
    "compare_difference": Spec("Compare: di&fference", ("Ctrl+Shift+W",), is_checkable=True),
    "compare_board": Spec("Compare with the boa&rd", is_checkable=True),
    "compare_draft": Spec("Compare with the drafts", is_checkable=True),
    "compare_master": Spec("Compare with the masters", is_checkable=True),
    "viewer_full": Spec("Picture on the f&ull screen", ("F",), "full-screen", is_checkable=True),
    "viewer_fit": Spec("Picture: fi&t", ("Alt+0",)),
    "viewer_100": Spec("Picture: &100 %", ("Alt+1",)),
    "viewer_200": Spec("Picture: &200 %", ("Alt+2",)),
    "viewer_in": Spec("Picture: zoom in", ("Alt++", "Alt+=")),
    "viewer_out": Spec("Picture: zoom out", ("Alt+-",)),
    "safe_areas": Spec("Safe &areas", ("Shift+S",), is_checkable=True),
    "thirds": Spec("&Thirds", ("Shift+T",), is_checkable=True),
    "captions": Spec("&Captions over the picture", ("Shift+C",), is_checkable=True),
    "dissolves": Spec("&Dissolves between boards", ("Shift+D",), is_checkable=True),
    "grab_save": Spec("&Save frame as PNG…", ("Ctrl+Shift+E",)),
    "grab_copy": Spec("Copy fra&me", ("Ctrl+Shift+C",)),
    "grab_pin": Spec("Use frame as &keyframe", ("Ctrl+Shift+K",)),
    "go_to": Spec("&Go to timecode…", ("Ctrl+J",)),
    "zoom_in": Spec("Zoom &in", ("+", "Ctrl++", "="), "zoom-in"),
    "zoom_out": Spec("Zoom &out", ("-", "Ctrl+-"), "zoom-out"),
    "fit": Spec("&Fit film in timeline", ("Shift+Z", "Ctrl+0"), "fit"),
    "show_inspector": Spec("&Inspector", ("F4",), "panel", is_checkable=True),
    "show_takes": Spec("&Takes", ("F7",), "takes", is_checkable=True),
    "show_joins": Spec("J&oins", ("F8",), "joins", is_checkable=True),
    "show_preflight": Spec(
        "Pre-fl&ight", ("F9",), "preflight", "What Generate will do, and what it takes", True
    ),
    "show_jobs": Spec("&Jobs", ("F6",), "jobs", is_checkable=True),
    "loop_previews": Spec("Play the clip while it &forms", is_checkable=True),
    "reset_layout": Spec("&Reset layout", tip="Put all panels back where they were at first"),
    "language_system": Spec("Language of the &system", is_checkable=True),
    "language_en": Spec("English", is_checkable=True),
    "language_zh_CN": Spec("简体中文", is_checkable=True),
    "theme_dark": Spec("&Dark theme", is_checkable=True),
    "theme_light": Spec("&Light theme", is_checkable=True),
    "theme_system": Spec("Theme of the &system", is_checkable=True),
    "full_screen": Spec("F&ull screen", ("F11",), is_checkable=True),
    "palette": Spec("&Find a command…", ("Ctrl+Shift+P", "F3"), "search"),
    "tour": Spec("Show me &round", tip="Seven things to know, shown on the sample film"),
    "keyboard": Spec("&Keyboard…", ("Ctrl+Alt+K",), tip="Change the keys of the commands"),
    "shortcuts": Spec("&Keys", ("F1",)),
    "diagnosis": Spec("&Diagnostics…"),
    "about": Spec("&About SmartDirector"),
}


class Commands(QObject):
    """The commands as actions; who can do a thing connects to it."""

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._actions = {name: self._make(spec) for name, spec in SPECS.items()}
        words = {
            name: said("Commands", spec.tip) if spec.tip else plain(said("Commands", spec.text))
            for name, spec in SPECS.items()
        }
        self.tips = ActionKeys(workspace.keymap, self._actions, words, self)
        self.keys = ShuttleKeys(workspace.playback, self["pause"], self)
        self._connect_state()
        connect_viewing(self, workspace)
        connect_takes(self, workspace)
        connect_inspector(self, workspace)
        workspace.editor.changed.connect(self._refresh)
        connect_footage(self, workspace)
        connect_relinking(self, workspace)
        connect_sounds(self, workspace)  # after the others: it has the last word on its own parts
        workspace.jobs.changed.connect(self._refresh)
        workspace.playback.changed.connect(self._refresh)
        workspace.document.changed.connect(self._refresh)
        self._refresh()

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def all(self) -> dict[str, QAction]:
        """Return every command by its name."""
        return dict(self._actions)

    def connect_to(self, name: str, call: Callable[[], object]) -> None:
        """Say what a command does."""

        def run(_checked: bool = False) -> None:
            call()

        self._actions[name].triggered.connect(run)

    def _make(self, spec: Spec) -> QAction:
        action = QAction(said("Commands", spec.text), self)
        action.setCheckable(spec.is_checkable)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        return action

    def _connect_state(self) -> None:
        """Connect what needs no window: one call each."""
        ws = self._workspace
        editor, playback = ws.editor, ws.playback
        self.connect_to("undo", editor.undo)
        self.connect_to("redo", editor.redo)
        self.connect_to("delete", ws.shots.remove_selected)
        self.connect_to("cut", ws.clipboard.cut)
        self.connect_to("copy", ws.clipboard.copy)
        self.connect_to("paste", ws.clipboard.paste)
        self.connect_to("select_all", ws.selecting.all)
        self.connect_to("split", ws.shots.split_here)
        self._connect_marks()
        self.connect_to("select_none", ws.shots.select_none)
        self.connect_to("add_shot", ws.shots.add)
        self.connect_to("duplicate", ws.clipboard.duplicate)
        self.connect_to("toggle_join", lambda: self._with_shot(ws.shots.toggle_join))
        self.connect_to("move_left", lambda: self._with_shot(lambda s: ws.shots.move(s, -1)))
        self.connect_to("move_right", lambda: self._with_shot(lambda s: ws.shots.move(s, 1)))
        self.connect_to("toggle_exact", self._toggle_exact)
        self.connect_to("reroll", ws.shots.reroll_seed)
        self.connect_to("generate", ws.jobs.generate)
        self.connect_to("stop", ws.jobs.stop)
        self.connect_to("play", playback.toggle)
        self.connect_to("pause", playback.pause)
        self.connect_to("shuttle_back", lambda: self.keys.shuttle(-1))
        self.connect_to("shuttle_forward", lambda: self.keys.shuttle(1))
        self.connect_to("step_back", lambda: playback.step(-1))
        self.connect_to("step_forward", lambda: playback.step(1))
        self.connect_to("second_back", lambda: playback.step_seconds(-1))
        self.connect_to("second_forward", lambda: playback.step_seconds(1))
        self.connect_to("to_start", lambda: editor.seek(0))
        self.connect_to("to_end", lambda: editor.seek(editor.project.num_frames - 1))
        self.connect_to("previous_point", lambda: editor.seek_point(-1))
        self.connect_to("next_point", lambda: editor.seek_point(1))
        self.connect_to("source_auto", lambda: ws.monitor.set_source("auto"))
        self.connect_to("source_board", lambda: ws.monitor.set_source("board"))
        self.connect_to("source_draft", lambda: ws.monitor.set_source("draft"))
        self.connect_to("source_master", lambda: ws.monitor.set_source("master"))

    def _connect_marks(self) -> None:
        ws = self._workspace
        marks, keyframes = ws.marks, ws.keyframes
        self.connect_to("nudge_left", lambda: keyframes.nudge(-1))
        self.connect_to("nudge_right", lambda: keyframes.nudge(1))
        self.connect_to("nudge_left_10", lambda: keyframes.nudge(-10))
        self.connect_to("nudge_right_10", lambda: keyframes.nudge(10))
        self.connect_to("mark_in", marks.set_in)
        self.connect_to("mark_out", marks.set_out)
        self.connect_to("clear_in_out", marks.clear_in_out)
        self.connect_to("add_marker", marks.add_here)
        self.connect_to("rename_marker", marks.rename_selected)
        self.connect_to("next_marker", lambda: marks.seek(1))
        self.connect_to("previous_marker", lambda: marks.seek(-1))
        for name in MARKER_COLORS:
            self.connect_to(f"marker_{name}", partial(marks.color_selected, name))
        self["snap"].setChecked(ws.snapping.is_on)
        self["snap"].toggled.connect(ws.snapping.switch)
        self["overwrite"].setChecked(ws.snapping.overwrites)
        self["overwrite"].toggled.connect(ws.snapping.switch_overwrite)

    def _with_shot(self, call: Callable[[str], None]) -> None:
        shot = self._workspace.editor.selected_shot
        if shot is not None:
            call(shot.id)

    def _toggle_exact(self) -> None:
        pair = self._workspace.editor.selected_keyframe
        if pair is not None:
            self._workspace.keyframes.set_exact(pair[1].id, not pair[1].exact)

    def _refresh(self, _change: object = None) -> None:
        """Bring words and availability in line with the state."""
        ws = self._workspace
        editor = ws.editor
        self._name_step("undo", said("Commands", "&Undo"), editor.undo_name)
        self._name_step("redo", said("Commands", "&Redo"), editor.redo_name)
        selection = editor.selection
        on_any = not isinstance(selection, NothingSelected)
        on_shot = editor.selected_shot is not None
        parts = len(selected_shot_ids(selection)) + len(selected_keyframe_ids(selection))
        on_keyframe = isinstance(selection, KeyframeSelected)
        has_film = bool(editor.project.shots)
        for name in ("toggle_join", "move_left", "move_right", "edit_caption"):
            self[name].setEnabled(on_shot)
        for name in ("replace_image", "toggle_exact"):
            self[name].setEnabled(on_keyframe)
        for name in ("delete", "select_none"):
            self[name].setEnabled(on_any)
        for name in ("cut", "copy", "duplicate"):
            self[name].setEnabled(parts > 0)
        for name in ("nudge_left", "nudge_right", "nudge_left_10", "nudge_right_10"):
            self[name].setEnabled(bool(selected_keyframe_ids(selection)))
        on_marker = isinstance(selection, MarkerSelected)
        for name in ("rename_marker", *(f"marker_{color}" for color in MARKER_COLORS)):
            self[name].setEnabled(on_marker)
        for name in ("next_marker", "previous_marker"):
            self[name].setEnabled(bool(editor.project.markers))
        self["clear_in_out"].setEnabled(editor.project.in_out is not None)
        if not on_any:
            words = said("Commands", "&Delete")
        elif on_marker:
            words = said("Commands", "&Delete marker")
        elif selected_shot_ids(selection):
            words = counted("Commands", "&Delete %n shots", "&Delete shot", n=parts)
        else:
            words = counted("Commands", "&Delete %n keyframes", "&Delete keyframe", n=parts)
        self["delete"].setText(words)
        for name in ("split", "select_all", "mark_in", "mark_out", "add_marker"):
            self[name].setEnabled(has_film)
        for name in ("pin_here", "play", "generate", "render", "step_back", "step_forward"):
            self[name].setEnabled(has_film)
        self["stop"].setEnabled(ws.jobs.is_active or ws.jobs.can_go_on)
        playing = ws.playback.is_playing
        self["play"].setIcon(icon("pause" if playing else "play"))

    def _name_step(self, name: str, word: str, step: str | None) -> None:
        action = self[name]
        action.setEnabled(step is not None)
        action.setText(f"{word} “{told(step)}”" if step else word)
        self.tips.say(name, plain(action.text()))
