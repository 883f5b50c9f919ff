"""The movie in the inspector: what it is, what of it is shown and heard, what can be made of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QPushButton, QSlider, QWidget

from app.state.editor import Change
from app.state.file_names import shortened
from app.state.footage import MAX_EXTENSION_S, MIN_EXTENSION_S
from app.state.language import counted, said, told
from app.state.timecode import seconds_text, timecode
from app.state.workspace import Workspace
from app.timeline.parts import FootageItem, RoomChoice
from app.timeline.project import Shot
from app.views.inspector.fields import ChoiceField, Section
from app.views.inspector.sound import DecimalField
from app.views.key_tips import follow_keys
from app.views.segments import Segments
from engine.planning.sound import MAX_GAIN_DB, MIN_GAIN_DB
from engine.protocol.media import ShotFinder

_STEPS = 100

_ROOMS: tuple[tuple[RoomChoice, str, str], ...] = (
    ("silence", "Silence", "Nothing is heard beside the movie"),
    ("room", "Room tone", "The quietest second of the movie goes on"),
    ("fade", "Fade", "The room tone goes away"),
)
_METHODS: tuple[tuple[ShotFinder, str, str], ...] = (
    ("content", "Light", "PySceneDetect: quick, hard cuts only"),
    ("transnet", "TransNetV2", "A net: finds dissolves as well; has to be installed"),
)
_BUTTONS = (
    ("extend_before", "Extend before"),
    ("extend_after", "Extend after"),
    ("bridge", "Bridge to next"),
    ("split_shots", "Split into shots"),
    ("upscale", "Upscale with Director-SR"),
    ("replace_footage", "Replace…"),
    ("relink", "Relink…"),
    ("reveal", "Show in folder"),
)


class RoomField(Segments):
    """What is heard in new frames beside footage."""

    def __init__(self) -> None:
        super().__init__(
            [(name, said("Inspector", text), said("Inspector", tip)) for name, text, tip in _ROOMS]
        )
        self.setAccessibleName(said("Inspector", "Sound of new frames"))


class FootageSection(Section):
    """Shows and changes the selected shot's movie; hidden while it shows none.

    Signals:
        wanted: a command is asked for, by its name.
    """

    wanted = Signal(str)

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(said("Inspector", "Footage"))
        self._workspace = workspace
        self._facts = _words("dim")
        self._state = _words("dim")
        self._remarks = _words("faint")
        self._shows = QLabel()
        self.add_wide(self._facts)
        self.add_wide(self._state)
        self.add_wide(self._remarks)
        self.add_row(said("Inspector", "Shows"), self._shows)
        self._add_picture()
        self._add_sound()
        self._buttons = {name: self._button(name, text) for name, text in _BUTTONS}
        self._add_extension()
        self._add_cuts()
        self._add_buttons(("upscale",), ("replace_footage", "relink"), ("reveal",))
        workspace.editor.changed.connect(self._follow)
        workspace.copies.changed.connect(self._show)
        workspace.footage.changed.connect(self._show)
        workspace.footage_work.changed.connect(self._show)
        self._show()

    def button(self, name: str) -> QPushButton:
        """Return the button of a command."""
        return self._buttons[name]

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(said("Inspector", text))
        follow_keys(button, said("Inspector", text).rstrip("…"), self._workspace.keymap, name)
        button.clicked.connect(lambda: self.wanted.emit(name))
        return button

    def _add_buttons(self, *rows: tuple[str, ...]) -> None:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for number, names in enumerate(rows):
            for column, name in enumerate(names):
                grid.addWidget(self._buttons[name], number, column, 1, 3 - len(names))
        self.add_wide(box)

    def _sets(self, name: str, field: str) -> Callable[[object], None]:
        """Return what a field calls: it changes that much of how the movie is used."""

        def set_use(value: object) -> None:
            self._workspace.footage.set_use(name, **{field: value})

        return set_use

    def _add_picture(self) -> None:
        self._fit = Segments(
            [
                ("cover", said("Inspector", "Fill"), said("Inspector", "Crop it to the frame")),
                ("contain", said("Inspector", "Whole"), said("Inspector", "Show all of it")),
            ]
        )
        self._fit.setAccessibleName(said("Inspector", "Fit of the movie"))
        self._fit.chosen.connect(self._sets("Change fit", "fit"))
        self._bars = Segments(
            [
                ("black", said("Inspector", "Black"), said("Inspector", "Black bars")),
                ("blur", said("Inspector", "Blur"), said("Inspector", "A blurred copy behind it")),
                ("edge", said("Inspector", "Edge"), said("Inspector", "Bars in its edge's colour")),
            ]
        )
        self._bars.setAccessibleName(said("Inspector", "Bars beside the movie"))
        self._bars.chosen.connect(self._sets("Change bars", "bars"))
        self.add_row(said("Inspector", "Fit"), self._fit)
        self.add_row(said("Inspector", "Bars"), self._bars)

    def _add_sound(self) -> None:
        self._track = ChoiceField(said("Inspector", "Sound track of the movie"))
        self._track.activated.connect(self._sets("Change sound track", "track"))
        self._gain = DecimalField(
            said("Inspector", "Gain of the movie"), (MIN_GAIN_DB, MAX_GAIN_DB), 1.0, " dB"
        )
        self._gain.setDecimals(1)
        self._gain.entered.connect(self._sets("Change gain", "gain_db"))
        self._gain.editingFinished.connect(self._workspace.editor.end_merge)
        self._muted = QCheckBox(said("Inspector", "Muted"))
        self._muted.toggled.connect(self._sets("Mute movie", "is_muted"))
        self.add_row(said("Inspector", "Track"), self._track)
        self.add_row(said("Inspector", "Gain"), self._gain, self._muted)

    def _add_extension(self) -> None:
        footage = self._workspace.footage
        self._seconds = DecimalField(
            said("Inspector", "Length of new frames"),
            (MIN_EXTENSION_S, MAX_EXTENSION_S),
            0.5,
            " s",
        )
        self._seconds.setDecimals(1)
        self._seconds.entered.connect(footage.set_seconds)
        self._room = RoomField()
        self._room.chosen.connect(self._choose_room)
        self.add_row(said("Inspector", "New"), self._seconds)
        self.add_row(said("Inspector", "Sound"), self._room)
        self._add_buttons(("extend_before", "extend_after"), ("bridge",))

    def _add_cuts(self) -> None:
        self._method = Segments(
            [
                (name, said("Inspector", text), said("Inspector", tip))
                for name, text, tip in _METHODS
            ]
        )
        self._method.setAccessibleName(said("Inspector", "How cuts are found"))
        self._method.chosen.connect(self._set_cuts)
        self._sensitivity = QSlider(Qt.Orientation.Horizontal)
        self._sensitivity.setRange(0, _STEPS)
        self._sensitivity.setAccessibleName(said("Inspector", "Sensitivity to cuts"))
        self._sensitivity.setToolTip(said("Inspector", "More finds more cuts"))
        self._sensitivity.valueChanged.connect(self._set_cuts)
        self._share = QLabel()
        self._share.setProperty("dim", "true")
        self.add_row(said("Inspector", "Cuts"), self._method)
        self.add_row(said("Inspector", "Sensitivity"), self._sensitivity, self._share)
        self._add_buttons(("split_shots",))

    def _choose_room(self, room: str) -> None:
        self._workspace.footage.choose_room(cast("RoomChoice", room))

    def _set_cuts(self, chosen: str | int) -> None:
        work = self._workspace.footage_work
        method = cast("ShotFinder", chosen) if isinstance(chosen, str) else work.method
        work.look_for_cuts_by(method, self._sensitivity.value() / _STEPS)

    def follow_commands(self, is_enabled: Callable[[str], bool]) -> None:
        """Let the buttons be pressed where their commands can be given."""
        for name, button in self._buttons.items():
            button.setEnabled(is_enabled(name))

    def _follow(self, change: Change) -> None:
        if change & (Change.PROJECT | Change.SELECTION | Change.FOLDER):
            self._show()

    def _show(self) -> None:
        chosen = self._workspace.footage.selected
        self.setVisible(chosen is not None)
        if chosen is None:
            return
        shot, item = chosen
        assert shot.footage is not None
        self._show_movie(shot, item)
        self._fit.show_choice(shot.footage.fit)
        self._bars.show_choice(shot.footage.bars)
        self.show_row(self._bars, shot.footage.fit == "contain")
        with QSignalBlocker(self._track), QSignalBlocker(self._muted):
            self._track.clear()
            for number in range(item.num_sounds):
                self._track.addItem(said("Inspector", "Track {number}", number=number + 1))
            self._track.setCurrentIndex(shot.footage.track)
            self._muted.setChecked(shot.footage.is_muted)
        self.show_row(self._track, item.num_sounds > 1)
        self.show_row(self._gain, item.num_sounds > 0)
        self._muted.setVisible(item.num_sounds > 0)
        self._gain.show_number(shot.footage.gain_db)
        footage, work = self._workspace.footage, self._workspace.footage_work
        self._seconds.show_number(footage.seconds)
        self._room.show_choice(footage.room)
        self._method.show_choice(work.method)
        with QSignalBlocker(self._sensitivity):
            self._sensitivity.setValue(round(work.sensitivity * _STEPS))
        self._share.setText(f"{work.sensitivity:.0%}")

    def _show_movie(self, shot: Shot, item: FootageItem) -> None:
        assert shot.footage is not None
        copies = self._workspace.copies
        self.set_title(said("Inspector", "Footage"), shortened(item.name, 27))
        rate = item.rate
        parts = (
            f"{item.width} × {item.height}",
            said("Inspector", "{fps} fps", fps=f"{float(item.own_rate.fraction):.5g}"),
            seconds_text(item.num_frames, rate),
            counted("Inspector", "%n sound tracks", "1 sound track", n=item.num_sounds)
            if item.num_sounds
            else said("Inspector", "no sound"),
        )
        self._facts.setText("  ·  ".join(parts))
        self._facts.setToolTip(item.path)
        is_there = copies.path(item) is not None and not copies.is_offline(item)
        self._state.setText("" if is_there else told(copies.sign(item)))
        self._state.setVisible(not is_there)
        self._remarks.setText("\n".join(told(remark) for remark in item.remarks))
        self._remarks.setVisible(bool(item.remarks))
        first, last = shot.footage.start, shot.footage.start + shot.num_frames - 1
        self._shows.setText(f"{timecode(first, rate)} – {timecode(last, rate)}")
        self._shows.setToolTip(
            said(
                "Inspector",
                "Frames {first} to {last} of {count}",
                first=first,
                last=last,
                count=item.num_frames,
            )
        )


def _words(tone: str) -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setProperty(tone, "true")
    return label
