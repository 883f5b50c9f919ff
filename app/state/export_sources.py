"""What an export is chosen from: the states that know the film, its takes, the disk, the queue."""

from __future__ import annotations

from dataclasses import dataclass

from app.state.disk_facts import DiskFacts
from app.state.document import DocumentState
from app.state.editor import EditorState
from app.state.forecast import ForecastState
from app.state.jobs import JobsState
from app.state.relinking import Relinking
from app.state.run_history import RunHistory
from app.state.settings import SettingsState
from app.state.takes import TakesState


@dataclass(frozen=True, slots=True)
class Sources:
    """What an export is chosen from."""

    editor: EditorState
    document: DocumentState
    takes: TakesState
    jobs: JobsState
    forecast: ForecastState
    disk: DiskFacts
    relinking: Relinking
    settings: SettingsState
    history: RunHistory
