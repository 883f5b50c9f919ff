"""Keys: presets without clashes, what the user changes, and maps that are damaged."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.state.key_presets import OWN_PRESET, PRESET_NAMES, PRESETS, Lost, plan_keys
from app.state.keymap import KeymapState, key_name
from app.state.notices import NoticesState
from app.state.settings import SettingsState
from app.views.commands import SPECS
from app.views.menus import MENUS

DEFAULTS = {name: spec.keys for name, spec in SPECS.items()}


@pytest.fixture
def make(tmp_path: Path, qapp: object) -> Callable[[], KeymapState]:
    def made() -> KeymapState:
        settings = SettingsState(tmp_path / "settings.json")
        return KeymapState(DEFAULTS, settings, NoticesState())

    return made


@pytest.mark.parametrize("preset", PRESETS)
def test_presets_name_real_commands_and_real_keys(preset: str) -> None:
    assert set(PRESETS[preset]) <= set(SPECS)
    for keys in (*PRESETS[preset].values(), *DEFAULTS.values()):
        for key in keys:
            assert key_name(key), key


@pytest.mark.parametrize("preset", PRESETS)
def test_in_a_preset_no_key_means_two_things_and_none_opens_a_menu(preset: str) -> None:
    wanted = [key_name(key) for keys in PRESETS[preset].values() for key in keys]
    assert len(set(wanted)) == len(wanted)
    letters = {title[title.index("&") + 1].upper() for title in MENUS if ">" not in title}
    assert {f"Alt+{letter}" for letter in letters}.isdisjoint(wanted)


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_takes_the_only_key_of_nothing_that_matters(
    preset: str, make: Callable[[], KeymapState]
) -> None:
    keymap = make()
    keymap.choose(preset)
    keyless = {n for n in SPECS if DEFAULTS[n] and not keymap.keys(n)} - {"delete_take"}
    assert keyless == set()


def test_known_keys_of_the_other_editors(make: Callable[[], KeymapState]) -> None:
    keymap = make()
    for preset in PRESETS:
        keymap.choose(preset)
        got = {
            name: keymap.owner_of(key)
            for name, key in {
                "shuttle_back": "J",
                "pause": "K",
                "shuttle_forward": "L",
                "mark_in": "I",
                "mark_out": "O",
                "play": "Space",
                "add_marker": "M",
                "add_images": "Ctrl+I",
            }.items()
        }
        assert got == {name: name for name in got}
    keymap.choose("premiere")
    assert keymap.owner_of("Ctrl+K") == "split"
    assert keymap.owner_of("Shift+Del") == "delete"
    assert keymap.owner_of("\\") == "fit"
    assert keymap.owner_of("S") == "snap"
    keymap.choose("resolve")
    assert keymap.owner_of("Ctrl+\\") == "split"
    assert keymap.owner_of("N") == "snap"
    assert keymap.owner_of("Alt+X") == "clear_in_out"
    assert keymap.owner_of("Shift+Z") == "fit"


def test_the_stronger_table_gets_the_key() -> None:
    defaults = {"a": ("X",), "b": ("Y",), "c": ("Z",)}
    plan = plan_keys(defaults, {"b": ("X", "Y")}, {"c": ("Y",), "unknown": ("Q",)})
    assert plan.keys == {"a": (), "b": ("X",), "c": ("Y",)}
    assert plan.lost == {"a": (Lost("X", "b"),), "b": (Lost("Y", "c"),)}
    assert plan.owners == {"X": "b", "Y": "c"}


def test_a_key_that_is_taken_over_leaves_its_old_command(make: Callable[[], KeymapState]) -> None:
    keymap = make()
    told: list[int] = []
    keymap.changed.connect(lambda: told.append(1))
    assert keymap.add("generate", "Ctrl+B", first=True)
    assert keymap.keys("generate") == ("Ctrl+B", "Ctrl+G")
    assert keymap.keys("split") == ()
    assert len(told) == 1
    keymap.reset("split")  # the key goes home
    assert keymap.keys("split") == ("Ctrl+B",)
    assert keymap.keys("generate") == ("Ctrl+G",)
    assert not keymap.is_changed


def test_changes_survive_a_restart_and_belong_to_their_preset(
    make: Callable[[], KeymapState],
) -> None:
    keymap = make()
    keymap.add("split", "Q")
    keymap.choose("premiere")
    assert keymap.keys("split") == ("Ctrl+K", "Ctrl+Shift+K")
    keymap.remove("split", "Ctrl+Shift+K")
    again = make()
    assert again.preset == "premiere"
    assert again.keys("split") == ("Ctrl+K",)
    again.choose(OWN_PRESET)
    assert again.keys("split") == ("Ctrl+B", "Q")
    again.reset_all()
    assert again.keys("split") == ("Ctrl+B",)
    again.choose("premiere")
    assert again.is_changed_for("split")


def test_keys_are_one_thing_however_they_are_written(make: Callable[[], KeymapState]) -> None:
    keymap = make()
    assert keymap.owner_of("ctrl+b") == "split"
    assert keymap.owner_of("Shift+Ctrl+Z") == "redo"
    for key in ("Esc", "Tab", "Shift", "Ctrl+K, Ctrl+S", "", "nonsense"):
        assert not keymap.add("split", key)
    assert keymap.keys("split") == ("Ctrl+B",)


@pytest.mark.parametrize(
    "stored",
    [
        {"key_preset": "avid", "key_changes": {"avid": {"split": ["Q"]}}},
        {"key_preset": 7, "key_changes": "junk"},
        {"key_changes": {OWN_PRESET: {"split": "Q"}}},
        {"key_changes": {OWN_PRESET: {"no_such": ["Q"], "split": ["gibberish+", "Ctrl+B"]}}},
    ],
)
def test_a_damaged_map_falls_back_and_costs_nothing_else(
    stored: dict[str, object], make: Callable[[], KeymapState], tmp_path: Path
) -> None:
    (tmp_path / "settings.json").write_text(json.dumps({"recent": ["/a.sdproj"], **stored}))
    keymap = make()
    assert keymap.preset == OWN_PRESET
    assert keymap.keys("split") == ("Ctrl+B",)
    assert SettingsState(tmp_path / "settings.json").values.recent == ("/a.sdproj",)


def test_a_map_travels_in_a_file(tmp_path: Path, make: Callable[[], KeymapState]) -> None:
    keymap = make()
    keymap.choose("resolve")
    keymap.add("generate", "Ctrl+B")
    assert keymap.export_to(tmp_path / "mine")
    keymap.reset_all()
    keymap.choose("premiere")
    assert keymap.import_from(tmp_path / "mine.json")
    assert keymap.preset == "resolve"
    assert keymap.owner_of("Ctrl+B") == "generate"
    assert keymap.keys("split") == ("Ctrl+\\",)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[1, 2]",
        b"{}",
        b'{"kind": "other"}',
        b'{"kind": "smartdirector-keys", "preset": "avid"}',
        b'{"changes": {"split": 5}}',
        b"\xff\xfe",
    ],
)
def test_a_file_that_holds_no_map_changes_nothing(
    content: bytes, tmp_path: Path, make: Callable[[], KeymapState]
) -> None:
    keymap = make()
    keymap.add("split", "Q")
    path = tmp_path / "other.json"
    path.write_bytes(content)
    assert not keymap.import_from(path)
    assert not keymap.import_from(tmp_path / "missing.json")
    assert keymap.keys("split") == ("Ctrl+B", "Q")


def test_every_preset_has_a_name() -> None:
    assert set(PRESET_NAMES) == set(PRESETS)
