"""Import and export of timelines and storyboards: what is asked, and the commands for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.media.contact_sheet import Paper, SheetWish
from app.media.timeline_export import ExportWish
from app.state.interchange import BoardsWish, InterchangeState
from app.state.language import said
from app.state.workspace import Workspace
from app.timeline.interchange.cut import CutOptions
from app.views.dialogs import Dialogs

SOURCES = (
    "Timelines and storyboards (*.otio *.fcpxml *.edl *.storyboarder storyboard.json)",
    "All files (*)",
)


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that can be written: its words, its suffix, and what can be chosen for it."""

    words: str
    suffix: str
    note: str
    has_paths: bool = False
    has_timecode: bool = False
    has_paper: bool = False


TIMELINES: Sequence[Kind] = (
    Kind(
        "Final Cut Pro, Resolve (.fcpxml)",
        ".fcpxml",
        "Boards, drafts, masters and sounds on tracks; captions as notes, markers, volumes, fades.",
        has_paths=True,
        has_timecode=True,
    ),
    Kind(
        "Premiere Pro (.xml)",
        ".xml",
        "Final Cut Pro 7 XML: boards, drafts, masters and sounds on tracks; captions as markers.",
        has_paths=True,
        has_timecode=True,
    ),
    Kind(
        "OpenTimelineIO (.otio)",
        ".otio",
        "Everything, and it comes back as it was: captions, keyframes, markers, sounds.",
        has_paths=True,
        has_timecode=True,
    ),
    Kind(
        "Edit list (.edl)",
        ".edl",
        "CMX 3600: one track a file, so drafts and masters get files of their own.",
        has_paths=True,
        has_timecode=True,
    ),
)

STORYBOARDS: Sequence[Kind] = (
    Kind(
        "Contact sheet (.pdf)",
        ".pdf",
        "Every board in the film's frame, with shot, length and caption, for print and mail.",
        has_paper=True,
    ),
    Kind(
        "Folder of boards",
        "",
        "The pictures as they are, numbered in order, and storyboard.json that describes them.",
        has_timecode=True,
    ),
)


