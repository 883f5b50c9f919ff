"""Connects the commands about takes and the queue, and keeps them in line with the state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QAction

from app.state.language import said
from app.state.viewing import TakeSide
from app.state.workspace import Workspace
from app.timeline.take_files import MAX_RATING
from app.views.icons import icon


class _Commands(Protocol):
    def __getitem__(self, name: str) -> QAction: ...

    def connect_to(self, name: str, call: Callable[[], object]) -> None: ...


def connect_takes(commands: _Commands, workspace: Workspace) -> None:
    """Connect what needs no window: one call each."""
    choices, jobs = workspace.choices, workspace.jobs

    def with_selected(call: Callable[[str], object]) -> Callable[[], object]:
        def run() -> None:
            row = choices.selected
            if row is not None:
                call(row.record.name)

        return run

    def rating(stars: int) -> Callable[[str], object]:
        return lambda name: choices.rate(name, stars)

    commands.connect_to("reroll_pass", workspace.deciding.reroll_here)
    commands.connect_to("keep_take", workspace.deciding.keep_here)
    commands.connect_to("approve_take", choices.toggle_approved)
    commands.connect_to("use_take", with_selected(choices.use))
    commands.connect_to("restore_take", with_selected(choices.restore))
    commands.connect_to("delete_take", with_selected(choices.delete))
    commands.connect_to("compare_take", lambda: _compare(workspace))
    commands.connect_to("render_approved", choices.render_approved)
    for stars in range(1, MAX_RATING + 1):
        commands.connect_to(f"rate_{stars}", with_selected(rating(stars)))
    commands.connect_to("pause_jobs", lambda: jobs.resume() if jobs.is_paused else jobs.pause())

    def show() -> None:
        row = choices.selected
        has_pass = choices.film_pass is not None
        commands["reroll_pass"].setEnabled(has_pass and not choices.is_kept)
        commands["keep_take"].setEnabled(has_pass)
        for name in ("approve_take", "delete_take", *(f"rate_{n + 1}" for n in range(MAX_RATING))):
            commands[name].setEnabled(row is not None)
        commands["compare_take"].setEnabled(row is not None)
        commands["use_take"].setEnabled(row is not None and row.fits and not row.is_in_use)
        commands["restore_take"].setEnabled(row is not None and not row.is_in_use)
        commands["render_approved"].setEnabled(choices.can_render_approved)
        _check(commands["keep_take"], choices.is_kept)
        _check(commands["approve_take"], row is not None and row.record.notes.approved)

    def show_queue() -> None:
        commands["pause_jobs"].setEnabled(jobs.is_active)
        pause = commands["pause_jobs"]
        pause.setText(
            said("Commands", "&Resume the queue")
            if jobs.is_paused
            else said("Commands", "&Pause the queue")
        )
        pause.setIcon(icon("play" if jobs.is_paused else "pause"))
        _check(pause, jobs.is_paused)

    choices.changed.connect(show)
    jobs.changed.connect(show_queue)
    show()
    show_queue()


def _compare(workspace: Workspace) -> None:
    """Put the take that is looked at beside what the viewer shows."""
    row, part = workspace.choices.selected, workspace.choices.film_pass
    if row is None or part is None:
        return
    files = row.record.files
    movie = files.master or files.draft
    if movie is not None:
        label = said("Takes", "Seed {seed}", seed=row.record.job.seed)
        workspace.viewing.compare_with(TakeSide(movie, label, part.start, row.record.num_frames))


def _check(action: QAction, is_on: bool) -> None:
    with QSignalBlocker(action):
        action.setChecked(is_on)
    action.changed.emit()  # the buttons that show it must hear of the mark
