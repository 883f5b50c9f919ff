"""What of the film goes into the movie: range, captions, chapters, timecode, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QSizePolicy

from app.state.export_words import captions_words
from app.state.exporting import ExportState
from app.state.language import said
from app.state.timecode import seconds_text
from app.timeline.project import Project
from app.views.dialogs import Dialogs
from app.views.export.form import Form
from app.views.segments import Segments

PEM = ("Certificates and keys (*.pem *.crt *.cer *.key)", "All files (*)")


class FilmFields(Form):
    """Shows and changes what is written of the film."""

    def __init__(self, state: ExportState, dialogs: Dialogs) -> None:
        super().__init__()
        self._state = state
        self._dialogs = dialogs
        self.range = Segments(
            [
                ("film", said("Export", "Whole film"), ""),
                ("in_out", said("Export", "In to out"), said("Export", "What is marked")),
                (
                    "shots",
                    said("Export", "Each shot"),
                    said("Export", "Every shot goes into a file of its own"),
                ),
            ]
        )
        self.range.chosen.connect(self._changes("range"))
        self.captions = Segments(
            [
                ("none", said("Export", "None"), ""),
                ("srt", "SRT", said("Export", "A file beside the movie, for players and editors")),
                ("vtt", "VTT", said("Export", "A file beside the movie, for web pages")),
                ("burn", said("Export", "In the picture"), said("Export", "Drawn over the frames")),
            ]
        )
        self.captions.chosen.connect(self._changes("captions"))
        self.chapters = QCheckBox(said("Export", "A chapter for each shot"))
        self.chapters.toggled.connect(self._changes("chapters"))
        self.keeps_project = QCheckBox(said("Export", "Keep the project in the movie"))
        self.keeps_project.setToolTip(
            said("Export", "The movie opens here again as a film, with captions, seeds and models")
        )
        self.keeps_project.toggled.connect(self._changes("keeps_project"))
        self.proves_footage = QCheckBox(said("Export", "Prove the footage by hashes"))
        self.proves_footage.setToolTip(
            said(
                "Export",
                "A file beside the movie says, frame by frame, that footage went in unaltered",
            )
        )
        self.proves_footage.toggled.connect(self._changes("proves_footage"))
        self.timecode = QLineEdit()
        self.timecode.setAccessibleName(said("Export", "Timecode of the first frame"))
        self.timecode.setPlaceholderText(said("Export", "none, or such as 01:00:00:00"))
        self.timecode.setMaxLength(16)
        self.timecode.setFixedWidth(200)
        self.timecode.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.timecode.textEdited.connect(self._start_at)
        self.certificate, choose_certificate = self._file(
            said("Export", "C2PA certificate"), "certificate"
        )
        self.key, choose_key = self._file(said("Export", "Private key"), "key")
        self.add(said("Export", "Range"), self.range, about="range")
        self.captions_row = self.add(said("Export", "Captions"), self.captions)
        self._of_chapters = self.add("", self.chapters)
        self._of_project = self.add("", self.keeps_project)
        self._of_proof = self.add("", self.proves_footage)
        self._of_timecode = self.add(said("Export", "Starts at"), self.timecode, about="timecode")
        self._of_certificate = self.add(
            said("Export", "Certificate"), self.certificate, choose_certificate
        )
        self._of_key = self.add(said("Export", "Key"), self.key, choose_key, about="signing")
        self.browse_certificate, self.browse_key = choose_certificate, choose_key

    def show_state(self, project: Project, *, is_custom: bool) -> None:
        """Show what is chosen."""
        choices, row = self._state.choices, self._state.choices.row
        self.range.show_choice(choices.range)
        self.captions.show_choice(choices.captions)
        marked, rate = project.in_out, project.format.rate
        tip = said("Export", "Nothing is marked yet: I and O mark in and out")
        if marked is not None:
            length = seconds_text(marked[1] - marked[0], rate)
            tip = said("Export", "What is marked: {length}", length=length)
        self.range.button("in_out").setToolTip(tip)
        for box, is_on in (
            (self.chapters, choices.chapters),
            (self.keeps_project, choices.keeps_project),
            (self.proves_footage, choices.proves_footage),
        ):
            with QSignalBlocker(box):
                box.setChecked(is_on)
        for line, text in (
            (self.timecode, choices.timecode),
            (self.certificate, choices.certificate or ""),
            (self.key, choices.key or ""),
        ):
            if line.text().strip() != text:
                line.setText(text)
        self._of_chapters.show(is_custom and row.keeps_project)
        self._of_project.show(row.keeps_project)
        self._of_proof.show(bool(project.footage) and not row.is_sequence)
        self._of_timecode.show(
            row.keeps_project and (is_custom or bool(self._state.refusal("timecode")))
        )
        signs = is_custom or bool(self._state.refusal("signing"))
        self._of_certificate.show(row.keeps_project and signs)
        self._of_key.show(row.keeps_project and signs)
        self.captions_row.remark(captions_words(self._state.outlook, choices))

    def _file(self, words: str, field: str) -> tuple[QLineEdit, QPushButton]:
        line = QLineEdit()
        line.setAccessibleName(words)
        line.setPlaceholderText(said("Export", "a PEM file of your own"))

        def typed(text: str) -> None:
            self._sign_with(field, text)

        line.textEdited.connect(typed)
        browse = QPushButton(said("Export", "Browse…"))
        browse.setAccessibleName(said("Export", "Browse for the {words}", words=words.lower()))
        browse.clicked.connect(
            lambda: self._dialogs.file(
                words,
                [said("Export", kind) for kind in PEM],
                lambda path: self._sign_with(field, str(path)),
            )
        )
        return line, browse

    def _changes(self, field: str) -> Callable[[Any], None]:
        def change(value: Any) -> None:
            self._state.change(**{field: value})

        return change

    def _start_at(self, text: str) -> None:
        self._state.change(timecode=text.strip())

    def _sign_with(self, field: str, text: str) -> None:
        if (getattr(self._state.choices, field) or "") != text.strip():
            self._state.change(**{field: text.strip() or None})
