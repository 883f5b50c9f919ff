"""What a dataset shall be, and by which hash work that was done for it is known again. Pure."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from engine.data.clip_plan import Lengths

WORK_VERSION = 1
"""Counted up when the same settings make other clips."""

Finder = Literal["transnet", "light", "autoshot"]


class MakeSettings(BaseModel):
    """What a dataset shall be.

    Attributes:
        finder: of cuts.
        autoshot_net, autoshot_weights: for the finder of that name: what makes the net, as
            package.module:function, and its safetensors.
        height: lines of the shorter side; films that are smaller keep theirs.
        rate: frames a second as a fraction; empty keeps each film's own.
        min_s, max_s: of a clip.
        max_shots: in a clip; 1 makes no sequences.
        val_share: of the places of films whose clips are kept apart for validation.
        crf: x264's quality, lower is better.
        keep_all: whether clips that fail the quality limits are kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    finder: Finder = "transnet"
    autoshot_net: Annotated[str, Field(max_length=500)] = ""
    autoshot_weights: Annotated[str, Field(max_length=4096)] = ""
    height: int = Field(default=480, ge=64, le=4320)
    rate: Annotated[str, Field(pattern=r"^([1-9]\d{0,5}/[1-9]\d{0,5})?$")] = ""
    min_s: float = Field(default=2.0, gt=0, le=3600)
    max_s: float = Field(default=15.0, gt=0, le=3600)
    max_shots: int = Field(default=8, ge=1, le=64)
    val_share: float = Field(default=0.05, ge=0, le=1)
    crf: int = Field(default=18, ge=0, le=51)
    keep_all: bool = False

    @model_validator(mode="after")
    def _makes_sense(self) -> MakeSettings:
        if self.max_s < self.min_s:
            raise ValueError("The longest clip is shorter than the shortest.")
        if self.rate and not Fraction(1) <= Fraction(self.rate) <= 240:
            raise ValueError("A rate is 1 to 240 frames a second.")
        return self

    @property
    def lengths(self) -> Lengths:
        """Of clips."""
        return Lengths(
            Fraction(self.min_s).limit_denominator(1000),
            Fraction(self.max_s).limit_denominator(1000),
            self.max_shots,
        )

    def rate_of(self, own: Fraction) -> Fraction:
        """Return the rate at which a film of rate ``own`` is read."""
        return Fraction(self.rate) if self.rate else own

    @property
    def survey_key(self) -> str:
        """What a survey is known by."""
        net = (self.autoshot_net, self.autoshot_weights) if self.finder == "autoshot" else ()
        return _key("survey", self.finder, *net, self.rate, self.max_s)

    @property
    def clip_key(self) -> str:
        """What a clip with given frames is known by."""
        return _key("clip", self.survey_key, self.height, self.crf)


def _key(*parts: object) -> str:
    text = "/".join(map(str, (WORK_VERSION, *parts)))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
