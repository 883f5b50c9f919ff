"""The commands as entries of the palette: words, menu, key, and what one needs to be run."""

from __future__ import annotations

from app.state.finding import Entry
from app.state.keymap import KeymapState, shown_key
from app.state.language import said
from app.views.commands import MARKER_COLORS, SPECS, Commands
from app.views.footage_commands import FOOTAGE_COMMANDS
from app.views.inspector.commands import PACE_COMMANDS
from app.views.key_tips import plain
from app.views.menus import MENUS, SEPARATOR

_NOT_LISTED = frozenset({SEPARATOR, "recent", "palette"})

_A_FILM = "needs a shot"
_A_SHOT = "select a shot first"
_A_KEYFRAME = "select a keyframe first"
_A_PART = "select a shot, a keyframe or a sound first"
_A_TAKE = "choose a take first"
_A_MARKER = "select a marker first"

_NEEDS: dict[str, str] = {
    **dict.fromkeys(("toggle_join", "move_left", "move_right", "edit_caption"), _A_SHOT),
    **dict.fromkeys(("replace_image", "toggle_exact"), _A_KEYFRAME),
    **dict.fromkeys((*PACE_COMMANDS, "save_pacing"), "select a shot with boards first"),
    **dict.fromkeys(("nudge_left", "nudge_right", "nudge_left_10", "nudge_right_10"), _A_KEYFRAME),
    **dict.fromkeys(("cut", "copy", "duplicate"), _A_PART),
    **dict.fromkeys(("delete", "select_none"), "nothing is selected"),
    **dict.fromkeys(("rename_marker", *(f"marker_{name}" for name in MARKER_COLORS)), _A_MARKER),
    **dict.fromkeys(("next_marker", "previous_marker"), "the film has no marker"),
    "clear_in_out": "neither point is set",
    **dict.fromkeys(("split", "select_all", "mark_in", "mark_out", "add_marker"), _A_FILM),
    **dict.fromkeys(("pin_here", "play", "generate", "render", "step_back"), _A_FILM),
    **dict.fromkeys(("step_forward", "add_sound"), _A_FILM),
    **dict.fromkeys(FOOTAGE_COMMANDS, "select a shot that shows a movie first"),
    **dict.fromkeys(("export_timeline", "export_storyboard"), _A_FILM),
    "find_missing": _A_FILM,
    "relink": "select a board, a sound or a movie first",
    "mute_sound": "select a sound first",
    "stop": "no job is under way",
    "stop_pass": "no pass is being made",
    "pause_jobs": "no job is under way",
    "undo": "nothing to undo",
    "redo": "nothing to redo",
    "reroll_pass": "needs a shot whose take is not kept",
    "keep_take": _A_FILM,
    **dict.fromkeys(("approve_take", "compare_take", "delete_take"), _A_TAKE),
    **dict.fromkeys((f"rate_{stars}" for stars in range(1, 6)), _A_TAKE),
    "use_take": "choose a take that fits and is not in use",
    "restore_take": "choose a take that is not in use",
    "render_approved": "no approved take waits for its master",
}


def menu_places() -> dict[str, str]:
    """Return where in the menu bar each command stands first: ``Mark › Marker colour``."""
    return {
        name: " › ".join(plain(said("Menus", part)) for part in title.split(">"))
        for title, names in reversed(MENUS.items())
        for name in names
        if name not in {SEPARATOR, "recent"}
    }


def command_title(name: str, text: str) -> str:
    """Return the words of a command as they are understood outside of its menu."""
    words = plain(text)
    if name.startswith("marker_"):
        return said("Palette", "Marker colour: {lower}", lower=words.lower())
    if name.startswith("rate_"):
        return said("Palette", "Rate the take {words}", words=words)
    return words


def command_entries(commands: Commands, keymap: KeymapState) -> list[Entry]:
    """Return every command as an entry, in the order of the menus."""
    actions = commands.all()
    places = menu_places()
    entries: list[Entry] = []
    for name, place in places.items():
        if name in _NOT_LISTED:
            continue
        action, keys = actions[name], keymap.keys(name)
        entries.append(
            Entry(
                "command",
                name,
                command_title(name, action.text()),
                place,
                f"{commands.tips.words(name)} {plain(SPECS[name].text)}",
                shown_key(keys[0]) if keys else "",
                is_enabled=action.isEnabled(),
                is_on=action.isCheckable() and action.isChecked(),
                why_not=""
                if action.isEnabled() or name not in _NEEDS
                else said("Palette", _NEEDS[name]),
            )
        )
    return entries
