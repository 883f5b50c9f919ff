"""Takes as they form: the latest preview of each, as the engine announces them."""

from __future__ import annotations

from pathlib import Path

from app.media.previews import PreviewClip, open_preview
from engine.protocol.messages import Preview


class FormingClips:
    """The previews that can be shown, by the take's name."""

    def __init__(self) -> None:
        self._clips: dict[str, PreviewClip] = {}

    def get(self, take: str) -> PreviewClip | None:
        """Return how a take stood when it was last previewed."""
        return self._clips.get(take)

    def note(self, take: str, event: Preview) -> bool:
        """Take a newer preview in; False where it cannot be opened and the older one stands."""
        clip = open_preview(Path(event.path), event.emitted_at)
        if clip is not None:
            self._clips[take] = clip
        return clip is not None

    def forget(self, take: str) -> None:
        """The take is finished, or was let go of."""
        self._clips.pop(take, None)

    def clear(self) -> None:
        """Another film is looked at."""
        self._clips.clear()
