"""What is said while files hover over the timeline."""

from __future__ import annotations

from collections.abc import Sequence

from app.state.drops import DropTarget, OntoEmpty
from app.state.grid import film_grid, placement_text
from app.state.keyframes import is_footage
from app.state.language import counted, said
from app.timeline.project import Project
from app.views.timeline.sayings import insertion_marker
from app.views.timeline.scene import Marker


def movie_marker(project: Project, index: int, count: int) -> Marker:
    """Say where dropped movies would stand."""
    what = counted("Timeline", "%n movies", "movie", n=count)
    where = (
        said("Timeline", "before shot {number}", number=index + 1)
        if index < len(project.shots)
        else said("Timeline", "at the end")
    )
    return insertion_marker(project, index, f"{what}, {where}")


def incoming_marker(project: Project, index: int, names: Sequence[str]) -> Marker:
    """Say which movies are being looked at, where they will stand."""
    name = names[0] if len(names) == 1 else counted("Timeline", "%n movies", "movie", n=len(names))
    words = said("Timeline", "Reading {name}…", name=name)
    return insertion_marker(project, min(index, len(project.shots)), words)


def drop_marker(
    project: Project, candidate: Project | None, target: DropTarget, count: int
) -> Marker:
    """Say where dropped files would go; ``candidate`` is the timing as it would be."""
    if isinstance(target, OntoEmpty):
        what = (
            said("Timeline", "new shot")
            if count == 1
            else said("Timeline", "{count} new shots, one for each image", count=count)
        )
        where = (
            said("Timeline", "before shot {number}", number=target.index + 1)
            if target.index < len(project.shots)
            else said("Timeline", "at the end")
        )
        return insertion_marker(project, target.index, f"{what}, {where}")
    if is_footage(project, target.shot_id):
        start = next(at for at, shot in project.shot_starts() if shot.id == target.shot_id)
        words = said("Timeline", "a movie takes no keyframes: drop beside it")
        return Marker(start + target.frame, words, is_taken=True)
    index, start = next(
        (index, start)
        for index, (start, shot) in enumerate(project.shot_starts())
        if shot.id == target.shot_id
    )
    if count > 1 and candidate is None:
        text = said(
            "Timeline",
            "shot {number} has no room for {count} images; on its title: one shot each",
            number=index + 1,
            count=count,
        )
        return Marker(start, text, is_taken=True)
    if count > 1:
        text = said(
            "Timeline",
            "{count} images spread over shot {number}; on its title: one shot each",
            count=count,
            number=index + 1,
        )
        return Marker(start, text)
    frame = start + target.frame
    if candidate is None:
        return Marker(
            frame,
            said("Timeline", "frame {frame} is taken: drop to replace", frame=frame),
            is_taken=True,
        )
    return Marker(frame, placement_text(frame, film_grid(candidate).used.get("", frame)))
