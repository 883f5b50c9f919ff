"""How a film is computed, as far as it decides pixels: every field left out is the model's own.

Part of the document. What the machine does with its hardware is a preference, not a part of a film.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.protocol.jobs import DraftJob, HeadColour, LoraSpec, RefineJob, SolverName, Upsampling


class JobSettings(BaseModel):
    """Fields of a job of which the set ones go into it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @property
    def is_own(self) -> bool:
        """Whether everything is left to the model."""
        return not self.fields()

    def fields(self) -> dict[str, Any]:
        """Return the set fields under the names that the job has for them."""
        values = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: value for name, value in values.items() if value not in (None, "", ())}

    def identity(self) -> str:
        """Return what of it decides pixels, as text to be hashed; empty where nothing is set."""
        return "" if self.is_own else self.model_dump_json(include=set(self.fields()))


class Drafting(JobSettings):
    """Director-Gen's settings; see ``DraftJob``."""

    num_steps: int | None = Field(default=None, ge=1, le=1000)
    guidance_scale: float | None = Field(default=None, ge=0, le=100)
    guidance_interval: tuple[float, float] | None = None
    negative_caption: str = Field(default="", max_length=4000)
    shift: float | None = Field(default=None, gt=0, le=100)
    solver: SolverName | None = None
    caption_focus: float | None = Field(default=None, gt=0, le=20)
    loras: tuple[LoraSpec, ...] = Field(default=(), max_length=32)

    @model_validator(mode="after")
    def _interval_rises(self) -> Self:
        low, high = self.guidance_interval or (0.0, 1.0)
        if not 0 <= low <= high <= 1:
            raise ValueError("Guidance runs between two sigmas in 0 to 1, the lower one first.")
        return self

    @staticmethod
    def of_job(job: DraftJob) -> Drafting:
        """Return the settings that a draft was asked for with."""
        return Drafting(
            num_steps=job.num_steps,
            guidance_scale=job.guidance_scale,
            guidance_interval=job.guidance_interval,
            negative_caption=job.negative_caption,
            shift=job.shift,
            solver=job.solver,
            caption_focus=job.caption_focus or None,
            loras=job.loras,
        )

    def missing_loras(self) -> tuple[Path, ...]:
        """Return the LoRA files that are not there."""
        return tuple(p for p in (Path(lora.path) for lora in self.loras) if not p.is_file())


class Refining(JobSettings):
    """Director-SR's settings; see ``RefineJob``."""

    num_steps: int | None = Field(default=None, ge=1, le=1000)
    solver: SolverName | None = None
    upsampling: Upsampling | None = None
    noise: float | None = Field(default=None, ge=0, le=1)
    head_colour: HeadColour | None = None

    @staticmethod
    def of_facts(requested: dict[str, Any]) -> Refining:
        """Return the settings that a master was asked for with, as its facts tell them."""
        known = {name: requested[name] for name in Refining.model_fields if name in requested}
        return Refining.model_validate(known)


def requested_of(job: RefineJob) -> dict[str, Any]:
    """Return what of a job of Director-SR a master remembers, as ``take.json`` has it."""
    names = {*Refining.model_fields, "loras"}
    return job.model_dump(mode="json", include=names, exclude_defaults=True)
