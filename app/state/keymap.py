"""The keyboard map: a preset, and what the user changed in it. Kept in the settings.

Whatever the settings hold, a map comes of it: an unknown preset is SmartDirector's own, and keys
or commands that cannot be understood are passed over. The commands are told from outside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from app.state.key_presets import (
    OWN_PRESET,
    PRESET_NAMES,
    PRESETS,
    KeyPlan,
    Keys,
    KeyTable,
    Lost,
    plan_keys,
)
from app.state.notices import Notice, NoticesState
from app.state.settings import SettingsState
from app.timeline.storage import write_atomically

KEY_MAP_SUFFIX = ".json"
_MAX_FILE_BYTES = 1_000_000
_RESERVED = frozenset(
    ("Esc", "Tab", "Shift+Tab", "Shift+Backtab", "Backtab", "Shift", "Control", "Alt", "Meta")
)
"""Keys that leave a field or a gesture, walk through the window, or say nothing alone."""


class KeyMapFile(BaseModel):
    """A keyboard map on disk, as one user gives it to another."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Literal["smartdirector-keys"]
    version: Literal[1] = 1
    preset: str = OWN_PRESET
    changes: dict[str, tuple[str, ...]] = Field(default_factory=dict)


def key_name(text: str) -> str:
    """Return how a key is written in the map; empty when it is no single key that may be used."""
    sequence = QKeySequence.fromString(text, QKeySequence.SequenceFormat.PortableText)
    name = sequence.toString(QKeySequence.SequenceFormat.PortableText)
    return "" if sequence.count() != 1 or name in _RESERVED else name


def shown_key(key: str) -> str:
    """Return a key as this system's keyboards have it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


class KeymapState(QObject):
    """The observable map.

    Signals:
        changed: some command has other keys now.
    """

    changed = Signal()

    def __init__(
        self,
        defaults: KeyTable,
        settings: SettingsState,
        notices: NoticesState,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._defaults = _cleaned(defaults)
        self._settings = settings
        self._notices = notices
        self._plan = self._make_plan(self._changes)

    @property
    def preset(self) -> str:
        """Name of the preset under the user's changes."""
        name = self._settings.values.key_preset
        return name if name in PRESETS else OWN_PRESET

    @property
    def is_changed(self) -> bool:
        """Whether the user changed anything in this preset."""
        return bool(self._changes)

    def keys(self, command: str) -> Keys:
        """Return the keys of a command; the first is the one to show."""
        return self._plan.keys.get(command, ())

    def lost(self, command: str) -> tuple[Lost, ...]:
        """Return the keys that a command gave up to others."""
        return self._plan.lost.get(command, ())

    def owner_of(self, key: str) -> str | None:
        """Return the command of a key."""
        return self._plan.owners.get(key_name(key))

    def is_changed_for(self, command: str) -> bool:
        """Whether the user gave a command other keys."""
        return command in self._changes

    # What the user does.

    def choose(self, preset: str) -> None:
        """Go over to another preset; the changes made in each are kept apart."""
        if preset in PRESETS and preset != self.preset:
            self._settings.update(key_preset=preset)
            self._replan()

    def add(self, command: str, key: str, *, first: bool = False) -> bool:
        """Give a command another key, taking it from the command that had it.

        Returns:
            Whether the key can be used at all.
        """
        name = key_name(key)
        if not name or command not in self._defaults:
            return False
        owner = self._plan.owners.get(name)
        if owner == command:
            return True
        changes = dict(self._changes)
        if owner is not None:
            changes[owner] = tuple(known for known in self.keys(owner) if known != name)
        mine = self.keys(command)
        changes[command] = (name, *mine) if first else (*mine, name)
        self._keep(changes)
        return True

    def remove(self, command: str, key: str) -> None:
        """Take a key off a command."""
        kept = tuple(known for known in self.keys(command) if known != key)
        if kept != self.keys(command):
            self._keep({**self._changes, command: kept})

    def reset(self, command: str) -> None:
        """Give a command the preset's keys again, taking them from whoever has them."""
        changes = {name: keys for name, keys in self._changes.items() if name != command}
        wanted = self._make_plan({}).keys.get(command, ())
        for name, keys in changes.items():
            changes[name] = tuple(key for key in keys if key not in wanted)
        self._keep(changes)

    def reset_all(self) -> None:
        """Be the preset again, and nothing else."""
        self._keep({})

    def export_to(self, path: Path) -> bool:
        """Write the map to a file."""
        target = path if path.suffix else path.with_suffix(KEY_MAP_SUFFIX)
        whole = KeyMapFile(
            kind="smartdirector-keys", preset=self.preset, changes=dict(self._changes)
        )
        try:
            write_atomically(target, whole.model_dump_json(indent=1).encode())
        except OSError as error:
            reason = error.strerror or str(error)
            self._notices.error(f"The keys cannot be written to {target}: {reason}.")
            return False
        self._notices.show(Notice("success", f"The keys are in {target.name}."))
        return True

    def import_from(self, path: Path) -> bool:
        """Take the map from a file; on failure the present one stays, and it is said why."""
        try:
            if path.stat().st_size > _MAX_FILE_BYTES:
                raise ValueError
            whole = KeyMapFile.model_validate(json.loads(path.read_bytes()))
        except OSError as error:
            reason = error.strerror or str(error)
            self._notices.error(f"{path.name} cannot be read: {reason}.")
            return False
        except (ValueError, ValidationError, RecursionError):
            self._notices.error(f"{path.name} holds no keyboard map; choose a file exported here.")
            return False
        if whole.preset not in PRESETS:
            self._notices.error(f"{path.name} builds on keys that this version does not have.")
            return False
        known = {name: keys for name, keys in whole.changes.items() if name in self._defaults}
        self._settings.update(key_preset=whole.preset)
        self._keep(known)
        left = len(whole.changes) - len(known)
        more = f" {left} of its commands are not in this version." if left else ""
        text = f"The keys are those of {path.name}, over {PRESET_NAMES[whole.preset]}.{more}"
        self._notices.show(Notice("success", text))
        return True

    # How it is kept.

    @property
    def _changes(self) -> KeyTable:
        stored = self._settings.values.key_changes.get(self.preset, {})
        return _cleaned({name: keys for name, keys in stored.items() if name in self._defaults})

    def _keep(self, changes: KeyTable) -> None:
        """Store the changes that make a difference."""
        kept = _cleaned(changes)
        plan = self._make_plan(kept)
        for name in list(kept):
            without = {other: keys for other, keys in kept.items() if other != name}
            if self._make_plan(without).keys == plan.keys:
                kept = without
        stored = dict(self._settings.values.key_changes)
        if kept:
            stored[self.preset] = dict(kept)
        else:
            stored.pop(self.preset, None)
        self._settings.update(key_changes=stored)
        self._replan()

    def _replan(self) -> None:
        plan = self._make_plan(self._changes)
        if plan != self._plan:
            self._plan = plan
            self.changed.emit()

    def _make_plan(self, changes: KeyTable) -> KeyPlan:
        return plan_keys(self._defaults, _cleaned(PRESETS[self.preset]), changes)


def _cleaned(table: Mapping[str, Keys]) -> dict[str, Keys]:
    """Return a table with every key in its one spelling, and without what is no key."""
    return {name: tuple(key for key in map(key_name, keys) if key) for name, keys in table.items()}
