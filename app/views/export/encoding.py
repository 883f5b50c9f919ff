"""How the movie is encoded: a preset's variant, or format, container, encoder; size and rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QLabel

from app.state.export_words import ENCODER_NAMES, RATES, SHORT_SIDES
from app.state.exporting import ExportState
from app.state.language import said, told
from app.state.timecode import rate_text
from app.timeline.export_presets import Variant, preset
from app.timeline.project import Project
from app.views.export.form import Form
from app.views.inspector.fields import ChoiceField, NumberField
from app.views.segments import Segments
from engine.protocol.formats import FORMATS, Container, EncoderName, FormatName, scaled_size

MAX_SIDE = 8192
EXACT = "exact"


class EncodingFields(Form):
    """Shows and changes how the film is written."""

    def __init__(self, state: ExportState) -> None:
        super().__init__()
        self._state = state
        self._project = Project()
        self.variants = ChoiceField(said("Export", "Written as"))
        self.variants.activated.connect(self._choose_variant)
        self.format = ChoiceField(said("Export", "Format"))
        self.format.activated.connect(self._choose_format)
        self.container = Segments(
            [(name, name.upper(), "") for name in get_args(Container) if name != "folder"]
        )
        self.container.chosen.connect(self._choose_container)
        self.encoder = ChoiceField(said("Export", "Encoder"))
        self.encoder.activated.connect(self._choose_encoder)
        self.quality = NumberField(said("Export", "Quality"), -1, 63)
        self.quality.setMinimumWidth(150)
        self.quality.setToolTip(said("Export", "Lower is better, and larger"))
        self.quality.entered.connect(self._choose_quality)
        self.size_choice = ChoiceField(said("Export", "Size"))
        self.size_choice.activated.connect(self._choose_size)
        self.width_field = NumberField(said("Export", "Width"), 2, MAX_SIDE)
        self.height_field = NumberField(said("Export", "Height"), 2, MAX_SIDE)
        self.times = QLabel("×")
        self.width_field.entered.connect(self._choose_width)
        self.height_field.entered.connect(self._choose_height)
        self.fit = Segments(
            [
                ("cover", said("Export", "Crop"), said("Export", "Fill the frame")),
                ("contain", said("Export", "Bars"), said("Export", "Show the whole picture")),
            ]
        )
        self.fit.chosen.connect(self._choose_fit)
        self.rate = ChoiceField(said("Export", "Rate"))
        self.rate.setToolTip(
            said("Export", "Another rate keeps the time; frames are repeated or left out")
        )
        self.rate.activated.connect(self._choose_rate)
        for field in (self.variants, self.format, self.encoder, self.size_choice, self.rate):
            field.setMinimumContentsLength(22)
        self._of_preset = self.add(said("Export", "Written as"), self.variants)
        self._of_format = self.add(said("Export", "Format"), self.format, about="format")
        self._of_container = self.add(said("Export", "Container"), self.container)
        self._of_encoder = self.add(said("Export", "Encoder"), self.encoder)
        self._of_quality = self.add(said("Export", "Quality"), self.quality, about="quality")
        exact = (self.width_field, self.times, self.height_field)
        self.add(said("Export", "Size"), self.size_choice, *exact, about="size")
        self._of_fit = self.add(said("Export", "Fit"), self.fit)
        self._of_rate = self.add(said("Export", "Rate"), self.rate)

    def show_state(self, project: Project, *, is_custom: bool) -> None:
        """Show what is chosen; all of it where nothing ready was taken."""
        self._project = project
        known = preset(self._state.preset_name)
        variants = known.variants if known is not None else ()
        self._show_variants(variants)
        self._show_formats()
        self._show_encoding()
        self._show_size()
        self._show_rate()
        row = self._state.choices.row
        self._of_preset.show(len(variants) > 1)
        self._of_format.show(is_custom or bool(self._state.refusal("format")))
        self._of_container.show(is_custom and len(row.containers) > 1)
        self._of_encoder.show(is_custom and self.encoder.count() > 0)
        self._of_quality.show(is_custom and row.quality is not None)
        self._of_rate.show(is_custom)

    def _show_variants(self, variants: Sequence[Variant]) -> None:
        with QSignalBlocker(self.variants):
            self.variants.clear()
            for variant in variants:
                self.variants.addItem(told(variant.words), variant)
                if variant.format == self._state.choices.format:
                    self.variants.setCurrentIndex(self.variants.count() - 1)

    def _show_formats(self) -> None:
        there = self._state.encoders
        with QSignalBlocker(self.format):
            self.format.clear()
            for name, row in FORMATS.items():
                if there is None or there.get(name) or name == self._state.choices.format:
                    self.format.addItem(said("Export", row.label), name)
                    tip = said("Export", row.purpose)
                    last = self.format.count() - 1
                    self.format.setItemData(last, tip, Qt.ItemDataRole.ToolTipRole)
            self.format.setCurrentIndex(self.format.findData(self._state.choices.format))
            self.format.setToolTip(said("Export", self._state.choices.row.purpose))

    def _show_encoding(self) -> None:
        choices, row = self._state.choices, self._state.choices.row
        for name in get_args(Container):
            if name != "folder":
                self.container.button(name).setVisible(name in row.containers)
        if choices.container in row.containers and choices.container != "folder":
            self.container.show_choice(choices.container)
        there: tuple[EncoderName, ...] = ("software",)
        if self._state.encoders is not None:
            there = self._state.encoders.get(choices.format, ())
        with QSignalBlocker(self.encoder):
            self.encoder.clear()
            for encoder in there:
                self.encoder.addItem(said("Export", ENCODER_NAMES[encoder]), encoder)
            self.encoder.setCurrentIndex(self.encoder.findData(choices.encoder))
        is_looking = self._state.encoders is None
        self.encoder.setToolTip(
            said("Export", "Hardware encoders are being looked for")
            if is_looking
            else said("Export", "Only what was tried and works here is listed")
        )
        if row.quality is not None:
            own = row.quality.default
            with QSignalBlocker(self.quality):
                self.quality.setRange(row.quality.best - 1, row.quality.worst)
                self.quality.setSpecialValueText(said("Export", "Format's own ({own})", own=own))
            chosen = choices.quality
            self.quality.show_number(row.quality.best - 1 if chosen is None else chosen)

    def _show_size(self) -> None:
        film, choices = self._project.format, self._state.choices
        with QSignalBlocker(self.size_choice):
            self.size_choice.clear()
            self.size_choice.addItem(
                said("Export", "Film's, {width}×{height}", width=film.width, height=film.height)
            )
            for side in SHORT_SIDES:
                width, height = scaled_size(film.width, film.height, side)
                name = "4K" if side == 2160 else f"{side}p"
                self.size_choice.addItem(f"{name}, {width}×{height}", side)
            shapes = _other_shapes(film.width, film.height)
            for words, (width, height) in shapes:
                self.size_choice.addItem(f"{words}, {width}×{height}", (width, height))
            self.size_choice.addItem(said("Export", "Exact…"), EXACT)
            index = self.size_choice.findData(choices.short_side) if choices.short_side else 0
            if choices.size is not None:
                places = [n for n, (_, size) in enumerate(shapes) if size == choices.size]
                first = 1 + len(SHORT_SIDES)
                index = first + places[0] if places else self.size_choice.count() - 1
            self.size_choice.setCurrentIndex(index)
        is_exact = self.size_choice.currentData() == EXACT
        for field in (self.width_field, self.times, self.height_field):
            field.setVisible(is_exact)
        if choices.fit is not None:
            self.fit.show_choice(choices.fit)
        self._of_fit.show(choices.changes_shape(self._project))
        width, height = choices.size_of(self._project)
        self.width_field.show_number(width)
        self.height_field.show_number(height)

    def _show_rate(self) -> None:
        choices = self._state.choices
        with QSignalBlocker(self.rate):
            self.rate.clear()
            own = rate_text(self._project.format.rate)
            self.rate.addItem(said("Export", "Film's, {own} fps", own=own))
            for rate in RATES:
                words = said("Export", "{rate} fps", rate=rate_text(rate))
                self.rate.addItem(words, rate)
            places = [n for n, rate in enumerate(RATES, 1) if rate == choices.rate]
            if choices.rate is not None and not places:  # of a preset made elsewhere
                words = said("Export", "{rate} fps", rate=rate_text(choices.rate))
                self.rate.addItem(words, choices.rate)
                places = [self.rate.count() - 1]
            self.rate.setCurrentIndex(places[0] if places else 0)

    def _choose_variant(self, index: int) -> None:
        variant: Variant = self.variants.itemData(index)
        self._state.choose_variant(variant)

    def _choose_format(self, index: int) -> None:
        name: FormatName = self.format.itemData(index)
        self._state.choose_format(name)

    def _choose_fit(self, name: str) -> None:
        self._state.change(fit=name)

    def _choose_container(self, name: str) -> None:
        self._state.change(container=name)

    def _choose_encoder(self, index: int) -> None:
        self._state.change(encoder=self.encoder.itemData(index))

    def _choose_rate(self, index: int) -> None:
        self._state.change(rate=self.rate.itemData(index))

    def _choose_quality(self, value: int) -> None:
        row = self._state.choices.row
        is_own = row.quality is None or value < row.quality.best
        self._state.change(quality=None if is_own else value)

    def _choose_size(self, index: int) -> None:
        wanted = self.size_choice.itemData(index)
        if wanted == EXACT:
            film = self._project.format
            self._state.change(size=(film.width, film.height), short_side=None)
            self.width_field.setFocus()
        elif isinstance(wanted, tuple):
            self._state.change(size=wanted, short_side=None, fit=self._state.choices.fit or "cover")
        else:
            self._state.change(size=None, short_side=wanted)

    def _choose_width(self, width: int) -> None:
        film = self._project.format
        height = max(2, round(width * film.height / film.width / 2) * 2)
        self._state.change(size=(width, height))

    def _choose_height(self, height: int) -> None:
        self._state.change(size=(self.width_field.value(), height))


def _other_shapes(width: int, height: int) -> Sequence[tuple[str, tuple[int, int]]]:
    """Return what telephones and pages like to show, as far as the film is not of that shape."""
    shapes = (
        (said("Export", "Upright"), (1080, 1920)),
        (said("Export", "Square"), (1080, 1080)),
        (said("Export", "Wide"), (1920, 1080)),
    )
    return [(words, size) for words, size in shapes if size[0] * height != size[1] * width]
