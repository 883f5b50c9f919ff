"""An export in words: what is written, what is made first, how large and how long. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.state.export_outlook import ExportOutlook
from app.state.forecasts import bytes_words, seconds_words
from app.state.language import counted, said
from app.state.learning import Estimate
from app.state.timecode import rate_text
from app.timeline.exporting import ExportChoices
from app.timeline.project import Project
from engine.protocol.formats import EncoderName
from engine.protocol.jobs import FrameRate

ENCODER_NAMES: dict[EncoderName, str] = {
    "software": "Software",
    "nvenc": "NVIDIA NVENC",
    "videotoolbox": "Apple VideoToolbox",
    "qsv": "Intel Quick Sync",
    "amf": "AMD AMF",
}

RATES: tuple[FrameRate, ...] = (
    FrameRate(num=24000, den=1001),
    FrameRate(num=24),
    FrameRate(num=25),
    FrameRate(num=30000, den=1001),
    FrameRate(num=30),
    FrameRate(num=48),
    FrameRate(num=50),
    FrameRate(num=60000, den=1001),
    FrameRate(num=60),
)
SHORT_SIDES: tuple[int, ...] = (2160, 1440, 1080, 720, 540, 480)


def summary(project: Project, choices: ExportChoices) -> str:
    """Say how it is written in one line: ``H.264, 8 bit · MP4 · 1920×1080 · 24 fps``."""
    row = choices.row
    width, height = choices.size_of(project)
    container = "" if row.is_sequence else choices.container.upper()
    parts = [said("Export", row.label), container, f"{width}×{height}"]
    parts.append(said("Export", "{rate} fps", rate=rate_text(choices.rate_of(project))))
    if not row.has_sound:
        parts.append(said("Export", "no sound"))
    return " · ".join(part for part in parts if part and part != row.label.upper())


def written_words(files: Sequence[Path], *, is_sequence: bool) -> str:
    """Say which files will be written: their names, or the first and last of many."""
    if not files:
        return ""
    kinds = () if is_sequence else (".srt", ".vtt", ".json")
    main = [path for path in files if path.suffix not in kinds]
    first, last = main[0].name, main[-1].name
    if len(main) == 1:
        words = (
            said("Export", "Writes the folder {name}", name=first)
            if is_sequence
            else said("Export", "Writes {name}", name=first)
        )
    else:
        many = {"number": len(main), "first": first, "last": last}
        words = (
            said("Export", "Writes {number} folders, {first} to {last}", **many)
            if is_sequence
            else said("Export", "Writes {number} files, {first} to {last}", **many)
        )
    for kind in kinds:
        beside = [path for path in files if path.suffix == kind]
        if len(beside) == 1:
            words += said("Export", ", and {name}", name=beside[0].name)
        elif beside:
            words += said("Export", ", and {number} {kind} files", number=len(beside), kind=kind)
    return words


def existing_words(existing: Sequence[Path]) -> str:
    """Name the files that are there already."""
    if not existing:
        return ""
    name = existing[0].name
    if len(existing) == 1:
        return said("Export", "{name} is there already.", name=name)
    return counted(
        "Export",
        "{name} and %n others are there already.",
        "{name} and 1 other are there already.",
        n=len(existing) - 1,
        name=name,
    )


def making_words(found: ExportOutlook) -> str:
    """Say what is made first, and how long that takes; empty where nothing is."""
    parts: list[str] = []
    if found.num_drafts:
        parts.append(counted("Export", "%n drafts", "1 draft", n=found.num_drafts))
    if found.num_masters:
        parts.append(counted("Export", "%n masters", "1 master", n=found.num_masters))
    if not parts:
        return ""
    what = said("Export", " and ").join(parts)
    if found.making is None:
        return said("Export", "First makes {what}; how long that takes is not known.", what=what)
    took = seconds_words(found.making)
    return said("Export", "First makes {what}: {took}.", what=what, took=took)


def writing_words(found: ExportOutlook, label: str) -> str:
    """Say how large and how long, as far as it was ever measured here."""
    size, took = found.num_bytes, found.writing
    if size is None and took is None:
        return said(
            "Export",
            "Size and time of {label} are not known before its first export here.",
            label=label,
        )
    if size is None:
        assert took is not None
        return said("Export", "Writing takes {took}; its size is not known yet.", took=_took(took))
    if took is None:
        words = said("Export", "{size}; the time of writing is not known yet.", size=_size(size))
    else:
        words = said("Export", "{size}, written in {took}.", size=_size(size), took=_took(took))
    return f"{words} {_source(size)}"


def room_words(found: ExportOutlook, free_bytes: int | None, takes_free: int | None) -> str:
    """Say how much room there is; see ``is_short`` for whether that is enough."""
    if free_bytes is None:
        return ""
    free = bytes_words(free_bytes)
    if not found.take_bytes or takes_free is None:
        return said("Export", "{free} are free there.", free=free)
    needed, here = bytes_words(found.take_bytes), bytes_words(takes_free)
    if here == free:
        return said(
            "Export",
            "{free} are free there; the takes need about {needed}.",
            free=free,
            needed=needed,
        )
    return said(
        "Export",
        "{free} are free there; the takes need about {needed} of {here} on the project's drive.",
        free=free,
        needed=needed,
        here=here,
    )


def is_short(found: ExportOutlook, free_bytes: int | None, takes_free: int | None) -> bool:
    """Whether the room will most likely not do."""
    size = found.num_bytes.value if found.num_bytes else 0.0
    is_short_there = free_bytes is not None and size > free_bytes
    is_short_here = takes_free is not None and found.take_bytes > takes_free
    return is_short_there or is_short_here


def captions_words(found: ExportOutlook, choices: ExportChoices) -> str:
    """Say that captions are asked for and none is there; empty otherwise."""
    if choices.captions == "none" or found.num_captions:
        return ""
    return said("Export", "No shot has a caption, so none is written.")


def _size(size: Estimate) -> str:
    if size.is_sure:
        return said("Export", "About {size}", size=bytes_words(size.value))
    return f"{bytes_words(size.low)} – {bytes_words(size.high)}"


def _took(took: Estimate) -> str:
    return seconds_words(took)


def _source(estimate: Estimate) -> str:
    return counted(
        "Export",
        "By %n exports on this machine.",
        "By 1 export on this machine.",
        n=estimate.num_runs,
    )
