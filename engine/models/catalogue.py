"""Where model folders are found, and how each wants to be run.

The starters that ship, what the user has put in place, and what the Hugging Face cache of this
machine holds already. Knows names, paths and settings; opens nothing but small JSON files.
"""

from __future__ import annotations

import json
import logging
import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Self

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from engine.protocol.errors import ModelMissing
from engine.protocol.jobs import HeadColour, SolverName

_LOG = logging.getLogger(__name__)

Role = Literal["gen", "sr"]

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "models"
SETTINGS_FILE = "director.json"
INDEX_FILE = "model_index.json"

MAX_CONFIG_BYTES = 8 * 1024 * 1024
"""Of a configuration or an index; the largest published ones are a few hundred kilobytes."""

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")


class DirectorSettings(BaseModel):
    """How a model folder wants to be run; the defaults suit a stock Wan2.2-TI2V-5B.

    Attributes:
        role: what the folder is for: Director-Gen or Director-SR.
        draft_area: pixels of a draft frame that the model was made for.
        num_steps, shift, guidance_scale: the sampler's defaults; a scale of 1 runs without CFG.
        guidance_interval: sigmas between which CFG runs; outside only the caption's branch does.
        solver: how a step is taken; ``solver_order`` is UniPC's.
        spacing: how ``num_steps`` lie between sigma 1 and 0: evenly before the shift ("flow"), or
            as diffusers' scheduler of that name puts them ("euler", "unipc").
        sigmas: the steps themselves, descending from at most 1, without the final 0; for few-step
            models. They replace num_steps and shift. A timestep of 757 is a sigma of 0.757.
        renoise: every step lays fresh noise over the clean estimate, as students of distribution
            matching expect; without it the flow is integrated.
        timesteps: what the net was trained on: one timestep per latent frame ("frame", clean
            latents at 0), or the same for all ("scalar", as Wan2.1). Where ``director.json`` says
            nothing, a stock Wan folder's ``expand_timesteps`` decides.
        guess_until: a run begins from motion guessed between keyframes and is led by it down to
            this sigma (:mod:`engine.sampling.motion`); 1 is the paper's own way, from noise alone.
        upsampling: how Director-SR lifts the draft: resized as a latent ("latent", eq. 5), decoded,
            resized and encoded again ("pixel"), or that with the boards' detail carried along the
            draft's motion ("guided").
        start_sigma: where Director-SR's flow begins: 1 at z_LR, as in eq. 5; less for a lift that
            already holds part of the detail.
        noise: how much noise is laid over z_LR before Director-SR's flow, 0 to 1.
        head_colour: what is done about a step in colour at Director-SR's chunk heads.
        max_window_latents: longest stretch that Director-SR attends over.
        tile, margin: side of Director-SR's tiles and their least overlap, in latent positions.
        max_tokens: length that captions are padded to.
    """

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    role: Role = "gen"
    draft_area: int = Field(default=832 * 480, gt=0, le=8192 * 8192)
    num_steps: int = Field(default=30, ge=1, le=1000)
    shift: float = Field(default=5.0, gt=0, le=100)
    guidance_scale: float = Field(default=5.0, ge=0, le=100)
    guidance_interval: tuple[float, float] = (0.0, 1.0)
    solver: SolverName = "euler"
    solver_order: int = Field(default=2, ge=1, le=3)
    spacing: Literal["flow", "euler", "unipc"] = "flow"
    sigmas: tuple[float, ...] = Field(default=(), max_length=1000)
    renoise: bool = False
    timesteps: Literal["frame", "scalar"] = "frame"
    guess_until: float = Field(default=1.0, ge=0, le=1)
    upsampling: Literal["latent", "pixel", "guided"] = "pixel"
    start_sigma: float = Field(default=1.0, gt=0, le=1)
    noise: float = Field(default=0.0, ge=0, le=1)
    head_colour: HeadColour = "match"
    max_window_latents: int = Field(default=21, ge=2, le=4096)
    tile: int = Field(default=120, ge=4, le=4096)
    margin: int = Field(default=4, ge=0, le=1024)
    max_tokens: int = Field(default=512, ge=1, le=8192)

    @model_validator(mode="after")
    def _check_steps(self) -> Self:
        low, high = self.guidance_interval
        if not 0 <= low <= high <= 1:
            raise ValueError("guidance_interval must be two ascending sigmas within 0 to 1")
        if self.tile <= 2 * self.margin:
            raise ValueError("tile must be more than twice the margin")
        if self.sigmas:
            ends = (*self.sigmas, 0.0)
            if self.sigmas[0] > 1 or any(b >= a for a, b in pairwise(ends)):
                raise ValueError("sigmas must descend from at most 1 and stay above 0")
            self.num_steps = len(self.sigmas)
        return self