class ExportDialog(QDialog):
    """Asks what shall be written; the place is asked for afterwards."""

    def __init__(
        self,
        title: str,
        kinds: Sequence[Kind],
        can_drop: bool,
        parent: QWidget,
        then: Callable[[ExportDialog], object],
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self._kinds = kinds
        self.kinds = QComboBox()
        self.kinds.addItems([said("Interchange", kind.words) for kind in kinds])
        self.paths = QComboBox()
        self.paths.addItem(said("Interchange", "From the root (absolute)"), userData=False)
        self.paths.addItem(said("Interchange", "From the file (relative)"), userData=True)
        self.start = QLineEdit("00:00:00:00")
        self.start.setToolTip(said("Interchange", "Timecode of the first frame"))
        self.drop = QCheckBox(said("Interchange", "Drop frame"))
        self.drop.setToolTip(said("Interchange", "Timecode that follows the clock"))
        self._can_drop = can_drop
        self.paper = QComboBox()
        self.paper.addItem("A4", userData="a4")
        self.paper.addItem("Letter", userData="letter")
        self._note = QLabel()
        self._note.setWordWrap(True)
        self._note.setProperty("dim", "true")
        self._build()
        self.kinds.currentIndexChanged.connect(self._follow)
        self.accepted.connect(lambda: then(self))
        self._follow()

    @property
    def kind(self) -> Kind:
        """What is to be written."""
        return self._kinds[self.kinds.currentIndex()]

    @property
    def timing(self) -> CutOptions:
        """The timecode that is asked for."""
        return CutOptions(self.start.text().strip(), self.drop.isChecked() and self._can_drop)

    def wish(self, target: Path) -> ExportWish | SheetWish | BoardsWish:
        """Return what is asked for; the file dialog has asked before it replaces ``target``."""
        kind = self.kind
        if kind.has_paper:
            paper: Paper = "letter" if self.paper.currentData() == "letter" else "a4"
            return SheetWish(target, paper, "target")
        if not kind.suffix:
            return BoardsWish(target, self.timing)
        return ExportWish(target, bool(self.paths.currentData()), "target", self.timing)

    def _build(self) -> None:
        self._form = QFormLayout()
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
        self._form.setVerticalSpacing(10)
        rows = (
            ("Write as", self.kinds),
            ("Paths", self.paths),
            ("Starts at", self.start),
            ("", self.drop),
            ("Paper", self.paper),
        )
        for words, field in rows:
            label = QLabel(said("Interchange", words)) if words else QLabel()
            label.setBuddy(field)
            field.setAccessibleName(said("Interchange", words) if words else self.drop.text())
            self._form.addRow(label, field)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.button(QDialogButtonBox.StandardButton.Cancel).setIcon(QIcon())  # words will do
        export = buttons.addButton(
            said("Interchange", "Choose place…"), QDialogButtonBox.ButtonRole.AcceptRole
        )
        export.setProperty("primary", "true")
        export.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addLayout(self._form)
        column.addWidget(self._note)
        column.addStretch(1)
        column.addWidget(buttons)

    def _follow(self) -> None:
        kind = self.kind
        self._note.setText(said("Interchange", kind.note))
        self._form.setRowVisible(self.paths, kind.has_paths)
        self._form.setRowVisible(self.start, kind.has_timecode)
        self._form.setRowVisible(self.drop, kind.has_timecode and self._can_drop)
        self._form.setRowVisible(self.paper, kind.has_paper)


class InterchangeCommands:
    """Connects the commands; keeps the dialog that is open."""

    def __init__(
        self,
        commands: _Commands,
        workspace: Workspace,
        dialogs: Dialogs,
        window: QWidget,
        fit: Callable[[], object],
    ) -> None:
        self._state: InterchangeState = workspace.interchange
        self._workspace = workspace
        self._dialogs = dialogs
        self._window = window
        commands.connect_to("import_timeline", self._ask_source)
        commands.connect_to("import_folder", self._ask_folder)
        commands.connect_to("export_timeline", self._ask_timeline)
        commands.connect_to("export_storyboard", self._ask_storyboard)

        def refresh(_change: object = None) -> None:
            has_film = bool(workspace.editor.project.shots)
            for name in ("export_timeline", "export_storyboard"):
                commands[name].setEnabled(has_film and not self._state.is_busy)
            for name in ("import_timeline", "import_folder"):
                commands[name].setEnabled(not self._state.is_busy)

        workspace.editor.changed.connect(refresh)
        self._state.changed.connect(refresh)
        self._state.imported.connect(fit)
        refresh()

    def _ask_source(self) -> None:
        filters = [said("Interchange", words) for words in SOURCES]
        title = said("Interchange", "Import a timeline or storyboard")
        self._dialogs.file(title, filters, self._state.bring_in)

    def _ask_folder(self) -> None:
        title = said("Interchange", "Import a folder of boards")
        self._dialogs.folder(title, self._state.bring_in)

    def _ask_timeline(self) -> None:
        self._ask(said("Interchange", "Export timeline"), TIMELINES)

    def _ask_storyboard(self) -> None:
        self._ask(said("Interchange", "Export storyboard"), STORYBOARDS)

    def _ask(self, title: str, kinds: Sequence[Kind]) -> None:
        ExportDialog(title, kinds, self._state.can_drop, self._window, self._ask_place).open()

    def _ask_place(self, asked: ExportDialog) -> None:
        kind = asked.kind
        name = self._workspace.document.name
        file = f"{name}{kind.suffix}" if kind.suffix else f"{name} boards"
        wish = asked.wish(Path(file))  # the dialog is gone when the place is known
        self._dialogs.place(
            asked.windowTitle(),
            file,
            said("Interchange", kind.words),
            kind.suffix,
            lambda target: self._state.export(replace(wish, target=target)),
        )
