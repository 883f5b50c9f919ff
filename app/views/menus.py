"""The menu bar, which holds every command, and the menus under the right mouse button."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.state.language import said
from app.views.commands import MARKER_COLORS, Commands
from app.views.inspector.commands import PACE_COMMANDS
from app.views.recent import RecentMenu
from app.views.timeline.hits import (
    Hit,
    OnEdge,
    OnJoin,
    OnMarker,
    OnPin,
    OnRangeEnd,
    OnRuler,
    OnShot,
    OnSound,
    OnSoundLane,
    OnTitle,
)

SEPARATOR = "-"

MENUS: dict[str, tuple[str, ...]] = {
    "&File": (
        "new",
        "open",
        "recent",
        "sample",
        "-",
        "save",
        "save_as",
        "-",
        "import_media",
        "import_timeline",
        "import_folder",
        "-",
        "relink",
        "find_missing",
        "-",
        "render",
        "export_timeline",
        "export_storyboard",
        "-",
        "quit",
    ),
    "&Edit": (
        *("undo", "redo", "-", "cut", "copy", "paste", "duplicate", "delete", "-"),
        *("select_all", "select_none", "-", "snap", "overwrite", "-", "keyboard"),
    ),
    "&Shot": (
        *("add_shot", "add_images", "split", "-", "edit_caption", "toggle_join"),
        *("-", "move_left", "move_right"),
    ),
    "&Shot>&Pacing": (*PACE_COMMANDS, "-", "save_pacing"),
    "&Keyframe": (
        *("pin_here", "replace_image", "toggle_exact", "-"),
        *("nudge_left", "nudge_right", "nudge_left_10", "nudge_right_10"),
    ),
    "Foot&age": (
        *("extend_after", "extend_before", "bridge", "-", "slip_left", "slip_right", "-"),
        *("grab_next", "grab_before", "-", "split_shots", "upscale", "train_style", "-"),
        *("replace_footage", "reveal"),
    ),
    "S&ound": ("add_sound", "-", "mute_sound"),
    "&Mark": (
        *("mark_in", "mark_out", "clear_in_out", "-"),
        *("add_marker", "rename_marker", "next_marker", "previous_marker", "-"),
    ),
    "&Mark>Marker &colour": tuple(f"marker_{name}" for name in MARKER_COLORS),
    "&Generate": (
        "generate",
        "stop",
        "stop_pass",
        "-",
        "pause_jobs",
        "-",
        "reroll",
        "-",
        "loop_previews",
    ),
    "&Take": (
        *("reroll_pass", "use_take", "keep_take", "approve_take", "restore_take"),
        *("compare_take", "-"),
        *("rate_1", "rate_2", "rate_3", "rate_4", "rate_5", "-", "render_approved", "delete_take"),
    ),
    "&Play": (
        *("play", "shuttle_back", "pause", "shuttle_forward", "loop", "-"),
        *("step_back", "step_forward", "second_back", "second_forward"),
        *("previous_point", "next_point", "to_start", "to_end", "go_to"),
    ),
    "&View": (
        *("source_auto", "source_board", "source_draft", "source_master", "-"),
        *("zoom_in", "zoom_out", "fit", "-", "full_screen", "show_inspector"),
        *("show_takes", "show_joins", "show_preflight", "show_jobs", "reset_layout"),
    ),
    "&View>T&heme": ("theme_dark", "theme_light", "theme_system"),
    "&View>&Language": ("language_system", "language_en", "language_zh_CN"),
    "P&icture": (
        *("viewer_full", "-", "viewer_fit", "viewer_100", "viewer_200", "viewer_in", "viewer_out"),
        *("-", "compare_wipe", "compare_side", "compare_difference"),
        *("compare_board", "compare_draft", "compare_master"),
        *("-", "safe_areas", "thirds", "captions", "dissolves"),
        *("-", "grab_save", "grab_copy", "grab_pin"),
    ),
    "&Help": ("palette", "-", "tour", "shortcuts", "-", "diagnosis", "about"),
}

_ON_SHOT = (
    *("edit_caption", "toggle_join", "split", "-", "add_images", "pin_here", "add_shot", "-"),
    *("cut", "copy", "paste", "duplicate", "-"),
    *("move_left", "move_right", "-", "delete"),
)
_ON_FOOTAGE = (
    *("extend_after", "extend_before", "bridge", "toggle_join", "-", "split", "split_shots"),
    *("upscale", "train_style", "grab_next", "grab_before", "-"),
    *("replace_footage", "relink", "reveal", "-"),
    *("cut", "copy", "paste", "duplicate", "-", "move_left", "move_right", "-", "delete"),
)
_ON_PIN = (
    *("replace_image", "relink", "toggle_exact", "-", "cut", "copy", "paste", "duplicate"),
    *("-", "nudge_left", "nudge_right", "-", "delete"),
)
_ON_SOUND = (
    *("mute_sound", "split", "relink", "-", "cut", "copy", "paste", "duplicate", "-", "delete"),
)
_ON_SOUND_LANE = ("add_sound", "paste", "-", "undo", "redo", "-", "fit")
_ON_RULER = ("add_marker", "-", "mark_in", "mark_out", "clear_in_out", "-", "fit")
_ON_MARKER = ("rename_marker", "-", *(f"marker_{name}" for name in MARKER_COLORS), "-", "delete")
_ON_NOTHING = ("add_images", "paste", "add_shot", "-", "undo", "redo", "-", "fit", "generate")


def fill_menu_bar(bar: QMenuBar, commands: Commands, recent: RecentMenu) -> None:
    """Put every command into a menu."""
    menus: dict[str, QMenu] = {}
    for title, names in MENUS.items():
        above, _, below = title.rpartition(">")
        words = said("Menus", below)
        menu = menus[above].addMenu(words) if above else bar.addMenu(words)
        menus[title] = menu
        for name in names:
            if name == SEPARATOR:
                menu.addSeparator()
            elif name == "recent":
                menu.addMenu(recent)
            else:
                menu.addAction(commands[name])


def context_menu(found: Hit, commands: Commands, parent: QWidget) -> QMenu:
    """Return the menu for what lies under the mouse."""
    match found:
        case OnPin():
            names = _ON_PIN
        case OnShot() | OnTitle() | OnEdge() | OnJoin():
            names = _ON_FOOTAGE if commands["extend_after"].isEnabled() else _ON_SHOT
        case OnRuler() | OnRangeEnd():
            names = _ON_RULER
        case OnMarker():
            names = _ON_MARKER
        case OnSound():
            names = _ON_SOUND
        case OnSoundLane():
            names = _ON_SOUND_LANE
        case _:
            names = _ON_NOTHING
    menu = QMenu(parent)
    for name in names:
        if name == SEPARATOR:
            menu.addSeparator()
        else:
            menu.addAction(commands[name])
    return menu
