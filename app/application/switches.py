"""How a job is to be computed, from the command line: sampling, LoRAs, comparisons, hardware.

Every switch left out leaves the choice to the model. Knows the fields of the engine's jobs by
name, and that other switches make another take.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from engine.protocol.jobs import Ablation, ComputeOptions, DraftJob, LoraSpec, RefineJob, UpscaleJob

J = TypeVar("J", DraftJob, RefineJob, UpscaleJob)

_DRAFT = (
    "num_steps",
    "shift",
    "guidance_scale",
    "guidance_interval",
    "solver",
    "negative_caption",
    "caption_focus",
    "loras",
)
_REFINE = ("noise", "upsampling", "head_colour")
_INEXACT = ("fp8", "cache_threshold")


@dataclass(frozen=True)
class Switches:
    """What the command line changes in the jobs.

    Attributes:
        draft: fields of a draft job.
        refine: fields of a job of Director-SR.
    """

    draft: dict[str, Any] = field(default_factory=dict[str, Any])
    refine: dict[str, Any] = field(default_factory=dict[str, Any])

    def applied(self, job: J) -> J:
        """Return a job with the switches that concern its kind.

        Raises:
            ValueError: a value is out of its range; the sentence says which.
        """
        changes = self.draft if isinstance(job, DraftJob) else self.refine
        try:
            return type(job).model_validate({**job.model_dump(), **changes})
        except ValidationError as error:
            raise ValueError(_sentence(error)) from error

    @property
    def suffix(self) -> str:
        """What tells a take made with these switches from the plain one; empty without any."""
        changes = {**self.draft, **self.refine}
        # How the hardware is used makes no other take, save where it trades likeness for speed.
        compute = changes.pop("compute", {})
        changes.update((name, compute[name]) for name in _INEXACT if name in compute)
        if not changes:
            return ""
        if set(changes) == {"num_steps"}:
            return f"-{changes['num_steps']}"
        return f"-{hashlib.sha256(json.dumps(changes, sort_keys=True).encode()).hexdigest()[:8]}"


def add_draft_switches(parser: argparse.ArgumentParser) -> None:
    """Declare what concerns Director-Gen."""
    group = parser.add_argument_group("Director-Gen", "left out: as the model wants it")
    group.add_argument("--shift", type=float, help="how much of the run is spent at high noise")
    group.add_argument("--guidance", type=float, metavar="SCALE", help="CFG; 1 is off")
    group.add_argument(
        "--guidance-interval", nargs=2, type=float, metavar=("LOW", "HIGH"), help="of sigma, 0 to 1"
    )
    group.add_argument("--solver", choices=("euler", "unipc"))
    group.add_argument("--negative", metavar="CAPTION", help="what CFG leads away from")
    group.add_argument(
        "--focus", type=float, help="how much a shot keeps to its own caption; 0 is off, 4 strong"
    )
    group.add_argument(
        "--lora",
        action="append",
        default=[],
        metavar="FILE[=WEIGHT]",
        help="a LoRA for Director-Gen; may be repeated",
    )
    group.add_argument(
        "--method",
        choices=("multi_chunk", "direct_insertion", "replication", "pairwise"),
        help="the paper's comparisons; multi_chunk is SmartDirector",
    )
    group.add_argument("--rope", choices=("mc", "continuous", "reset"), help="the same, for time")


def add_refine_switches(parser: argparse.ArgumentParser) -> None:
    """Declare what concerns Director-SR."""
    group = parser.add_argument_group("Director-SR", "left out: as the model wants it")
    group.add_argument("--noise", type=float, help="0 to 1: how much may be made anew")
    group.add_argument("--upsampling", choices=("latent", "pixel", "guided"))
    group.add_argument("--head-colour", choices=("off", "match", "pixels"))


def add_compute_switches(parser: argparse.ArgumentParser) -> None:
    """Declare what concerns the hardware."""
    group = parser.add_argument_group("Hardware", "the defaults take no pixel from the exact ones")
    group.add_argument("--memory", type=float, metavar="GIB", help="device memory to stay within")
    group.add_argument("--compile", action="store_true", help="faster after a minute's compiling")
    group.add_argument("--attention", metavar="NAME", help="flash_4, or a name diffusers knows")
    group.add_argument("--fp8", action="store_true", help="weights in 8 bits: faster, less exact")
    group.add_argument("--cache", type=float, metavar="THRESHOLD", help="reuse between steps")
    group.add_argument("--plain-decode", action="store_true", help="the autoencoder's own decoder")
    group.add_argument("--gpus", type=int, metavar="N", help="GPUs that share a pass")


def switches_from(parsed: argparse.Namespace) -> Switches:
    """Return what the command line asks for.

    Raises:
        ValueError: a value that makes no sense; one sentence says which.
    """
    given = vars(parsed)
    found: dict[str, Any] = {
        "num_steps": given.get("steps"),
        "shift": given.get("shift"),
        "guidance_scale": given.get("guidance"),
        "guidance_interval": tuple(given.get("guidance_interval") or ()) or None,
        "solver": given.get("solver"),
        "negative_caption": given.get("negative"),
        "caption_focus": given.get("focus"),
        "loras": tuple(_lora(text) for text in given.get("lora") or ()) or None,
        "noise": given.get("noise"),
        "upsampling": given.get("upsampling"),
        "head_colour": given.get("head_colour"),
    }
    ablation = {"method": given.get("method"), "rope": given.get("rope")}
    compute = {
        "memory_gib": given.get("memory"),
        "compile": given.get("compile") or None,
        "attention": given.get("attention"),
        "fp8": given.get("fp8") or None,
        "cache_threshold": given.get("cache"),
        "fast_decode": False if given.get("plain_decode") else None,
        "num_gpus": given.get("gpus"),
    }
    shared = _set(compute=_checked(ComputeOptions, compute))
    return Switches(
        {
            **{name: found[name] for name in _DRAFT if found[name] is not None},
            **_set(ablation=_checked(Ablation, ablation)),
            **shared,
        },
        {**{name: found[name] for name in _REFINE if found[name] is not None}, **shared},
    )


def _set(**parts: dict[str, Any] | None) -> dict[str, Any]:
    return {name: part for name, part in parts.items() if part}


def _checked(kind: type[Ablation | ComputeOptions], values: dict[str, Any]) -> dict[str, Any]:
    """Return what was given of a group's fields.

    Raises:
        ValueError: one of them is out of its range.
    """
    given = {name: value for name, value in values.items() if value is not None}
    try:
        kind.model_validate(given)
    except ValidationError as error:
        raise ValueError(_sentence(error)) from error
    return given


def _sentence(error: ValidationError) -> str:
    first = error.errors()[0]
    where = str(first["loc"][0]).replace("_", " ")
    return f"The value for {where} cannot be used: {first['msg'].lower()}."


def _lora(text: str) -> dict[str, Any]:
    path, equals, weight = text.rpartition("=")
    if not equals:
        path, weight = text, "1"
    try:
        lora = LoraSpec(path=str(Path(path).expanduser().absolute()), weight=float(weight))
    except ValueError as error:
        raise ValueError(f"A LoRA is given as FILE or FILE=WEIGHT, not {text}.") from error
    return lora.model_dump()
