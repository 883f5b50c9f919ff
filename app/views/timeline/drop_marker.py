"""What is said while files hover over the timeline."""

from __future__ import annotations

from app.state.drops import DropTarget, OntoEmpty
from app.state.grid import film_grid, placement_text
from app.state.language import said
from app.timeline.project import Project
from app.views.timeline.sayings import insertion_marker
from app.views.timeline.scene import Marker


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
