"""A film as OpenTimelineIO JSON (schemas Timeline.1, Stack.1, Track.1, Clip.2, Marker.2). Pure.

Rates are doubles in this format; the exact fraction stands in the metadata, as does all that a
board or a sound has and the format has not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from app.timeline.interchange.cut import Board, Cut, Media, SoundPiece, TakeClip
from app.timeline.project import Marker
from engine.planning.sound import SAMPLE_RATE

Json = dict[str, Any]

KEY = "smartdirector"
SHOT_COLOR = "CYAN"
"""Of the markers that carry captions: a colour that the film's own markers never have."""


def write_otio(cut: Cut) -> bytes:
    """Return the file."""
    writer = _Writer(cut)
    return json.dumps(writer.timeline(), indent=1, ensure_ascii=False, allow_nan=False).encode()


class _Writer:
    def __init__(self, cut: Cut) -> None:
        self._cut = cut
        self._rate = float(cut.rate.fraction)

    def timeline(self) -> Json:
        cut = self._cut
        tracks = [self._boards()]
        tracks += [self._takes(name, clips) for name, clips in cut.takes.items() if clips]
        tracks += [self._sounds(number, lane) for number, lane in enumerate(cut.sounds, 1)]
        stack = self._item("Stack.1", "tracks", None)
        stack["children"] = tracks
        stack["markers"] = [self._film_marker(marker) for marker in cut.markers]
        film = cut.project
        kept = film.model_dump(include={"caption", "seed", "model", "refine_model"}, mode="json")
        kept |= {"in_point": film.in_point, "out_point": film.out_point}
        return {
            "OTIO_SCHEMA": "Timeline.1",
            "name": cut.name,
            "global_start_time": self._time(cut.start),
            "tracks": stack,
            "metadata": {
                KEY: {
                    "version": 1,
                    "film": kept,
                    "format": film.format.model_dump(mode="json"),
                    "drop_frame": cut.drop,
                }
            },
        }

    def _boards(self) -> Json:
        track = self._track("Boards", "Video", "boards")
        for board in self._cut.boards:
            span = self._range(self._time(0), board.num_frames)
            if board.media is None:
                item = self._item("Gap.1", board.name, span)
            else:
                item = self._clip(board.name, span, board.media)
            item["metadata"] = {KEY: self._board_facts(board)}
            if board.part == 1:
                item["markers"] = [
                    self._marker(
                        0, board.name.partition("-")[0], SHOT_COLOR, board.shot.caption, "shot"
                    )
                ]
            track["children"].append(item)
        return track

    def _takes(self, name: str, clips: Sequence[TakeClip]) -> Json:
        track = self._track(name, "Video", "takes")
        end = 0
        for clip in clips:
            self._fill(track, end, clip.frame)
            span = self._range(self._time(clip.source), clip.num_frames)
            track["children"].append(self._clip(clip.name, span, clip.media))
            end = clip.frame + clip.num_frames
        return track

    def _sounds(self, number: int, lane: Sequence[SoundPiece]) -> Json:
        track = self._track(f"Sound {number}", "Audio", "sounds")
        end = 0
        for piece in lane:
            clip = piece.clip
            self._fill(track, end, clip.frame)
            span = self._range(self._time(clip.offset, SAMPLE_RATE), clip.num_frames)
            item = self._clip(piece.media.name, span, piece.media)
            item["enabled"] = not clip.is_muted
            facts = clip.model_dump(
                include={"gain_db", "fade_in", "fade_out", "is_muted", "lane", "offset"},
                mode="json",
            )
            item["metadata"] = {KEY: facts}
            track["children"].append(item)
            end = clip.stop
        return track

    def _board_facts(self, board: Board) -> Json:
        facts: Json = {"shot": board.number, "part": board.part}
        if board.part == 1:
            facts |= board.shot.model_dump(include={"caption", "join", "seed"}, mode="json")
        if board.keyframe is not None:
            facts["keyframe"] = board.keyframe.model_dump(
                exclude={"id", "media", "kept"}, mode="json"
            )
        return facts

    def _fill(self, track: Json, end: int, frame: int) -> None:
        if frame > end:
            span = self._range(self._time(0), frame - end)
            track["children"].append(self._item("Gap.1", "", span))

    def _clip(self, name: str, span: Json, media: Media) -> Json:
        item = self._item("Clip.2", name, span)
        item["media_references"] = {"DEFAULT_MEDIA": self._reference(media)}
        item["active_media_reference_key"] = "DEFAULT_MEDIA"
        return item

    def _reference(self, media: Media) -> Json:
        available: Json | None = None
        if media.kind == "movie":
            available = self._range(self._time(0), media.length)
        elif media.kind == "sound":
            available = self._time_range(
                self._time(0, SAMPLE_RATE), self._time(media.length, SAMPLE_RATE)
            )
        return {
            "OTIO_SCHEMA": "ExternalReference.1",
            "name": media.name,
            "target_url": media.url(),
            "available_range": available,
            "available_image_bounds": None,
            "metadata": {},
        }

    def _film_marker(self, marker: Marker) -> Json:
        return self._marker(marker.frame, marker.name, marker.color.upper(), "", "film")

    def _marker(self, frame: int, name: str, color: str, comment: str, kind: str) -> Json:
        return {
            "OTIO_SCHEMA": "Marker.2",
            "name": name,
            "color": color,
            "comment": comment,
            "marked_range": self._range(self._time(frame), 0),
            "metadata": {KEY: {"kind": kind}},
        }

    def _track(self, name: str, kind: str, role: str) -> Json:
        track = self._item("Track.1", name, None)
        track |= {"kind": kind, "children": [], "metadata": {KEY: {"role": role}}}
        return track

    def _item(self, schema: str, name: str, span: Json | None) -> Json:
        return {
            "OTIO_SCHEMA": schema,
            "name": name,
            "source_range": span,
            "effects": [],
            "markers": [],
            "enabled": True,
            "color": None,
            "metadata": {},
        }

    def _range(self, start: Json, num_frames: int) -> Json:
        return self._time_range(start, self._time(num_frames))

    def _time_range(self, start: Json, duration: Json) -> Json:
        return {"OTIO_SCHEMA": "TimeRange.1", "start_time": start, "duration": duration}

    def _time(self, value: int, rate: int | None = None) -> Json:
        return {
            "OTIO_SCHEMA": "RationalTime.1",
            "value": float(value),
            "rate": self._rate if rate is None else float(rate),
        }
