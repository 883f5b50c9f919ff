"""What is heard of footage: its own sound where it stands, and its room beside it. Pure.

The sound belongs to the shot and moves with it. Samples are counted at 48 kHz.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.timeline.parts import FootageItem
from app.timeline.project import Project, Shot
from engine.planning.sound import sample_at
from engine.protocol.export import RoomTone, SoundSpec


def footage_sounds(project: Project) -> tuple[SoundSpec, ...]:
    """Return the sound of each shot of footage that has one and is not muted."""
    rate = project.format.rate.fraction
    specs: list[SoundSpec] = []
    for start, shot in project.shot_starts():
        item = _heard(project, shot)
        if item is None or shot.footage is None:
            continue
        at, end = sample_at(start, rate), sample_at(start + shot.num_frames, rate)
        begin = sample_at(shot.footage.start, rate)
        specs.append(
            SoundSpec(
                path=item.path,
                start=begin,
                stop=begin + end - at,
                at=at,
                gain_db=shot.footage.gain_db,
                track=shot.footage.track,
            )
        )
    return tuple(specs)


def room_tones(project: Project) -> tuple[RoomTone, ...]:
    """Return what fills the made shots that are continued from footage, or into it.

    The footage before a shot counts; where there is none, the footage after it.
    """
    found: list[RoomTone] = []
    shots = project.shots
    for index, (start, shot) in enumerate(project.shot_starts()):
        if shot.footage is not None or shot.room == "silence":
            continue
        before = shots[index - 1] if index and shots[index - 1].join == "continue" else None
        after = shots[index + 1 : index + 2] if shot.join == "continue" else ()
        for source in (*((before,) if before is not None else ()), *after):
            item = _heard(project, source)
            if item is not None:
                leads = source is not before
                found.append(_tone(project, (start, shot), source, item, leads=leads))
                break
    return tuple(found)


def _tone(
    project: Project, place: tuple[int, Shot], source: Shot, item: FootageItem, *, leads: bool
) -> RoomTone:
    rate = project.format.rate.fraction
    start, shot = place
    at, end = sample_at(start, rate), sample_at(start + shot.num_frames, rate)
    assert source.footage is not None, "a room is that of footage"
    stop = sample_at(source.footage.start + source.num_frames, rate)
    return RoomTone(
        path=item.path,
        track=source.footage.track,
        at=at,
        length=end - at,
        source_stop=stop,
        from_start=leads,
        fades=shot.room == "fade",
    )


def clipped(tones: tuple[RoomTone, ...], start: int, stop: int) -> Iterator[RoomTone]:
    """Yield what of the tones is heard in the samples ``[start, stop)`` of the film."""
    for tone in tones:
        begin, end = max(tone.at, start), min(tone.at + tone.length, stop)
        if begin < end:
            yield tone.model_copy(update={"at": begin - start, "length": end - begin})


def _heard(project: Project, shot: Shot) -> FootageItem | None:
    """Return the movie that is heard in a shot, if there is one."""
    use = shot.footage
    if use is None or use.is_muted:
        return None
    item = project.footage_item(use.footage)
    return item if use.track < item.num_sounds else None
