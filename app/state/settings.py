"""What the user prefers on this machine: a small JSON file that may be missing or damaged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from PySide6.QtCore import QObject, Signal

from app.timeline.export_presets import OwnPreset
from app.timeline.exporting import ExportChoices
from app.timeline.hardware import Hardware
from app.timeline.pacing import Pacing
from app.timeline.storage import write_atomically

MAX_RECENT = 12

ThemeChoice = Literal["dark", "light", "system"]
LanguageChoice = Literal["system", "en", "zh_CN"]


class Settings(BaseModel):
    """The preferences; unknown fields of other versions are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    recent: tuple[str, ...] = ()
    window_geometry: str = ""
    splitters: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    last_folder: str = ""
    plays_previews: bool = True
    shows_jobs: bool | None = None
    shows_inspector: bool = True
    bench_tab: str = "takes"
    snaps: bool = True
    overwrites: bool = False
    pacings: tuple[Pacing, ...] = ()
    pacing_keeps_length: bool = False
    hardware: Hardware = Hardware()
    folded: tuple[str, ...] = ("drafting", "refining", "hardware")
    theme: ThemeChoice = "dark"
    key_preset: str = "smartdirector"
    key_changes: dict[str, dict[str, tuple[str, ...]]] = Field(default_factory=dict)
    recent_commands: tuple[str, ...] = ()
    tour_offered: bool = False
    language: LanguageChoice = "system"
    export_choices: ExportChoices = ExportChoices()
    export_preset: str = "share"
    export_folder: str = ""
    export_presets: tuple[OwnPreset, ...] = ()


class SettingsState(QObject):
    """The observable preferences; every change is written at once.

    Signals:
        changed: some preference changed.
    """

    changed = Signal()

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._settings = _read(path)

    @property
    def values(self) -> Settings:
        """The preferences as they are."""
        return self._settings

    def update(self, **changes: object) -> None:
        """Change some preferences."""
        changed = Settings.model_validate({**dict(self._settings), **changes})
        if changed == self._settings:
            return
        self._settings = changed
        self._write()
        self.changed.emit()

    def remember_project(self, folder: Path) -> None:
        """Put a project at the top of the recent ones."""
        others = [known for known in self._settings.recent if known != str(folder)]
        self.update(recent=(str(folder), *others)[:MAX_RECENT])

    def forget_project(self, folder: Path) -> None:
        """Take a project off the recent ones."""
        self.update(recent=tuple(r for r in self._settings.recent if r != str(folder)))

    def _write(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Not by pydantic: a path may hold bytes that are no text, and it would not write those.
            write_atomically(self._path, json.dumps(self._settings.model_dump(), indent=1).encode())
        except OSError:
            return  # a read-only home must not stop anybody from working


def _read(path: Path) -> Settings:
    """Return what the file holds; a preference that is damaged is lost alone."""
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Settings()
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        damaged = {place["loc"][0] for place in error.errors() if place["loc"]}
    if not isinstance(values, dict):
        return Settings()
    return Settings.model_validate({k: v for k, v in values.items() if k not in damaged})
