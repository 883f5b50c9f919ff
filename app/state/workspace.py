"""The states of one window, in one frozen bundle that is handed to the views."""

from __future__ import annotations

from dataclasses import dataclass

from app.media.sound_cache import SoundCache
from app.state.arrivals import Arrivals
from app.state.clipboard import ClipboardState
from app.state.deciding import Deciding
from app.state.diagnosis import DiagnosisState
from app.state.document import DocumentState
from app.state.editor import EditorState
from app.state.exporting import ExportState
from app.state.finder import FinderState
from app.state.footage import FootageEdits
from app.state.footage_frames import FootageFrames
from app.state.footage_work import FootageWork
from app.state.forecast import ForecastState
from app.state.generation import GenerationEdits
from app.state.interchange import InterchangeState
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
from app.state.relinking import Relinking
from app.state.selecting import Selecting
from app.state.settings import SettingsState
from app.state.shots import ShotEdits
from app.state.snapping import SnappingState
from app.state.sounds import SoundEdits
from app.state.styles import StylesState
from app.state.take_choices import TakeChoices
from app.state.takes import TakesState
from app.state.tour import TourState
from app.state.viewing import ViewingState


@dataclass(frozen=True)
class Workspace:
    """Everything that the views draw and call."""

    editor: EditorState
    shots: ShotEdits
    keyframes: KeyframeEdits
    selecting: Selecting
    clipboard: ClipboardState
    marks: MarkEdits
    snapping: SnappingState
    takes: TakesState
    choices: TakeChoices
    jobs: JobsState
    playback: PlaybackState
    monitor: MonitorState
    viewing: ViewingState
    document: DocumentState
    notices: NoticesState
    settings: SettingsState
    keymap: KeymapState
    finder: FinderState
    tour: TourState
    sounds: SoundEdits
    footage: FootageEdits
    copies: LightCopies
    arrivals: Arrivals
    footage_work: FootageWork
    styles: StylesState
    footage_frames: FootageFrames
    relinking: Relinking
    sound_cache: SoundCache
    pacing: PacingState
    generation: GenerationEdits
    model_defaults: ModelDefaults
    forecast: ForecastState
    preflight: PreflightState
    deciding: Deciding
    diagnosis: DiagnosisState
    interchange: InterchangeState
    exporting: ExportState
