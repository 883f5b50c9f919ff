"""What can be broken: for each kind of file its whole seeds, and how it is read and then used.

An attempt returns normally where the file is of use, and raises one of the program's own errors
where it is not. Everything else that it does is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.media.carried import CarriedError
from app.media.sounds import SoundError
from app.media.stills import StillError
from app.timeline.interchange.text import ExchangeError
from app.timeline.storage import ProjectError
from engine.protocol.errors import EngineError
from engine.protocol.wire import WireError

OWN_ERRORS = (
    ProjectError, ExchangeError, StillError, SoundError, CarriedError, EngineError, WireError
)  # fmt: skip
"""Each carries one sentence for the user."""


class Refused(Exception):
    """Said in another way than by an exception; the message is the sentence."""


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes:
        seeds: makes whole files in an empty folder; slow, so once a process.
        attempt: reads one that is broken; may write into the folder alone.
        limit_s: how long that may take on a busy machine.
        share: of a campaign's inputs.
        heavy: whether it needs a process of its own, since native code reads it.
    """

    name: str
    seeds: Callable[[Path], Sequence[bytes]]
    attempt: Callable[[bytes, Path], None]
    limit_s: float = 10.0
    share: int = 1
    heavy: bool = False


def light_kinds() -> dict[str, Kind]:
    """Return the kinds that Python alone reads."""
    from tests.fuzz.documents import DOCUMENTS
    from tests.fuzz.wires import WIRES

    return {kind.name: kind for kind in (*DOCUMENTS, *WIRES)}


def media_kinds() -> dict[str, Kind]:
    """Return the light kinds, and pictures, movies and sound; imports PyAV."""
    from tests.fuzz.pictures import PICTURES

    return {**light_kinds(), **{kind.name: kind for kind in PICTURES}}


def all_kinds() -> dict[str, Kind]:
    """Return every kind by its name; imports torch."""
    from tests.fuzz.models import MODELS

    return {**media_kinds(), **{kind.name: kind for kind in MODELS}}


def kind_named(name: str) -> Kind:
    """Return a kind, importing no more than it needs.

    Raises:
        KeyError: there is none of that name.
    """
    for kinds in (light_kinds, media_kinds, all_kinds):
        if name in (found := kinds()):
            return found[name]
    raise KeyError(name)
