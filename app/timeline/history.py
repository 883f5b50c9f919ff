"""Undo and redo as two stacks of frozen projects, each step with the name the user reads."""

from __future__ import annotations

from dataclasses import dataclass

from app.timeline.project import Project


@dataclass(frozen=True, slots=True)
class History:
    """The present project with its past and its future. Unlimited: frozen parts are shared.

    Attributes:
        past: (name of the edit that left it, project), oldest first.
        present: the project as it is.
        future: (name of the edit to redo, project), next first.
    """

    present: Project
    past: tuple[tuple[str, Project], ...] = ()
    future: tuple[tuple[str, Project], ...] = ()

    def do(self, name: str, project: Project, *, merge: bool = False) -> History:
        """Return the history after an edit; ``merge`` folds it into the last one of that name."""
        if project == self.present:
            return self
        if merge and self.past and self.past[-1][0] == name:
            return History(project, self.past)
        return History(project, (*self.past, (name, self.present)))

    def undo(self) -> History:
        """Return the history one step back, itself where there is none."""
        if not self.past:
            return self
        name, project = self.past[-1]
        return History(project, self.past[:-1], ((name, self.present), *self.future))

    def redo(self) -> History:
        """Return the history one step forward, itself where there is none."""
        if not self.future:
            return self
        name, project = self.future[0]
        return History(project, (*self.past, (name, self.present)), self.future[1:])

    @property
    def undo_name(self) -> str | None:
        """Name of the edit that undo would take back."""
        return self.past[-1][0] if self.past else None

    @property
    def redo_name(self) -> str | None:
        """Name of the edit that redo would make again."""
        return self.future[0][0] if self.future else None
