"""Edits of footage: brought in, slipped, divided, extended, bridged, replaced. Pure.

A shot of footage shows frames ``[start, start + num_frames)`` of a movie that stays where it is.
No edit here asks for a frame that the movie does not have; nothing opens a file.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.timeline.edits import EditError, replace_shot, with_changes
from app.timeline.parts import FootageItem, FootageUse, RoomChoice, new_id
from app.timeline.project import MAX_SHOT_FRAMES, Project, Shot

NO_FOOTAGE = "Select a shot that shows a movie first."
NO_NEXT = "There is no later shot that shows a movie; bring one in, then bridge to it."


def add_footage(project: Project, items: Sequence[FootageItem]) -> tuple[Project, tuple[str, ...]]:
    """Register movies, and return their ids in the film; one that is known is not added twice."""
    known = {item.fingerprint: item for item in project.footage}
    for item in items:
        if item.rate != project.format.rate:
            raise EditError(
                f"{item.name} was counted at another frame rate than the film's; import it anew."
            )
        known.setdefault(item.fingerprint, item)
    names = tuple(known[item.fingerprint].id for item in items)
    return with_changes(project, footage=tuple(known.values())), names


def insert_movies(
    project: Project, items: Sequence[FootageItem], index: int
) -> tuple[Project, tuple[str, ...]]:
    """Put whole movies before the shot at ``index``, and return the ids of their shots."""
    project, names = add_footage(project, items)
    shots = tuple(
        Shot(
            num_frames=min(project.footage_item(name).num_frames, MAX_SHOT_FRAMES),
            footage=FootageUse(footage=name),
        )
        for name in names
    )
    index = max(0, min(index, len(project.shots)))
    placed = (*project.shots[:index], *shots, *project.shots[index:])
    return with_changes(project, shots=placed), tuple(shot.id for shot in shots)


def longest(project: Project, shot: Shot) -> int:
    """Return how long a shot may become by its tail: a movie ends somewhere."""
    if shot.footage is None:
        return MAX_SHOT_FRAMES
    movie = project.footage_item(shot.footage.footage)
    return min(MAX_SHOT_FRAMES, movie.num_frames - shot.footage.start)


def moved_start(shot: Shot, delta: int) -> FootageUse | None:
    """Return what a shot shows when its first frame is another; None where it shows no movie."""
    use = shot.footage
    if use is None:
        return None
    if use.start + delta < 0:
        raise EditError("The movie begins here; there is nothing before its first frame.")
    return with_changes(use, start=use.start + delta)


def clamp_slip(project: Project, shot_id: str, delta: int) -> int:
    """Return the nearest slip that can be made."""
    shot = project.shot(shot_id)
    use = _use(shot)
    last = project.footage_item(use.footage).num_frames - shot.num_frames
    return max(-use.start, min(delta, last - use.start))


def slip(project: Project, shot_id: str, delta: int) -> Project:
    """Show other frames of the movie in the same place: ``delta`` frames later ones."""
    if clamp_slip(project, shot_id, delta) != delta:
        raise EditError("The movie has no frames there; slip it less.")
    shot = project.shot(shot_id)
    return _with_use(project, shot_id, with_changes(_use(shot), start=_use(shot).start + delta))


def set_use(project: Project, shot_id: str, use: FootageUse) -> Project:
    """Choose other frames, another fit, or another sound of the movie."""
    _use(project.shot(shot_id))
    return _with_use(project, shot_id, use)


def set_room(project: Project, shot_id: str, room: RoomChoice) -> Project:
    """Choose what is heard in a shot that goes on from footage or leads into it."""
    return replace_shot(project, shot_id, lambda shot: with_changes(shot, room=room))


def divide(project: Project, shot_id: str, frames: Sequence[int]) -> Project:
    """Cut a shot of footage before each of some of its frames; frames outside of it are ignored."""
    shot = project.shot(shot_id)
    use = _use(shot)
    inside = sorted({frame for frame in frames if 0 < frame < shot.num_frames})
    if not inside:
        return project
    bounds = [0, *inside, shot.num_frames]
    parts = [
        with_changes(
            shot,
            id=shot.id if begin == 0 else new_id(),
            num_frames=end - begin,
            footage=with_changes(use, start=use.start + begin),
            join=shot.join if end == shot.num_frames else "cut",
        )
        for begin, end in itertools.pairwise(bounds)
    ]
    index = project.shots.index(shot)
    return with_changes(
        project, shots=(*project.shots[:index], *parts, *project.shots[index + 1 :])
    )


def extend_after(
    project: Project, shot_id: str, num_frames: int, room: RoomChoice
) -> tuple[Project, str]:
    """Put a shot after footage that goes on from it, to be made; return its id, too."""
    shot = project.shot(shot_id)
    _use(shot)
    made = Shot(num_frames=num_frames, join=shot.join, room=room)
    return _around(project, shot, (with_changes(shot, join="continue"), made)), made.id


def extend_before(
    project: Project, shot_id: str, num_frames: int, room: RoomChoice
) -> tuple[Project, str]:
    """Put a shot before footage that leads into it, to be made; return its id, too."""
    shot = project.shot(shot_id)
    _use(shot)
    made = Shot(num_frames=num_frames, join="continue", room=room)
    return _around(project, shot, (made, shot)), made.id


@dataclass(frozen=True, slots=True)
class Span:
    """Two shots of footage, by index, and what is made between them now."""

    left: int
    right: int

    @property
    def is_empty(self) -> bool:
        """Whether they stand beside each other."""
        return self.right == self.left + 1


def span_from(project: Project, shot_id: str) -> Span | None:
    """Return the way from a shot of footage to the next one; None where none follows."""
    left = project.shots.index(project.shot(shot_id))
    if project.shots[left].footage is None:
        return None
    right = next(
        (n for n in range(left + 1, len(project.shots)) if project.shots[n].footage is not None),
        None,
    )
    return None if right is None else Span(left, right)


def bridge(
    project: Project, shot_id: str, num_frames: int, room: RoomChoice
) -> tuple[Project, str]:
    """Lead from a shot of footage into the next one; return the id of the first shot between.

    Where nothing stands between them a shot is put there; what stands there is continued on both
    sides.
    """
    _use(project.shot(shot_id))
    span = span_from(project, shot_id)
    if span is None:
        raise EditError(NO_NEXT)
    shots = list(project.shots)
    if span.is_empty:
        shots.insert(span.right, Shot(num_frames=num_frames, room=room))
    right = span.left + 2 if span.is_empty else span.right
    for index in range(span.left, right):
        shots[index] = with_changes(shots[index], join="continue")
    return with_changes(project, shots=tuple(shots)), shots[span.left + 1].id


def replace_movie(project: Project, shot_id: str, item: FootageItem, start: int = 0) -> Project:
    """Let a shot show another movie; one that is too short shortens the shot."""
    shot = project.shot(shot_id)
    use = _use(shot)
    project, (name,) = add_footage(project, [item])
    length = min(shot.num_frames, item.num_frames)
    start = min(start, item.num_frames - length)
    track = min(use.track, max(0, item.num_sounds - 1))
    other = with_changes(use, footage=name, start=start, track=track)
    return replace_shot(
        project, shot_id, lambda old: with_changes(old, num_frames=length, footage=other)
    )


def relink(project: Project, places: Mapping[str, str]) -> Project:
    """Say where movies lie now.

    Args:
        places: absolute path by the id of the movie.
    """
    items = tuple(
        with_changes(item, path=places[item.id]) if item.id in places else item
        for item in project.footage
    )
    return with_changes(project, footage=items)


def reread(project: Project, item: FootageItem) -> Project:
    """Keep what was found out about a movie; shots show only what can be read of it.

    Shots that lie wholly behind its end are taken out.
    """
    shots: list[Shot] = []
    for shot in project.shots:
        use = shot.footage
        if use is None or use.footage != item.id:
            shots.append(shot)
            continue
        length = min(shot.num_frames, item.num_frames - use.start)
        if length > 0:
            shots.append(
                shot if length == shot.num_frames else with_changes(shot, num_frames=length)
            )
    footage = tuple(item if known.id == item.id else known for known in project.footage)
    return with_changes(project, shots=tuple(shots), footage=footage)


def used_footage(project: Project) -> tuple[FootageItem, ...]:
    """Return the movies that shots show, in the film's order."""
    names = dict.fromkeys(shot.footage.footage for shot in project.shots if shot.footage)
    return tuple(project.footage_item(name) for name in names)