def find_model(name: str, role: Role) -> Path:
    """Return the folder of a model.

    Args:
        name: ``starter``, the name of a folder among the user's models, a path, or the name of a
            repository ("owner/model") that the local Hugging Face cache holds.
        role: what it is needed for.

    Raises:
        ModelMissing: there is no such folder; the sentence says where it was looked for.
    """
    given = Path(name).expanduser()
    candidates = [
        given if given.is_absolute() else user_models() / name,
        RESOURCES / f"{name}-{role}",
    ]
    for folder in candidates:
        if (folder / INDEX_FILE).is_file():
            return folder
    cached = _cached_snapshot(name)
    if cached is not None:
        return cached
    if given.is_absolute() and given.is_dir():
        raise ModelMissing(f"{given} is no model folder: it has no {INDEX_FILE}.")
    raise ModelMissing(
        f"The model {name} is not installed; put its folder into {user_models()} or choose another."
    )


def user_models() -> Path:
    """Return the folder that holds the user's own models."""
    return Path(platformdirs.user_data_dir("SmartDirector", appauthor=False)) / "models"


def shown_name(folder: Path) -> str:
    """Return what a user knows a model folder by; a cached snapshot's own name is a mere hash."""
    if folder.parent.name == "snapshots" and folder.parent.parent.name.startswith("models--"):
        return folder.parent.parent.name.removeprefix("models--").replace("--", "/")
    return folder.name


def read_settings(folder: Path) -> DirectorSettings:
    """Return how a folder wants to be run.

    Without ``director.json`` these are Wan's defaults, with the solver, the spacing and the shift
    that the folder's own scheduler is configured to.

    Raises:
        ModelMissing: the file is there but makes no sense.
    """
    path = folder / SETTINGS_FILE
    defaults: dict[str, Any] = {"timesteps": _trained_timesteps(folder)}
    if not path.is_file():
        defaults |= _scheduler_defaults(folder)
        given: Any = {}
    else:
        try:
            if path.stat().st_size > MAX_CONFIG_BYTES:
                raise ValueError("too large")
            given = json.loads(path.read_bytes())
        except (ValueError, OSError, RecursionError) as error:
            raise ModelMissing(
                f"{path} is damaged; get the model {shown_name(folder)} again."
            ) from error
    try:
        return DirectorSettings.model_validate({**defaults, **given})
    except (ValidationError, TypeError) as error:
        raise ModelMissing(
            f"{path} makes no sense ({_first_reason(error)}); correct it, or get the model "
            f"{shown_name(folder)} again."
        ) from error


def read_json(path: Path) -> dict[str, Any]:
    """Return a small JSON object; empty where there is none to be read."""
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            return {}
        content = json.loads(path.read_bytes())
    except (ValueError, OSError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _first_reason(error: Exception) -> str:
    if not isinstance(error, ValidationError):
        return "it is no object"
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field}: {first['msg']}" if field else str(first["msg"])


def _trained_timesteps(folder: Path) -> str:
    """Return whether a folder's net was trained on one timestep per frame, by its own index."""
    index = read_json(folder / INDEX_FILE)
    stock = str(index.get("_class_name", "")).startswith("Wan")
    return "scalar" if stock and index.get("expand_timesteps") is not True else "frame"


def _scheduler_defaults(folder: Path) -> dict[str, Any]:
    config = read_json(folder / "scheduler" / "scheduler_config.json")
    name = config.get("_class_name")
    if name == "UniPCMultistepScheduler" and config.get("use_flow_sigmas"):
        found = {"solver": "unipc", "spacing": "unipc", "shift": config.get("flow_shift")}
        found["solver_order"] = config.get("solver_order")
    elif name == "FlowMatchEulerDiscreteScheduler":
        found = {"solver": "euler", "spacing": "euler", "shift": config.get("shift")}
        found["renoise"] = config.get("stochastic_sampling")
    else:
        if config:
            _LOG.warning("%s names an unknown scheduler, %s: Euler stands in", folder, name)
        found = {"shift": config.get("flow_shift", config.get("shift"))}
    return {key: value for key, value in found.items() if value is not None}


def _cached_snapshot(name: str) -> Path | None:
    """Return the snapshot of a repository in the local Hugging Face cache; nothing is fetched."""
    if not _REPOSITORY.fullmatch(name):
        return None
    # Imported here: the catalogue is read long before any model is.
    from huggingface_hub import constants, try_to_load_from_cache

    index = try_to_load_from_cache(name, INDEX_FILE, cache_dir=constants.HF_HUB_CACHE)
    return Path(index).parent if isinstance(index, str) else None
