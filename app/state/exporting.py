"""The export that is being chosen: what, how, where, and what stands against it.

The window's side of :mod:`app.timeline.exporting`. What the disk and the encoders say is asked by a
worker; nothing is written here, that is the queue's matter.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, QTimer, Signal

from app.state.export_facts import Encoders, ExportFacts
from app.state.export_outlook import ExportOutlook, outlook
from app.state.export_refusals import (
    of_the_film,
    of_the_machine,
    of_the_media,
    of_the_place,
    of_the_queue,
)
from app.state.export_sources import Sources
from app.timeline.destinations import Destination
from app.timeline.export_checks import ExportField, Refusal, name_refusal, refusals
from app.timeline.export_presets import (
    CUSTOM,
    OwnPreset,
    Variant,
    of_the_same_film,
    preset,
    with_format,
    with_own,
    with_variant,
    without_own,
)
from app.timeline.exporting import ExportChoices, Stretch, stretches, written_files
from engine.protocol.formats import FormatName

LOOK_MS = 80
"""What is typed in quick succession is looked at once."""


class ExportState(QObject):
    """What is chosen now. It follows the film while it is open.

    Signals:
        changed: something else is chosen, or known.
    """

    changed = Signal()

    def __init__(self, sources: Sources, facts: ExportFacts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._of = sources
        self._facts = facts
        self._is_open = False
        self._film: Path | None = None
        self._name = ""
        self._replaces: tuple[Path, ...] = ()
        self._refusals: tuple[Refusal, ...] | None = None
        self._outlook: ExportOutlook | None = None
        self._parts: tuple[Stretch, ...] | None = None
        self._files: tuple[Path, ...] | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(LOOK_MS)
        self._soon.timeout.connect(self._look)
        for source in (sources.editor, sources.takes, sources.jobs, sources.relinking):
            source.changed.connect(self._follow)
        sources.forecast.changed.connect(self._follow)
        facts.measured.connect(self._follow)
        facts.changed.connect(self._heard)

    # What is chosen.

    @property
    def choices(self) -> ExportChoices:
        """How the film is written."""
        return self._of.settings.values.export_choices

    @property
    def preset_name(self) -> str:
        """The preset that was chosen: of the program, ``custom``, or the name of one's own."""
        return self._of.settings.values.export_preset

    @property
    def own(self) -> tuple[OwnPreset, ...]:
        """The user's presets."""
        return self._of.settings.values.export_presets

    @property
    def folder(self) -> Path:
        """Where it goes."""
        kept = self._of.settings.values.export_folder
        if kept:
            return Path(kept)
        movies = QStandardPaths.StandardLocation.MoviesLocation
        place = Path(QStandardPaths.writableLocation(movies))
        return place if place.is_dir() else Path.home()

    @property
    def name(self) -> str:
        """Of the movie, or of the folder of pictures, without its ending."""
        return self._name

    @property
    def ending(self) -> str:
        """Of the movie's name; empty for a folder of pictures."""
        row = self.choices.row
        container = self.choices.container
        return row.extension(container if container in row.containers else row.containers[0])

    @property
    def output(self) -> Path:
        """The movie, or the folder of pictures."""
        return self.folder / f"{self._name.strip()}{self.ending}"

    @property
    def encoders(self) -> Encoders | None:
        """What encodes each format here; None while that is being found out."""
        return self._facts.encoders

    # What follows from it.

    @property
    def parts(self) -> tuple[Stretch, ...]:
        """What of the film goes where; nothing while it cannot go anywhere."""
        if self._parts is None:
            try:
                self._parts = stretches(self._of.editor.project, self.choices, self.output)
            except ValueError:
                self._parts = ()
        return self._parts

    @property
    def files(self) -> tuple[Path, ...]:
        """All that will be written."""
        if self._files is None:
            self._files = written_files(self._of.editor.project, self.choices, self.parts)
        return self._files

    @property
    def destination(self) -> Destination | None:
        """What the disk says of the files; None while it is being asked."""
        return self._facts.destination(self.files)

    @property
    def project_free_bytes(self) -> int | None:
        """Room on the project's drive, where the takes go."""
        return self._of.disk.free_bytes

    @property
    def existing(self) -> tuple[Path, ...]:
        """What is there already and would be replaced."""
        return self.destination.existing if self.destination else ()

    @property
    def replaces(self) -> bool:
        """Whether the user allowed that just these files are replaced."""
        return bool(self.existing) and self._replaces == self.existing

    @property
    def outlook(self) -> ExportOutlook:
        """What it would take."""
        if self._outlook is None:
            film = self._of.editor.project, self.choices, self.parts
            known = self._of.takes, self._of.forecast, self._of.history
            try:
                self._outlook = outlook(*film, *known)
            except ValueError:
                self._outlook = ExportOutlook()  # why it cannot be made is among the refusals
        return self._outlook

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """What stands against it, the weightiest first."""
        if self._refusals is None:
            self._refusals = tuple(self._against())
        return self._refusals

    def refusal(self, field: ExportField) -> str:
        """Return what stands against a field, in one sentence; empty where nothing does."""
        return next((found.sentence for found in self.refusals if found.field == field), "")

    @property
    def why_not(self) -> str:
        """Why it cannot be begun, in one sentence; empty where it can."""
        if self.refusals:
            return self.refusals[0].sentence
        if self.destination is None:
            return "The folder is being looked at."
        if self.existing and not self.replaces:
            return "Files of these names are there; allow replacing them, or choose another name."
        return ""

    # What the user does.

    def open(self) -> None:
        """Begin to look: at the disk, at the film, and, once, at what encodes here."""
        self._is_open = True
        film = self._of.editor.folder
        if film != self._film:
            self._film, self._name = film, self._of.document.name
        if self.choices.range == "in_out" and self._of.editor.project.in_out is None:
            self.change(range="film")
        self._of.disk.look_again()
        self._facts.probe()
        self._changed()

    def look_again(self) -> None:
        """Look at the disk again: the window was away."""
        if self._is_open:
            self._of.disk.look_again()
            self._soon.start()

    def close_view(self) -> None:
        """Nobody looks any more."""
        self._is_open = False

    def choose(self, name: str) -> None:
        """Take a preset: one of the program, ``custom``, or one's own by name."""
        known = preset(name)
        own = next((mine for mine in self.own if mine.name == name), None)
        if known is not None:
            variant = next(
                (v for v in known.variants if v.format == self.choices.format), known.variants[0]
            )
            self._remember(with_variant(self.choices, variant), name)
        elif own is not None:
            self._remember(of_the_same_film(own.choices, self.choices), name)
        else:
            self._remember(self.choices, CUSTOM)

    def choose_variant(self, variant: Variant) -> None:
        """Do what the preset is for in another way."""
        self._remember(with_variant(self.choices, variant), self.preset_name)

    def choose_format(self, name: FormatName) -> None:
        """Write another format; what it does not know falls back to its own."""
        self._remember(with_format(self.choices, name), self.preset_name)

    def change(self, **fields: object) -> None:
        """Choose some fields otherwise."""
        choices = ExportChoices.model_validate({**dict(self.choices), **fields})
        self._remember(choices, self.preset_name)

    def place(self, folder: Path) -> None:
        """Let it go to another folder."""
        self._of.settings.update(export_folder=str(folder))
        self._changed()

    def rename(self, name: str) -> None:
        """Call it otherwise; an ending that the format knows is taken off, and chosen."""
        row = self.choices.row
        stem, _, ending = name.rpartition(".")
        self._name = name
        if stem and f".{ending.lower()}" in map(row.extension, row.containers):
            self._name = stem
            self.change(container=ending.lower())
        self._changed()

    def allow_replacing(self, is_allowed: bool) -> None:
        """Let the files that are there now be replaced, and no others."""
        self._replaces = self.existing if is_allowed else ()
        self._changed()

    def save_preset(self, name: str) -> str:
        """Keep what is chosen under a name; why not, in one sentence, empty when it is kept."""
        if preset(name.strip()) is not None or name.strip() == CUSTOM:
            return "The program has a preset of that name; choose another."
        try:
            kept = with_own(self.own, name, self.choices)
        except ValueError as error:
            return str(error)
        self._of.settings.update(export_presets=kept)
        self.choose(" ".join(name.split()))
        return ""

    def delete_preset(self, name: str) -> None:
        """Forget one of the user's presets; what is chosen stays."""
        self._of.settings.update(export_presets=without_own(self.own, name))
        self._remember(self.choices, CUSTOM if self.preset_name == name else self.preset_name)

    def start(self) -> bool:
        """Hand it to the queue; whether that took it."""
        if self.why_not:
            return False
        return self._of.jobs.render(self.choices, self.output, replaces=self.replaces)

    # How it works.

    def _remember(self, choices: ExportChoices, preset_name: str) -> None:
        if self.encoders is not None:
            choices = _with_encoder(choices, self.encoders)
        self._of.settings.update(export_choices=choices, export_preset=preset_name)
        self._changed()

    def _forget(self) -> None:
        self._refusals = self._outlook = self._parts = self._files = None

    def _follow(self, _change: object = None) -> None:
        self._forget()
        if self._is_open and not self._soon.isActive():
            self._soon.start()

    def _changed(self) -> None:
        self._forget()
        self.changed.emit()
        if self._is_open:
            self._soon.start()

    def _against(self) -> Iterator[Refusal]:
        project, choices = self._of.editor.project, self.choices
        yield from of_the_film(project, self._of.takes)
        film = project, self._of.editor.folder, self._of.takes
        yield from of_the_media(*film, choices, self.output, self._of.relinking.presence)
        yield from of_the_machine(choices, self.encoders)
        yield from refusals(project, choices, self.output)
        lost = self._facts.lost(choices)
        yield from of_the_place(self.folder, self._name, self.destination, lost)
        yield from of_the_queue(self._of.jobs.entries, self.parts)

    def _look(self) -> None:
        self._outlook = None
        if self.files and not name_refusal(self._name):
            self._facts.look(self.files, self.choices)
        self.changed.emit()

    def _heard(self) -> None:
        self._refusals = None
        if self._facts.encoders is not None:
            choices = _with_encoder(self.choices, self._facts.encoders)
            self._of.settings.update(export_choices=choices)
            self._forget()
        self.changed.emit()


def _with_encoder(choices: ExportChoices, encoders: Encoders) -> ExportChoices:
    """Return choices whose encoder is one of those that are there."""
    there = encoders.get(choices.format, ())
    if not there or choices.encoder in there:
        return choices
    return choices.model_copy(update={"encoder": there[0]})