def neighbours(project: Project, shot_id: str) -> tuple[Shot | None, Shot | None]:
    """Return the made shots right before and right after a shot, where there are any."""
    index = project.shots.index(project.shot(shot_id))
    before = project.shots[index - 1] if index else None
    after = project.shots[index + 1] if index + 1 < len(project.shots) else None
    return (
        before if before is not None and before.footage is None else None,
        after if after is not None and after.footage is None else None,
    )


def is_beside_footage(project: Project, shot_id: str) -> bool:
    """Whether a made shot goes on from footage or leads into it."""
    index = project.shots.index(project.shot(shot_id))
    shot = project.shots[index]
    if shot.footage is not None:
        return False
    before = project.shots[index - 1] if index else None
    after = project.shots[index + 1] if index + 1 < len(project.shots) else None
    goes_on = before is not None and before.footage is not None and before.join == "continue"
    leads_in = after is not None and after.footage is not None and shot.join == "continue"
    return goes_on or leads_in


def _use(shot: Shot) -> FootageUse:
    if shot.footage is None:
        raise EditError(NO_FOOTAGE)
    return shot.footage


def _with_use(project: Project, shot_id: str, use: FootageUse) -> Project:
    return replace_shot(project, shot_id, lambda shot: with_changes(shot, footage=use))


def _around(project: Project, shot: Shot, shots: Sequence[Shot]) -> Project:
    index = project.shots.index(shot)
    return with_changes(
        project, shots=(*project.shots[:index], *shots, *project.shots[index + 1 :])
    )
