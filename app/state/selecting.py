"""Choosing several parts: add one, take one off, a range, a rubber band, everything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from app.state.editor import EditorState
from app.state.selection import (
    KeyframeSelected,
    Selection,
    SeveralKeyframes,
    select_keyframes,
    select_shots,
    selected_keyframe_ids,
    selected_shot_ids,
)

How = Literal["only", "toggle", "range"]
"""A plain click, one with Ctrl, one with Shift."""


class Selecting:
    """What clicks and bands select; remembers from where a range is counted."""

    def __init__(self, editor: EditorState) -> None:
        self._editor = editor
        self._anchor = ""

    def shot(self, shot_id: str, how: How = "only") -> None:
        """Select a shot, add it or take it off, or select all from the last one to it."""
        order = [shot.id for shot in self._editor.project.shots]
        before = selected_shot_ids(self._editor.selection)
        self._editor.select(select_shots(self._chosen(order, before, shot_id, how)))

    def keyframe(self, keyframe_id: str, how: How = "only") -> None:
        """Select a keyframe, add it or take it off, or select all from the last one to it."""
        before = selected_keyframe_ids(self._editor.selection)
        chosen = self._chosen(self._keyframe_order(), before, keyframe_id, how)
        self._editor.select(select_keyframes(chosen))

    def band(
        self, shot_ids: Collection[str], keyframe_ids: Collection[str], base: Selection
    ) -> None:
        """Select what a rubber band touches, on top of ``base``; keyframes come first."""
        if keyframe_ids:
            kept = selected_keyframe_ids(base)
            self._editor.select(select_keyframes(kept | frozenset(keyframe_ids)))
        elif shot_ids:
            self._editor.select(select_shots(selected_shot_ids(base) | frozenset(shot_ids)))
        else:
            self._editor.select(base)

    def all(self) -> None:
        """Select all keyframes when some are selected, else all shots."""
        if isinstance(self._editor.selection, KeyframeSelected | SeveralKeyframes):
            self._editor.select(select_keyframes(self._keyframe_order()))
        else:
            self._editor.select(select_shots(shot.id for shot in self._editor.project.shots))

    def _keyframe_order(self) -> list[str]:
        return [k.id for shot in self._editor.project.shots for k in shot.keyframes]

    def _chosen(
        self, order: Sequence[str], before: frozenset[str], name: str, how: How
    ) -> frozenset[str]:
        match how:
            case "range":
                anchor = self._anchor if self._anchor in order and before else name
                first, last = sorted((order.index(anchor), order.index(name)))
                return frozenset(order[first : last + 1])
            case "toggle":
                self._anchor = name
                return before ^ {name}
            case "only":
                self._anchor = name
                return frozenset({name})
