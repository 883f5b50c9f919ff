"""``main.py train``: a run on a dataset from the command line.

Shows a run's events as a moving bar in a terminal, as lines elsewhere, as JSON lines for scripts.
Ctrl-C finishes the step, keeps a checkpoint and ends; the same command goes on from there. Started
by torchrun, the first process speaks for all. Knows no net and no loss.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Generator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import FrameType
from typing import NoReturn, assert_never

from engine.protocol.errors import BadInput, EngineError
from engine.training.dataset_recipes import RECIPES, DatasetRecipe
from engine.training.events import (
    Checkpoint,
    Finished,
    Notice,
    Preparing,
    Progress,
    SampleClip,
    TrainEvent,
    Validation,
)

DESCRIPTION = (
    "Train Director-Gen, Director-SR or a LoRA on a dataset (see: main.py data). The folder holds "
    "checkpoints, tables, sample clips and, in the end, a model folder or a LoRA file."
)
_BAR_WIDTH = 28
_OPTIONAL = {"webdataset": "webdataset"}


class _Mistaken(Exception):
    pass


class _Parser(argparse.ArgumentParser):
    """Says what is mistaken in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise _Mistaken(f"{message[:1].upper()}{message[1:]} (see {self.prog} --help).")


def main(argv: Sequence[str]) -> int:
    """Answer ``train`` and return its exit code: 0 done, 1 failed, 2 misused, 130 stopped."""
    screen = Screen(as_json="--json" in argv)
    try:
        options = make_parser().parse_args(list(argv))
        recipe = recipe_of(options)
        logging.disable(logging.WARNING)
        stopped = _run(recipe, options, screen)
    except _Mistaken as mistake:
        screen.fail(str(mistake))
        return 2
    except EngineError as error:
        screen.fail(str(error))
        return 1
    except ImportError as error:
        package = _OPTIONAL.get((error.name or "").split(".")[0])
        if package is None:
            raise
        screen.fail(f"{package} is not installed; add it with pip install {package}.")
        return 1
    except KeyboardInterrupt:  # a second one, or one before the first step
        screen.end_line()
        return 130
    return 130 if stopped else 0


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of ``train``'s arguments."""
    names = "\n".join(f"  {name:<14}{_first_line(make.__doc__)}" for name, make in RECIPES.items())
    parser = _Parser(
        prog="main.py train",
        description=DESCRIPTION,
        epilog=f"recipes:\n{names}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("recipe", choices=sorted(RECIPES), metavar="RECIPE")
    parser.add_argument("dataset", type=Path, metavar="DATASET", help="folder of shards")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the run")
    parser.add_argument("--base", help="model to begin from, as --model names it elsewhere")
    parser.add_argument("--steps", type=_count, help="optimiser steps")
    parser.add_argument("--batch", type=_count, help="clips a step, over all processes")
    parser.add_argument("--micro-batch", type=_count, help="most clips at once in memory")
    parser.add_argument("--learning-rate", type=_rate, help="at its top")
    parser.add_argument("--rank", type=_count, help="of a LoRA")
    parser.add_argument("--draws", type=_count, help="windows and chunkings of each clip")
    parser.add_argument("--seed", type=int, help="another seed is another run")
    parser.add_argument("--checkpointing", action="store_true", help="slower, in less memory")
    parser.add_argument("--cache", type=Path, help="folder of latents; default: in the dataset")
    parser.add_argument(
        "--workers", type=_workers, help="processes that read clips; default: all cores but one"
    )
    parser.add_argument("--device", choices=("cpu", "cuda"), help="default: a GPU if there is one")
    parser.add_argument("--json", action="store_true", help="events as JSON lines on stdout")
    return parser


def recipe_of(options: argparse.Namespace) -> DatasetRecipe:
    """Return the named recipe with what the options change of it.

    Raises:
        _Mistaken: an option does not go with the recipe.
    """
    recipe = RECIPES[options.recipe]()
    asked = {
        "base": options.base,
        "num_steps": options.steps,
        "batch_size": options.batch,
        "micro_batch": options.micro_batch,
        "seed": options.seed,
        "checkpointing": options.checkpointing or None,
    }
    recipe = replace(recipe, **{name: value for name, value in asked.items() if value is not None})
    if options.learning_rate is not None:
        optimiser = replace(recipe.optimiser, learning_rate=options.learning_rate)
        recipe = replace(recipe, optimiser=optimiser)
    if options.draws is not None:
        recipe = replace(recipe, data=replace(recipe.data, draws=options.draws))
    if options.rank is not None:
        if recipe.lora is None:
            raise _Mistaken(f"{recipe.name} trains all weights, not a LoRA; leave out --rank.")
        rank = options.rank
        recipe = replace(recipe, lora=replace(recipe.lora, rank=rank, alpha=float(rank)))
    return recipe


class Screen:
    """Shows what a run tells.

    Args:
        as_json: one JSON line on stdout for each event, and nothing else there.
        speaks: whether this process shows anything.
    """

    def __init__(self, as_json: bool, speaks: bool = True) -> None:
        self._as_json, self._speaks = as_json, speaks
        self._moves = sys.stderr.isatty()
        self._open_line = False
        self._stage = ""

    def show(self, event: TrainEvent) -> None:
        """Show an event."""
        if not self._speaks:
            return
        if self._as_json:
            facts = {"kind": _kind(event), **asdict(event)}
            print(json.dumps(facts, default=str), flush=True)
            return
        match event:
            case Preparing():
                name = "Encoding clips" if event.split == "train" else "Encoding held-out clips"
                self._bar(name, event.done, event.total, None, "")
            case Progress():
                told = f"loss {event.loss:.4f}  {event.samples_per_s:.2f} clips/s"
                self._bar("Training", event.step, event.num_steps, event.remaining_s, told)
            case Validation():
                self.say(f"  step {event.step}: loss on held-out clips {event.loss:.4f}")
            case SampleClip():
                self.say(f"  step {event.step}: {event.path.name}, {event.psnr_db:.1f} dB")
            case Checkpoint():
                self.say(f"  step {event.step}: checkpoint kept")
            case Notice():
                self.say(event.sentence)
            case Finished():
                self.say(f"{event.path} is finished after {event.step} steps.")
            case _:
                assert_never(event)

    def fail(self, sentence: str) -> None:
        """Say in one sentence why it could not be done."""
        if self._as_json and self._speaks:
            print(json.dumps({"kind": "error", "message": sentence}), flush=True)
        self.end_line()
        print(sentence, file=sys.stderr, flush=True)

    def say(self, line: str) -> None:
        """Show a line of its own."""
        if self._speaks and not self._as_json:
            self.end_line()
            print(line, file=sys.stderr, flush=True)

    def end_line(self) -> None:
        """Leave a moving bar as it is."""
        if self._open_line:
            print(file=sys.stderr, flush=True)
        self._open_line = False

    def _bar(self, name: str, done: int, total: int, left_s: float | None, told: str) -> None:
        if not self._moves:
            # A log file gets a line a stage, and one every tenth of it.
            is_due = name != self._stage or done * 10 // total > (done - 1) * 10 // total
            self._stage = name
            if is_due:
                print(f"{name} {done}/{total}  {told}".rstrip(), file=sys.stderr, flush=True)
            return
        filled = round(done / max(total, 1) * _BAR_WIDTH)
        bar = "█" * filled + "·" * (_BAR_WIDTH - filled)
        left = "" if left_s is None else f"  {_span(left_s)} left"
        print(f"\r{name:<20}{bar} {done}/{total}  {told}{left}\x1b[K", end="", file=sys.stderr)
        sys.stderr.flush()
        self._open_line = True


def _run(recipe: DatasetRecipe, options: argparse.Namespace, screen: Screen) -> bool:
    """Run it and return whether it was stopped before its end."""
    # Not at the top: `--help` and a mistake should not wait for torch.
    import diffusers
    import torch
    import transformers

    from engine.training.processes import join_team
    from engine.training.run import RunPlace, train

    for library in (diffusers, transformers):
        library.utils.logging.disable_progress_bar()
    if options.device == "cuda" and not torch.cuda.is_available():
        raise BadInput("This machine has no GPU that can be used; leave out --device.")
    cache = options.cache or options.dataset / "latents"
    workers = options.workers if options.workers is not None else max(0, (os.cpu_count() or 1) - 1)
    place = RunPlace(options.dataset, options.output, cache, workers)
    team = join_team(torch.device("cpu") if options.device == "cpu" else None)
    shown = Screen(options.json, speaks=team.leads)
    finished = False
    try:
        with _stop_on_interrupt(screen) as asked:
            for event in train(recipe, place, team, lambda: bool(asked)):
                shown.show(event)
                finished = finished or isinstance(event, Finished)
    finally:
        team.leave()
    if not finished:
        shown.say("Stopped; the same command goes on from the checkpoint.")
    return not finished


@contextlib.contextmanager
def _stop_on_interrupt(screen: Screen) -> Generator[list[int]]:
    """Let the first Ctrl-C (or a request to end) be heard after the step, the second at once."""
    asked: list[int] = []

    def heard(number: int, frame: FrameType | None) -> None:
        del frame
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        screen.say("Finishing this step and keeping a checkpoint; once more to stop at once.")

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _first_line(text: str | None) -> str:
    return (text or "").splitlines()[0]


def _kind(event: TrainEvent) -> str:
    """Return an event's name as scripts know it: ``sample_clip`` for SampleClip."""
    name = type(event).__name__
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")


def _span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000_000:
        raise argparse.ArgumentTypeError("must be at least 1")
    return value


def _workers(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 256:
        raise argparse.ArgumentTypeError("must be from 0 to 256")
    return value


def _rate(text: str) -> float:
    value = float(text)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value
