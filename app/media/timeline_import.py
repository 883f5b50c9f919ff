"""Other programs' timelines and storyboards read from disk, and their files taken into a project.

Everything is distrusted: only plain files are opened, and a file that is missing or no picture
costs its board, not the import.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from PIL import Image

from app.media.ordering import natural_key
from app.media.stills import MOVIE_SUFFIXES, StillError, opened, verify
from app.timeline.interchange.board_list import FILE, read_board_list
from app.timeline.interchange.edl_read import read_edl
from app.timeline.interchange.fcpxml_read import read_fcpxml
from app.timeline.interchange.otio_read import read_otio
from app.timeline.interchange.skeleton import Skeleton, SkeletonBoard, SkeletonShot
from app.timeline.interchange.storyboarder import read_storyboarder
from app.timeline.interchange.text import MAX_FILE_BYTES, ExchangeError, one_line
from app.timeline.parts import MediaItem, SoundItem
from app.timeline.storage import import_file, import_image
from engine.protocol.jobs import FrameRate

IMAGE_SUFFIXES: Final = frozenset(
    {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".avif"}
)
SHOT_SECONDS = Fraction(2)
"""How long a picture of a plain folder is held."""


@dataclass(frozen=True)
class Brought:
    """The files that are in the project by now, by their source, and what is to be said."""

    media: Mapping[str, MediaItem]
    sounds: Mapping[str, SoundItem]
    remarks: tuple[str, ...]


def read_timeline(path: Path, rate: FrameRate | None = None) -> Skeleton:
    """Read a timeline, a storyboard or a folder of pictures.

    Args:
        rate: to read an edit list at that does not say its own.

    Raises:
        ExchangeError: it cannot be used; one sentence says why.
    """
    if path.is_dir():
        return _read_folder(path)
    if not path.is_file():
        raise ExchangeError(f"{path} is not there; choose a timeline or a folder of pictures.")
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ExchangeError(f"{path.name} is too large to be a timeline.")
        content = path.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror or error}.") from error
    skeleton = _reader(path, rate)(content, path.name)
    return skeleton if skeleton.name else replace(skeleton, name=path.stem)


def _reader(path: Path, rate: FrameRate | None) -> Callable[[bytes, str], Skeleton]:
    match path.suffix.lower():
        case ".otio":
            return read_otio
        case ".fcpxml":
            return read_fcpxml
        case ".edl":
            return lambda content, what: read_edl(content, what, rate)
        case ".storyboarder":
            return read_storyboarder
        case ".json":
            return read_board_list
        case ".fcpxmld":
            raise ExchangeError(f"{path.name} is a bundle; choose the Info.fcpxml inside it.")
        case _:
            raise ExchangeError(
                f"{path.name} is no timeline that is understood; "
                "choose OTIO, FCPXML, EDL or a Storyboarder project."
            )


def _read_folder(path: Path) -> Skeleton:
    try:
        files = sorted((p for p in path.iterdir() if p.is_file()), key=natural_key)
    except OSError as error:
        raise ExchangeError(f"{path} cannot be read: {error.strerror or error}.") from error
    for file in files:
        if file.name == FILE or file.suffix.lower() == ".storyboarder":
            return read_timeline(file)
    if (path / "Info.fcpxml").is_file():
        return read_timeline(path / "Info.fcpxml")
    pictures = [p.name for p in files if p.suffix.lower() in IMAGE_SUFFIXES]
    if not pictures:
        raise ExchangeError(f"{path} holds no pictures; choose a folder of boards.")
    shots = tuple(
        SkeletonShot(SHOT_SECONDS, boards=(SkeletonBoard(Fraction(0), picture),))
        for picture in pictures
    )
    return Skeleton(name=path.name, shots=shots)


def bring_in(
    folder: Path,
    skeleton: Skeleton,
    base: Path,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Brought:
    """Copy the files that a skeleton names into a project.

    Args:
        folder: the project's.
        base: folder that relative paths count from.

    Raises:
        ProjectError: a copy cannot be written.
    """
    media: dict[str, MediaItem] = {}
    sounds: dict[str, SoundItem] = {}
    missing: list[str] = []
    movies: list[str] = []
    refusals: list[str] = []
    boards = {board.source: board for shot in skeleton.shots for board in shot.boards}
    with tempfile.TemporaryDirectory(prefix="smartdirector-") as scratch:
        for source, board in boards.items():
            if is_cancelled():
                break
            path = _found(board, base, Path(scratch))
            if path is None:
                missing.append(source)
            elif path.suffix.lower() in MOVIE_SUFFIXES:
                movies.append(source)
            else:
                try:
                    info = verify(path)
                except StillError as error:
                    refusals.append(str(error))
                    continue
                item = import_image(folder, path, info.width, info.height)
                name = _plain_name(board.name) or path.name
                media[source] = item.model_copy(update={"name": name})
        for source in skeleton.sound_sources:
            path = resolve(source, base)
            if path is None:
                missing.append(source)
                continue
            item = _sound(folder, path, Path(scratch), refusals)
            if item is not None:
                sounds[source] = item
    return Brought(media, sounds, tuple(_remarks(missing, movies, refusals)))


def resolve(source: str, base: Path) -> Path | None:
    """Return the plain file that a path or URL means; None when there is none.

    A file that is not where it was is looked for beside the timeline.
    """
    text = source
    try:
        parts = urlsplit(source)
        if parts.scheme == "file":
            text = unquote(parts.path)
            if parts.netloc not in {"", "localhost"}:
                text = f"//{parts.netloc}{text}"
            elif text[2:3] == ":":  # file:///C:/boards/1.png
                text = text[1:]
        elif len(parts.scheme) > 1:
            return None  # http and the like: nothing is fetched
    except ValueError:
        text = source
    for candidate in dict.fromkeys((text, unquote(text))):
        name = PurePosixPath(candidate.replace("\\", "/")).name
        for path in (base / candidate, base / name, base / "media" / name):
            try:
                if name and path.is_file():
                    return path
            except (OSError, ValueError):
                continue  # too long a name, or a null byte
    return None


def _found(board: SkeletonBoard, base: Path, scratch: Path) -> Path | None:
    """Return the file of a board; layers are laid over one another where nothing flat exists."""
    path = resolve(board.source, base)
    if path is not None or "flat" not in board.settings:
        return path
    layers = [resolve(layer, base) for layer in board.settings.get("layers", ())]
    flat = resolve(str(board.settings["flat"]), base)
    drawn = [layer for layer in (flat, *layers) if layer is not None]
    if len(drawn) < 2:
        return drawn[0] if drawn else None
    return _flattened(drawn, scratch / f"{PurePosixPath(board.source).stem}.png")


def _flattened(layers: Sequence[Path], target: Path) -> Path | None:
    paper: Image.Image | None = None
    for layer in layers:
        try:
            with opened(layer) as picture:
                drawing = picture.convert("RGBA")
        except StillError:
            continue
        if paper is None:
            paper = Image.new("RGBA", drawing.size, "white")
        if drawing.size == paper.size:
            paper.alpha_composite(drawing)
    if paper is None:
        return None
    paper.convert("RGB").save(target)
    return target


def _sound(folder: Path, path: Path, scratch: Path, refusals: list[str]) -> SoundItem | None:
    from app.media.sounds import SoundError, decode_to

    try:
        decoded = scratch / "sound.pcm"
        num_samples = decode_to(path, decoded, lambda _: None, lambda: False)
        decoded.unlink(missing_ok=True)
    except (SoundError, OSError) as error:
        refusals.append(str(error))
        return None
    file, digest = import_file(folder, path)
    return SoundItem(file=file, name=path.name, sha256=digest, num_samples=num_samples)


def _plain_name(name: str) -> str:
    """Return a name without folders and control characters, no longer than a file's may be."""
    return one_line(name).replace("\\", "/").rpartition("/")[2][:255]


def _remarks(missing: list[str], movies: list[str], refusals: list[str]) -> list[str]:
    remarks: list[str] = []
    if missing:
        first = PurePosixPath(unquote(missing[0]).replace("\\", "/")).name[:80]
        others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        verb, it = ("are", "them") if len(missing) > 1 else ("is", "it")
        remarks.append(
            f"{first}{others} {verb} not there; put {it} beside the file and import again."
        )
    if movies:
        count = f"{len(movies)} clips show movies" if len(movies) > 1 else "A clip shows a movie"
        remarks.append(f"{count}; their shots came in without boards.")
    if refusals:
        others = f" ({len(refusals) - 1} more were refused.)" if len(refusals) > 1 else ""
        remarks.append(refusals[0] + others)
    return remarks
