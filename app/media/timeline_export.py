"""A film written as a timeline for other programs, or as a folder of boards.

Files are written whole or not at all, and never over one that was not asked about.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from app.media.containers import open_local
from app.timeline.generation import requested_of
from app.timeline.interchange.board_list import FILE, file_names, write_board_list
from app.timeline.interchange.cut import Cut, CutOptions, TakeMovie, absolute, cut_of, relative_to
from app.timeline.interchange.edl_write import AUDIO_CHANNELS, write_edl, write_takes_edl
from app.timeline.interchange.fcp7_write import write_fcp7
from app.timeline.interchange.fcpxml_write import write_fcpxml
from app.timeline.interchange.otio_write import write_otio
from app.timeline.interchange.text import ExchangeError
from app.timeline.project import Project
from app.timeline.storage import media_path, write_atomically
from app.timeline.take_files import read_take
from app.timeline.takes import film_passes, refine_job

Replaces = Literal["none", "target", "all"]

FORMATS: Final[Mapping[str, str]] = {
    ".otio": "OpenTimelineIO",
    ".fcpxml": "Final Cut Pro, Resolve (FCPXML)",
    ".xml": "Premiere Pro (Final Cut Pro 7 XML)",
    ".edl": "Edit list (CMX 3600)",
}
"""What can be written, by suffix, and how it is called."""


_MATROSKA: Final = (
    "Takes are Matroska files in 4:4:4, which many editors do not open: export the film as ProRes, "
    "too, and lay it over the boards there."
)


@dataclass(frozen=True, slots=True)
class ExportWish:
    """Where and how a timeline is written.

    Attributes:
        relative: write paths relative to the file, so that both can move together.
        replaces: what of the files that exist may be replaced: the target was asked about, or all.
    """

    target: Path
    relative: bool = False
    replaces: Replaces = "none"
    options: CutOptions = field(default_factory=CutOptions)


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written, and sentences about what they do not hold."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...] = ()


def export_timeline(name: str, project: Project, folder: Path, wish: ExportWish) -> Written:
    """Write a film as a timeline; the suffix of the target chooses the format.

    Args:
        folder: the project's.

    Raises:
        ExchangeError: it cannot be written so; one sentence says why.
    """
    target = wish.target
    if target.suffix.lower() not in FORMATS:
        raise ExchangeError(
            f"{target.name} should end in {', '.join(FORMATS)}; the suffix chooses the format."
        )
    place = relative_to(target.absolute().parent) if wish.relative else absolute
    cut = cut_of(name, project, folder, place, finished_movies(project, folder), wish.options)
    remarks: list[str] = []
    contents: dict[Path, bytes] = {}
    match target.suffix.lower():
        case ".otio":
            contents[target] = write_otio(cut)
        case ".fcpxml":
            contents[target] = write_fcpxml(cut)
        case ".xml":
            contents[target] = write_fcp7(cut)
        case _:
            contents = _edit_lists(cut, target, remarks)
    asked = {"none": (), "target": (target,), "all": tuple(contents)}[wish.replaces]
    check_free([path for path in contents if path not in asked])
    check_places(contents)
    if cut.takes:
        remarks.append(_MATROSKA)
    remarks += _missing(project, folder)
    _write(contents)
    return Written(tuple(contents), tuple(remarks))


def export_boards(
    name: str, project: Project, folder: Path, target: Path, options: CutOptions | None = None
) -> Written:
    """Copy a film's boards into a new folder, in order, with a description beside them.

    Raises:
        ExchangeError: the folder holds something already, or cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ExchangeError(f"{target} exists already; choose a new folder.")
    cut = cut_of(name, project, folder, absolute, {}, options or CutOptions())
    remarks = _missing(project, folder)
    files: list[Path] = []
    try:
        target.mkdir(parents=True, exist_ok=True)
        for index, file in file_names(cut).items():
            media = cut.boards[index].media
            if media is not None and Path(media.path).is_file():
                shutil.copyfile(media.path, target / file)
                files.append(target / file)
        write_atomically(target / FILE, write_board_list(cut))
    except OSError as error:
        raise ExchangeError(_unwritten(target, error)) from error
    return Written((target / FILE, *files), tuple(remarks))


def finished_movies(project: Project, folder: Path) -> dict[str, list[TakeMovie]]:
    """Return the finished drafts and masters of the film's passes."""
    found: dict[str, list[TakeMovie]] = {"draft": [], "master": []}
    try:
        passes = film_passes(project, folder)
    except ValueError:
        return found  # a plan that is impossible has no takes; the storyboard goes out all the same
    for part in passes:
        stop = part.start + part.plan.num_frames_requested
        take = read_take(part.folder(folder))
        wanted = requested_of(refine_job(project, folder, part))
        master = take.master_by(project.refine_model, wanted)  # another model's is not this film's
        for kind, path in (("draft", take.draft), ("master", master)):
            if path is not None:
                found[kind].append(TakeMovie(path, part.start, stop, *movie_size(path)))
    return found


def movie_size(path: Path) -> tuple[int, int]:
    """Return a movie's width and height from its header; zeros when it cannot be read."""
    try:
        with open_local(path) as container:
            stream = container.streams.video[0]
            return stream.codec_context.width, stream.codec_context.height
    except (AttributeError, IndexError, OSError):  # a codec that is not known has no size
        return 0, 0


def check_free(files: Iterable[Path]) -> None:
    """Refuse to replace what the user did not offer for it.

    Raises:
        ExchangeError: a file is there.
    """
    for path in files:
        if path.exists():
            raise ExchangeError(f"{path} exists already; choose another name.")


def check_places(files: Iterable[Path]) -> None:
    """Refuse places where no file can be.

    Raises:
        ExchangeError: it is a folder, or lies in one that is not there.
    """
    for path in files:
        if path.is_dir():
            raise ExchangeError(f"{path} is a folder; name a file.")
        if not path.absolute().parent.is_dir():
            raise ExchangeError(f"The folder {path.absolute().parent} does not exist.")


def _edit_lists(cut: Cut, target: Path, remarks: list[str]) -> dict[Path, bytes]:
    """Return the list of the boards, and one beside it for each kind of take."""
    contents = {target: write_edl(cut)}
    for track in cut.takes:
        beside = target.with_name(f"{target.stem} {track.lower()}{target.suffix}")
        contents[beside] = write_takes_edl(cut, track)
    if len(contents) > 1:
        remarks.append("An edit list has one video track, so the takes are in lists of their own.")
    if len(cut.sounds) > len(AUDIO_CHANNELS):
        remarks.append("An edit list has four sound tracks; the others were left out.")
    if cut.project.sound_clips:
        remarks.append("Volumes and fades are not in the edit list.")
    return contents


def _missing(project: Project, folder: Path) -> list[str]:
    used = {keyframe.media for shot in project.shots for keyframe in shot.keyframes}
    items = [item for item in project.media if item.id in used]
    gone = [item.name for item in items if not media_path(folder, item).is_file()]
    if not gone:
        return []
    others = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return [f"The picture of {gone[0]}{others} is missing in the project's folder."]


def _write(contents: Mapping[Path, bytes]) -> None:
    for path, content in contents.items():
        try:
            write_atomically(path, content)
        except OSError as error:
            raise ExchangeError(_unwritten(path, error)) from error


def _unwritten(path: Path, error: OSError) -> str:
    return f"{path} was not written: {error.strerror or error}; choose another place."
