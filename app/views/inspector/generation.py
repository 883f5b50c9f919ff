"""How the film is computed: Director-Gen's and Director-SR's settings, set or left to the model."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from app.state.language import said
from app.state.workspace import Workspace
from app.views.inspector.fields import ProseField
from app.views.inspector.fold import FoldSection
from app.views.inspector.loras import LoraList
from app.views.inspector.model_choice import ModelChoice
from app.views.inspector.optional import OptionalChoice, OptionalNumber, interval, number, whole

_SOLVERS = (("euler", "Euler"), ("unipc", "UniPC"))
_UPSAMPLINGS = (("latent", "Latent"), ("pixel", "Pixel"), ("guided", "Guided"))
_HEAD_COLOURS = (("off", "Off"), ("match", "Match"), ("pixels", "The board's pixels"))

_DRAFT_NUMBERS: tuple[tuple[str, str, Callable[[str], Any], str, str], ...] = (
    ("num_steps", "Steps", whole, "1 to 1000", "More steps: slower, finer"),
    ("guidance_scale", "Guidance", number, "0 to 100", "How much captions count; 1 is off"),
    (
        "guidance_interval",
        "Guided at",
        interval,
        "two numbers in 0 to 1, such as 0.2 to 0.8",
        "Noise levels between which guidance works",
    ),
    ("shift", "Shift", number, "above 0 to 100", "More: longer at high noise, bolder motion"),
    (
        "caption_focus",
        "Focus",
        number,
        "above 0 to 20",
        "How much a shot keeps to its own caption; 4 is strong",
    ),
)


class DraftingSection(FoldSection):
    """Director-Gen.

    Signals:
        loras_wanted: choose LoRA files.
    """

    loras_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("drafting", said("Inspector", "Generation"), workspace.settings)
        self._workspace = workspace
        generation = workspace.generation
        self.problem = _problem_label()
        self.body.add_wide(self.problem)
        self.numbers: dict[str, OptionalNumber] = {}
        for name, label, read, range_text, tip in _DRAFT_NUMBERS:
            field = OptionalNumber(said("Inspector", label), read)
            field.line.setToolTip(said("Inspector", tip))
            field.entered.connect(partial(self._set, name))
            field.refused.connect(partial(self._refuse, label, range_text))
            self.numbers[name] = field
            self.body.add_row(said("Inspector", label), field)
        self.solver = OptionalChoice(said("Inspector", "Solver"), _SOLVERS)
        self.solver.entered.connect(partial(self._set, "solver"))
        self.body.add_row(said("Inspector", "Solver"), self.solver)
        self.negative = ProseField(
            said("Inspector", "Negative caption"),
            said("Inspector", "What guidance leads away from. Needs guidance above 1."),
            2,
            4000,
        )
        self.negative.paused.connect(partial(self._set, "negative_caption"))
        self.negative.left.connect(workspace.editor.end_merge)
        self.body.add_wide(self.negative)
        self.loras = LoraList(generation)
        self.loras.wanted.connect(self.loras_wanted)
        self.body.add_wide(self.loras)
        self.reset.clicked.connect(generation.reset_drafting)
        workspace.model_defaults.changed.connect(self.show_film)
        self.opened.connect(self.show_film)

    def show_film(self) -> None:
        """Show the film's settings."""
        project = self._workspace.editor.project
        drafting = project.drafting
        self.show_count(len(drafting.fields()))
        if not self.is_open:
            return
        defaults = self._workspace.model_defaults
        own = defaults.settings(project.model, "gen")
        _show_problem(self.problem, defaults.problem(project.model, "gen"))
        for name, field in self.numbers.items():
            theirs = 0.0 if name == "caption_focus" and own else getattr(own, name, None)
            field.show_value(getattr(drafting, name), theirs)
        self.solver.show_value(drafting.solver, own.solver if own else None)
        self.negative.show_text(drafting.negative_caption)
        self.loras.show_loras(drafting.loras)

    def flush(self) -> None:
        """Hand on what was typed and not yet kept."""
        self.negative.flush()

    def _set(self, name: str, value: Any) -> None:
        if not self._workspace.generation.set_drafting(name, value):
            self.show_film()

    def _refuse(self, label: str, range_text: str) -> None:
        self._workspace.notices.error(
            f"{label} takes {range_text}; leave it empty for the model's."
        )
        self.show_film()


class RefiningSection(FoldSection):
    """Director-SR.

    Signals:
        model_wanted: choose a model folder.
    """

    model_wanted = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__("refining", said("Inspector", "Master"), workspace.settings)
        self._workspace = workspace
        self.model = ModelChoice(said("Inspector", "Model for masters"))
        self.model.chosen.connect(workspace.generation.set_refine_model)
        self.model.folder_wanted.connect(self.model_wanted)
        self.body.add_row(said("Inspector", "Model"), self.model)
        self.problem = _problem_label()
        self.body.add_wide(self.problem)
        self.steps = OptionalNumber(said("Inspector", "Steps of the master"), whole)
        self.steps.refused.connect(partial(self._refuse, "Steps", "1 to 1000"))
        self.noise = OptionalNumber(said("Inspector", "Noise over the draft"), number)
        self.noise.line.setToolTip(
            said("Inspector", "How much may be made anew; 0 keeps to the draft")
        )
        self.noise.refused.connect(partial(self._refuse, "Noise", "0 to 1"))
        self.upsampling = OptionalChoice(said("Inspector", "Upsampling"), _UPSAMPLINGS)
        self.head_colour = OptionalChoice(said("Inspector", "Colour at boards"), _HEAD_COLOURS)
        self.head_colour.choice.setToolTip(
            said("Inspector", "What is done about a step in colour where boards stand")
        )
        for name, label, field in (
            ("num_steps", "Steps", self.steps),
            ("upsampling", "Upsampling", self.upsampling),
            ("noise", "Noise", self.noise),
            ("head_colour", "Colour", self.head_colour),
        ):
            field.entered.connect(partial(self._set, name))
            self.body.add_row(said("Inspector", label), field)
        self.reset.clicked.connect(workspace.generation.reset_refining)
        workspace.model_defaults.changed.connect(self.show_film)
        self.opened.connect(self.show_film)

    def show_film(self) -> None:
        """Show the film's settings."""
        project = self._workspace.editor.project
        refining = project.refining
        self.show_count(len(refining.fields()))
        self.model.show_model(project.refine_model)
        if not self.is_open:
            return
        defaults = self._workspace.model_defaults
        own = defaults.settings(project.refine_model, "sr")
        _show_problem(self.problem, defaults.problem(project.refine_model, "sr"))
        self.steps.show_value(refining.num_steps, own.num_steps if own else None)
        self.upsampling.show_value(refining.upsampling, own.upsampling if own else None)
        self.noise.show_value(refining.noise, own.noise if own else None)
        self.head_colour.show_value(refining.head_colour, own.head_colour if own else None)

    def _set(self, name: str, value: Any) -> None:
        if not self._workspace.generation.set_refining(name, value):
            self.show_film()

    def _refuse(self, label: str, range_text: str) -> None:
        self._workspace.notices.error(
            f"{label} takes {range_text}; leave it empty for the model's."
        )
        self.show_film()


def _problem_label() -> QLabel:
    label = QLabel()
    label.setProperty("danger", "true")
    label.setWordWrap(True)
    return label


def _show_problem(label: QLabel, problem: str) -> None:
    label.setText(problem)
    label.setVisible(bool(problem))
