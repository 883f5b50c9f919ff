"""The sound clip in the inspector: where it begins, how loud it is, how it comes and goes."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QLabel

from app.state.editor import Change
from app.state.language import counted, said
from app.state.timecode import seconds_text
from app.state.workspace import Workspace
from app.timeline.parts import SoundClip
from app.timeline.sounds import SoundSide
from app.views.inspector.fields import NumberField, Section
from app.views.inspector.offline import OfflineRow
from engine.planning.sound import MAX_GAIN_DB, MIN_GAIN_DB

_MAX_FRAMES = 10_000_000


class DecimalField(QDoubleSpinBox):
    """A number with decimals that the wheel changes only while it has the focus.

    Signals:
        entered: a number was typed and confirmed, or stepped to.
    """

    entered = Signal(float)

    def __init__(self, name: str, limits: tuple[float, float], step: float, suffix: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setRange(*limits)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(64)
        self.lineEdit().setTextMargins(4, 0, 0, 0)
        self.valueChanged.connect(self.entered)

    def show_number(self, value: float) -> None:
        """Show the document's number without telling anybody."""
        with QSignalBlocker(self):
            self.setValue(value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the inspector must not change numbers in passing."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SoundSection(Section):
    """Shows and changes the selected sound clip; hidden while there is none.

    Signals:
        relink_wanted: say where its file lies now.
    """

    relink_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(said("Inspector", "Sound"))
        self._workspace = workspace
        self._clip: SoundClip | None = None
        self._frame = NumberField(said("Inspector", "First frame of the sound"), 0, _MAX_FRAMES)
        self._frame.entered.connect(self._set_frame)
        self._length = QLabel()
        self._gain = DecimalField(said("Inspector", "Gain"), (MIN_GAIN_DB, MAX_GAIN_DB), 1.0, " dB")
        self._gain.setDecimals(1)
        self._gain.entered.connect(workspace.sounds.set_gain)
        self._fade_in = DecimalField(said("Inspector", "Fade in"), (0, 3600), 0.1, " s")
        self._fade_in.entered.connect(partial(self._set_fade, "head"))
        self._fade_out = DecimalField(said("Inspector", "Fade out"), (0, 3600), 0.1, " s")
        self._fade_out.entered.connect(partial(self._set_fade, "tail"))
        self._muted = QCheckBox(said("Inspector", "Muted"))
        self._muted.toggled.connect(self._set_muted)
        self.offline = OfflineRow(workspace)
        self.offline.button.clicked.connect(self.relink_wanted)
        self.add_wide(self.offline)
        self.add_row(said("Inspector", "Begins"), self._frame)
        self.add_row(said("Inspector", "Lasts"), self._length)
        self.add_row(said("Inspector", "Gain"), self._gain)
        self.add_row(said("Inspector", "Fade in"), self._fade_in)
        self.add_row(said("Inspector", "Fade out"), self._fade_out)
        self.add_wide(self._muted)
        for field in (self._gain, self._fade_in, self._fade_out):
            field.editingFinished.connect(workspace.editor.end_merge)
        workspace.editor.changed.connect(self._follow)
        workspace.relinking.changed.connect(self._show)
        self._show()

    def _follow(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.SELECTION | Change.FOLDER):
            self._show()

    def _show(self) -> None:
        clip = self._clip = self._workspace.sounds.selected
        self.setVisible(clip is not None)
        if clip is None:
            return
        project = self._workspace.editor.project
        name = project.sound_item(clip.sound).name
        self.set_title(said("Inspector", "Sound"), name if len(name) < 28 else f"{name[:25]}…")
        is_offline = clip.sound in self._workspace.relinking.missing
        self.offline.show_offline(name, is_offline=is_offline)
        rate = project.format.rate
        self._frame.show_number(clip.frame)
        self._length.setText(
            counted(
                "Inspector",
                "%n frames, {length}",
                "1 frame, {length}",
                n=clip.num_frames,
                length=seconds_text(clip.num_frames, rate),
            )
        )
        self._gain.show_number(clip.gain_db)
        self._fade_in.show_number(float(clip.fade_in / rate.fraction))
        self._fade_out.show_number(float(clip.fade_out / rate.fraction))
        with QSignalBlocker(self._muted):
            self._muted.setChecked(clip.is_muted)

    def _set_frame(self, frame: int) -> None:
        if self._clip is not None:
            self._workspace.sounds.set_place(self._clip.id, frame)

    def _set_fade(self, side: SoundSide, seconds: float) -> None:
        if self._clip is not None:
            rate = float(self._workspace.editor.project.format.rate.fraction)
            self._workspace.sounds.set_fade(self._clip.id, side, round(seconds * rate))
            self._show()

    def _set_muted(self, _muted: bool) -> None:
        self._workspace.sounds.toggle_muted()
