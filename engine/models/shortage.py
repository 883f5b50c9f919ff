"""When memory runs out: how it shows, and what is done with less at a time then.

Imports no torch, so that the service can ask before anything else is imported.
"""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.models.catalogue import DirectorSettings

_ALLOCATION_FAILED = ("out of memory", "not enough memory", "can't allocate memory")

MIN_WINDOW_LATENTS = 3
MIN_TILE = 8


class Thrift(IntEnum):
    """How sparingly memory is used; each step includes those before it.

    Attributes:
        NONE: as the hardware's options say.
        STREAMED: weights come in block by block, and the autoencoder works in tiles. The same
            pixels but for tiles' borders.
        SMALL: Director-SR sees half as many latents and half as large a tile at a time as well,
            which gives slightly other pixels.
    """

    NONE = 0
    STREAMED = 1
    SMALL = 2


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the device, or the machine, had no memory left."""
    if isinstance(error, MemoryError):
        return True
    torch = sys.modules.get("torch")
    kind = getattr(torch, "OutOfMemoryError", None)
    if isinstance(kind, type) and isinstance(error, kind):
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and any(sign in said for sign in _ALLOCATION_FAILED)


def spared(settings: DirectorSettings, thrift: Thrift) -> DirectorSettings:
    """Return how a folder is run with so much thrift."""
    if thrift < Thrift.SMALL:
        return settings
    # Borders overlap by the margin on both sides: a tile must stay larger than that.
    tile = max(settings.tile // 2, MIN_TILE, 2 * settings.margin + 2)
    window = max(settings.max_window_latents // 2, MIN_WINDOW_LATENTS)
    return settings.model_copy(
        update={
            "max_window_latents": min(window, settings.max_window_latents),
            "tile": min(tile, settings.tile),
        }
    )
