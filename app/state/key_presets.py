"""Which keys the well-known editors use for what we have: pure tables, and how they add up.

A preset names the keys of some commands; a command that it does not name keeps SmartDirector's own
keys, as far as the preset has no other use for them. The user's changes lie above both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Keys = tuple[str, ...]
KeyTable = Mapping[str, Keys]

OWN_PRESET = "smartdirector"

PRESET_NAMES: Mapping[str, str] = {
    OWN_PRESET: "SmartDirector",
    "premiere": "Premiere Pro",
    "resolve": "DaVinci Resolve",
}

_PREMIERE: KeyTable = {
    "new": ("Ctrl+Alt+N",),
    "render": ("Ctrl+M",),
    "redo": ("Ctrl+Shift+Z",),
    "duplicate": ("Ctrl+Shift+/",),
    "delete": ("Del", "Backspace", "Shift+Del"),
    "delete_take": (),
    "split": ("Ctrl+K", "Ctrl+Shift+K"),
    "pin_here": ("Ctrl+Alt+I",),
    "grab_pin": ("Ctrl+Alt+E",),
    "move_left": ("Ctrl+Shift+,",),
    "move_right": ("Ctrl+Shift+.",),
    "pause_jobs": ("Ctrl+Alt+.",),
    "nudge_left": ("Alt+Left",),
    "nudge_right": ("Alt+Right",),
    "nudge_left_10": ("Alt+Shift+Left",),
    "nudge_right_10": ("Alt+Shift+Right",),
    "clear_in_out": ("Ctrl+Shift+X",),
    "zoom_in": ("=", "+"),
    "zoom_out": ("-",),
    "fit": ("\\",),
    "viewer_full": ("Ctrl+`",),
}

_RESOLVE: KeyTable = {
    "redo": ("Ctrl+Shift+Z",),
    "delete": ("Del", "Backspace", "Shift+Backspace"),
    "split": ("Ctrl+B", "Ctrl+\\"),
    "add_shot": ("Shift+N",),
    "snap": ("N",),
    "move_left": ("Ctrl+Shift+,",),
    "move_right": ("Ctrl+Shift+.",),
    "pause_jobs": ("Ctrl+Alt+.",),
    "pin_here": ("Ctrl+[",),
    "previous_point": ("Up", "["),
    "next_point": ("Down", "]"),
    "rename_marker": ("Shift+M",),
    "next_marker": ("Shift+Down",),
    "previous_marker": ("Shift+Up",),
    "loop": ("Ctrl+/",),
    "compare_wipe": ("Ctrl+W",),
    "grab_save": ("Ctrl+Alt+G",),
    "zoom_in": ("Ctrl+=", "Ctrl++"),
    "zoom_out": ("Ctrl+-",),
    "fit": ("Shift+Z",),
    "viewer_fit": ("Z",),
    "viewer_full": ("Ctrl+F", "Shift+F"),
}

PRESETS: Mapping[str, KeyTable] = {OWN_PRESET: {}, "premiere": _PREMIERE, "resolve": _RESOLVE}


@dataclass(frozen=True, slots=True)
class Lost:
    """A key that a command would have, had not another one taken it."""

    key: str
    taken_by: str


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """What every key does.

    Attributes:
        keys: the keys of each command; the first is the one that is shown.
        lost: the keys that a command gave up to another.
        owners: the command of each key.
    """

    keys: KeyTable
    lost: Mapping[str, tuple[Lost, ...]] = field(default_factory=dict[str, "tuple[Lost, ...]"])
    owners: Mapping[str, str] = field(default_factory=dict[str, str])


def plan_keys(defaults: KeyTable, *layers: KeyTable) -> KeyPlan:
    """Lay tables over the default keys, so that no key does two things.

    Args:
        defaults: the keys of every command.
        layers: further tables, the strongest last; commands that ``defaults`` lacks are left out.

    Returns:
        Each command with the keys of the strongest table that names it. Where two commands want one
        key, the one named by the stronger table gets it; within a table, the earlier command.
    """
    ranks = {
        name: max((rank for rank, layer in enumerate(layers, 1) if name in layer), default=0)
        for name in defaults
    }
    tables = (defaults, *layers)
    owners: dict[str, str] = {}
    got: dict[str, list[str]] = {}
    lost: dict[str, list[Lost]] = {}
    for name in sorted(defaults, key=lambda name: -ranks[name]):
        for key in _once(tables[ranks[name]][name]):
            owner = owners.setdefault(key, name)
            if owner == name:
                got.setdefault(name, []).append(key)
            else:
                lost.setdefault(name, []).append(Lost(key, owner))
    return KeyPlan(
        {name: tuple(got.get(name, ())) for name in defaults},
        {name: tuple(keys) for name, keys in lost.items()},
        owners,
    )


def _once(keys: Iterable[str]) -> Iterable[str]:
    return dict.fromkeys(keys)
