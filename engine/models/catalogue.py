"""Where model folders are found: the starters that ship, and what the user has put in place.

Knows names and paths; opens nothing but ``director.json``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.protocol.errors import ModelMissing

Role = Literal["gen", "sr"]

RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "models"
SETTINGS_FILE = "director.json"


class DirectorSettings(BaseModel):
    """How a model folder wants to be run; the defaults suit a stock Wan2.2-TI2V-5B.

    Attributes:
        role: what the folder is for: Director-Gen or Director-SR.
        draft_area: pixels of a draft frame that the model was made for.
        num_steps, shift, guidance_scale: the sampler's defaults; a scale of 1 runs without CFG.
        guess_until: a run begins from motion guessed between keyframes and is led by it down to
            this sigma (:mod:`engine.sampling.motion`); 1 is the paper's own way, from noise alone.
        upsampling: how Director-SR lifts the draft: resized as a latent ("latent", eq. 5), decoded,
            resized and encoded again ("pixel"), or that with the boards' detail carried along the
            draft's motion ("guided").
        start_sigma: where Director-SR's flow begins: 1 at z_LR, as in eq. 5; less for a lift that
            already holds part of the detail.
        max_window_latents: longest stretch that Director-SR attends over.
        tile, margin: side of Director-SR's tiles and their least overlap, in latent positions.
        max_tokens: length that captions are padded to.
    """

    model_config = ConfigDict(extra="ignore")

    role: Role = "gen"
    draft_area: int = Field(default=832 * 480, gt=0)
    num_steps: int = Field(default=30, ge=1)
    shift: float = Field(default=5.0, gt=0)
    guidance_scale: float = Field(default=5.0, ge=0)
    guess_until: float = Field(default=1.0, ge=0, le=1)
    upsampling: Literal["latent", "pixel", "guided"] = "pixel"
    start_sigma: float = Field(default=1.0, gt=0, le=1)
    max_window_latents: int = Field(default=21, ge=2)
    tile: int = Field(default=120, ge=4)
    margin: int = Field(default=4, ge=0)
    max_tokens: int = Field(default=512, ge=1)


def find_model(name: str, role: Role) -> Path:
    """Return the folder of a model.

    Args:
        name: ``starter``, the name of a folder among the user's models, or a path.
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
        if (folder / "model_index.json").is_file():
            return folder
    if given.is_absolute() and given.is_dir():
        raise ModelMissing(f"{given} is no model folder: it has no model_index.json.")
    raise ModelMissing(
        f"The model {name} is not installed; put its folder into {user_models()} or choose another."
    )


def user_models() -> Path:
    """Return the folder that holds the user's own models."""
    return Path(platformdirs.user_data_dir("SmartDirector", appauthor=False)) / "models"


def read_settings(folder: Path) -> DirectorSettings:
    """Return how a folder wants to be run; a folder without ``director.json`` gets Wan's defaults.

    Raises:
        ModelMissing: the file is there but makes no sense.
    """
    path = folder / SETTINGS_FILE
    if not path.is_file():
        return DirectorSettings()
    try:
        return DirectorSettings.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise ModelMissing(f"{path} is damaged; get the model {folder.name} again.") from error
