"""What workers find out for an export: what encodes here, how its place stands, how big it became.

Nothing of it is asked in the window's thread: opening a graphics card's encoder or looking at a
network drive may take seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.state.background import Background
from app.state.export_outlook import bytes_at, measured_bytes
from app.state.job_entries import JobEntry
from app.state.jobs import JobsState
from app.state.run_history import RunHistory
from app.timeline.destinations import Destination, look_at
from app.timeline.exporting import ExportChoices
from engine.protocol.export import ExportJob
from engine.protocol.formats import FORMAT_NAMES, EncoderName, FormatName
from engine.protocol.messages import JobFinished

Encoders = Mapping[FormatName, tuple[EncoderName, ...]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the disk said.

    Attributes:
        paths: it was asked about these.
        destination: how it stands with them.
        signs_with: the files to sign with that it was asked about.
        lost: one of them that is not there; empty where all are.
    """

    paths: tuple[Path, ...]
    destination: Destination
    signs_with: tuple[str, ...] = ()
    lost: str = ""


class ExportFacts(QObject):
    """Asks, and keeps what was answered last.

    Signals:
        changed: something was answered.
        measured: another export's size is known.
    """

    changed = Signal()
    measured = Signal()

    def __init__(self, jobs: JobsState, history: RunHistory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._encoders: Encoders | None = None
        self._is_probing = False
        self._looked: Looked | None = None
        self._wanted: tuple[Path, ...] = ()
        self._disk = Background(self)
        self._probing = Background(self)
        jobs.finished.connect(self._learn)

    @property
    def encoders(self) -> Encoders | None:
        """What encodes each format here; None while that is being found out."""
        return self._encoders

    def destination(self, paths: tuple[Path, ...]) -> Destination | None:
        """Return how it stands with some paths; None while that is not known."""
        looked = self._looked
        return looked.destination if looked is not None and looked.paths == paths else None

    def lost(self, choices: ExportChoices) -> str:
        """Return a file to sign with that is known not to be there."""
        looked = self._looked
        is_it = looked is not None and looked.signs_with == _signs_with(choices)
        return looked.lost if looked is not None and is_it else ""

    def look(self, paths: tuple[Path, ...], choices: ExportChoices) -> None:
        """Ask the disk about files that would be written."""
        self._wanted = paths
        signs_with, is_sequence = _signs_with(choices), choices.row.is_sequence
        found: list[Looked] = []

        def look() -> None:
            lost = next((name for name in signs_with if not Path(name).is_file()), "")
            destination = look_at(paths, is_sequence=is_sequence)
            found.append(Looked(paths, destination, signs_with, lost))

        def arrived(_error: str | None) -> None:
            if found and paths == self._wanted and found[0] != self._looked:
                self._looked = found[0]
                self.changed.emit()

        self._disk.start(look, arrived)

    def probe(self) -> None:
        """Find out, once, which encoders open here."""
        if self._is_probing or self._encoders is not None:
            return
        self._is_probing = True
        found: dict[FormatName, tuple[EncoderName, ...]] = {}

        def look() -> None:
            from app.media.encoders import encoders_of  # PyAV loads with this panel, not before

            for name in FORMAT_NAMES:
                found[name] = encoders_of(name)

        def arrived(_error: str | None) -> None:
            self._encoders, self._is_probing = found, False
            self.changed.emit()

        self._probing.start(look, arrived)

    def close(self) -> None:
        """Let the workers end."""
        self._disk.close()
        self._probing.close()

    def _learn(self, entry: JobEntry, ending: JobFinished) -> None:
        job = entry.job
        if not isinstance(job, ExportJob):
            return
        sizes: list[int] = []

        def arrived(_error: str | None) -> None:
            for num_bytes in sizes:
                self._history.add(measured_bytes(job, ending.num_frames, num_bytes))
            self.measured.emit()

        self._disk.start(lambda: sizes.append(bytes_at(Path(ending.path))), arrived)


def _signs_with(choices: ExportChoices) -> tuple[str, ...]:
    return tuple(name for name in (choices.certificate, choices.key) if name)
