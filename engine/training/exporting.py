"""A finished run as what the engine loads: a model folder, or a LoRA file.

A model folder takes all but the transformer from the folder that the run began with, by hard links
where the disk knows them. Knows no loss and no clock.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.models.catalogue import INDEX_FILE, SETTINGS_FILE, read_json, read_settings
from engine.models.transformer import DirectorTransformer
from engine.training.adapters import save_lora
from engine.training.dataset_recipes import DatasetRecipe
from engine.training.disk import writing
from engine.training.learner import Learner
from engine.training.processes import own_part, whole

SHARD_SIZE = "4GB"


def export(learner: Learner, base: Path, out: Path) -> Path:
    """Write the (averaged) weights and return what was written.

    Raises:
        DiskProblem: it cannot be written; what was there before stays.
    """
    recipe = learner.recipe
    with learner.averaged():
        weights = {n: whole(own_part(p.detach()), p) for n, p in learner.trained.items()}
    path = out / (f"{out.name}.safetensors" if recipe.lora is not None else "model")
    if not learner.team.leads:
        return path
    with writing(out):
        if recipe.lora is not None:
            save_lora(weights, learner.net, recipe.lora, path)
        else:
            _write_folder(weights, learner.net, recipe, base, path)
    return path


def _write_folder(
    weights: dict[str, Tensor],
    net: DirectorTransformer,
    recipe: DatasetRecipe,
    base: Path,
    path: Path,
) -> None:
    draft = path.with_name(f".{path.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    try:
        for source in sorted(base.rglob("*")):
            place = source.relative_to(base)
            if source.is_file() and place.parts[0] not in ("transformer", SETTINGS_FILE):
                _placed(source.resolve(), draft / place)
        with torch.device("meta"):
            # Not from_config: it drops what a converted stock folder's class did not write.
            config = {k: v for k, v in dict(net.config).items() if not k.startswith("_")}
            made: Any = DirectorTransformer(**config)
        keep = DirectorTransformer._keep_in_fp32_modules
        state = {
            name: w if any(part in name.split(".") for part in keep) else w.bfloat16()
            for name, w in weights.items()
        }
        made.load_state_dict(state, assign=True)
        made.save_pretrained(draft / "transformer", max_shard_size=SHARD_SIZE)
        text = json.dumps(settings_of(recipe, base), indent=2, sort_keys=True) + "\n"
        (draft / SETTINGS_FILE).write_text(text, encoding="utf-8")
        _name_transformer(draft / INDEX_FILE)
        shutil.rmtree(path, ignore_errors=True)
        draft.replace(path)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def settings_of(recipe: DatasetRecipe, base: Path) -> dict[str, Any]:
    """Return the new folder's ``director.json``: the base's own as far as they serve this stage."""
    known = read_json(base / SETTINGS_FILE)
    if not known:
        settings = read_settings(base)
        names = {"num_steps", "shift", "guidance_scale", "solver", "spacing", "max_tokens"}
        known = settings.model_dump(mode="json", include=names)
    known["timesteps"] = "frame"  # that is how it was trained, whatever the base was
    if known.get("role", "gen") != recipe.stage or recipe.stage == "sr":
        known["role"] = recipe.stage
    if recipe.stage == "sr" and read_json(base / SETTINGS_FILE).get("role") != "sr":
        upsampling = recipe.data.lift.upsampling if recipe.data.lift else "pixel"
        steps = recipe.cadence.sample_steps
        known |= {"upsampling": upsampling, "start_sigma": 1.0, "num_steps": steps}
        known |= {"shift": recipe.sample_shift, "guidance_scale": 1.0, "spacing": "flow"}
        known["solver"] = "euler"
    known.setdefault("role", recipe.stage)
    return known


def _name_transformer(path: Path) -> None:
    index = read_json(path)
    index["transformer"] = ["engine.models.transformer", "DirectorTransformer"]
    text = json.dumps(index, indent=2) + "\n"
    path.unlink()  # it may be a hard link to the base's own
    path.write_text(text, encoding="utf-8")


def _placed(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
