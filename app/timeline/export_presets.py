"""Ready ways to hand a film on, by what they are for, and the user's own by name. Pure.

A preset says how the movie is encoded. What belongs to the film stays as it was chosen: its range,
captions, timecode, and what the movie says of itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

from app.timeline.exporting import ExportChoices
from engine.protocol.formats import Container, FormatName

CUSTOM = "custom"
MAX_NAME = 40

_OF_THE_FILM = ("range", "captions", "chapters", "timecode", "keeps_project", "certificate", "key")


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to do what a preset is for.

    Attributes:
        short_side: of what is written; None is the film's.
    """

    words: str
    format: FormatName
    container: Container
    short_side: int | None = None


@dataclass(frozen=True, slots=True)
class Preset:
    """Something that a film is handed on for; the first variant is the usual one."""

    name: str
    words: str
    purpose: str
    variants: tuple[Variant, ...]


PRESETS: tuple[Preset, ...] = (
    Preset(
        "share",
        "Share",
        "One file that plays everywhere: phones, browsers, televisions.",
        (Variant("H.264", "h264", "mp4"),),
    ),
    Preset(
        "edit",
        "Edit further",
        "For Resolve, Premiere, Final Cut or Avid: every frame stands alone, in 10 bits.",
        (
            Variant("ProRes 422 HQ", "prores_hq", "mov"),
            Variant("DNxHR HQX", "dnxhr_hqx", "mov"),
        ),
    ),
    Preset(
        "archive",
        "Archive",
        "To keep: FFV1 is the master bit for bit, ProRes 4444 opens in more programs.",
        (Variant("FFV1", "ffv1", "mkv"), Variant("ProRes 4444", "prores_4444", "mov")),
    ),
    Preset(
        "web",
        "Web",
        "Small files in 10 bits: AV1 for browsers, H.265 for newer devices.",
        (Variant("AV1", "av1", "mp4"), Variant("H.265", "h265_10", "mp4")),
    ),
    Preset(
        "loop",
        "Loop",
        "A short loop for chats and pages, without sound.",
        (Variant("WebP", "webp", "webp", 480), Variant("GIF", "gif", "gif", 480)),
    ),
    Preset(
        "frames",
        "Image sequence",
        "A folder with one picture for each frame, for compositing.",
        (
            Variant("PNG, 16 bit", "png16", "folder"),
            Variant("PNG, 8 bit", "png8", "folder"),
            Variant("OpenEXR", "exr", "folder"),
        ),
    ),
)


class OwnPreset(BaseModel):
    """The user's way to hand a film on."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str = Field(min_length=1, max_length=MAX_NAME)
    choices: ExportChoices = ExportChoices()


def preset(name: str) -> Preset | None:
    """Return a preset of the program by its name."""
    return next((known for known in PRESETS if known.name == name), None)


def with_variant(choices: ExportChoices, variant: Variant) -> ExportChoices:
    """Return choices encoded as a variant is, of the same film."""
    encoded = ExportChoices(
        format=variant.format, container=variant.container, short_side=variant.short_side
    )
    return of_the_same_film(encoded, choices)


def of_the_same_film(encoded: ExportChoices, film: ExportChoices) -> ExportChoices:
    """Return how ``encoded`` is written, of the part of the film that ``film`` chose."""
    return encoded.model_copy(update={name: getattr(film, name) for name in _OF_THE_FILM})


def with_format(choices: ExportChoices, name: FormatName) -> ExportChoices:
    """Return choices in another format; what it does not know falls back to its own."""
    changed = choices.model_copy(update={"format": name, "quality": None})
    row = changed.row
    return changed.model_copy(
        update={
            "container": choices.container
            if choices.container in row.containers
            else row.containers[0],
            "encoder": choices.encoder if choices.encoder in row.hardware else "software",
        }
    )


def with_own(own: Sequence[OwnPreset], name: str, choices: ExportChoices) -> tuple[OwnPreset, ...]:
    """Return the user's presets with one more, or with one of the same name replaced.

    Raises:
        ValueError: it has no name.
    """
    name = " ".join(name.split())[:MAX_NAME]
    if not name:
        raise ValueError("A preset needs a name.")
    made = OwnPreset(name=name, choices=choices)
    if any(known.name == name for known in own):
        return tuple(made if known.name == name else known for known in own)
    return (*own, made)


def without_own(own: Sequence[OwnPreset], name: str) -> tuple[OwnPreset, ...]:
    """Return the user's presets without one."""
    return tuple(known for known in own if known.name != name)
