"""What a run writes down as it goes: three tables, and TensorBoard's form where it is installed."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

from engine.training.disk import StepTable
from engine.training.events import Progress, SampleClip, TrainEvent, Validation
from engine.training.trials import TIMES

_LOG = logging.getLogger(__name__)


class Journal:
    """Keeps ``progress.csv``, ``validation.csv`` and ``samples.csv`` of a run's folder.

    Args:
        out: the run's folder.
        step: steps done when the run goes on.

    Raises:
        DiskProblem: it cannot be written.
    """

    def __init__(self, out: Path, step: int) -> None:
        columns = ["step", "loss", "learning_rate", "grad_norm", "samples_per_s", "seconds"]
        self._progress = StepTable(out / "progress.csv", columns, step)
        bins = [f"t={t}" for t in TIMES]
        self._validation = StepTable(out / "validation.csv", ["step", "loss", *bins], step)
        self._samples = StepTable(out / "samples.csv", ["step", "clip", "psnr_db"], step)
        self._board = _board(out / "tensorboard", step)
        self._began = time.monotonic()

    def note(self, event: TrainEvent) -> None:
        """Write an event down, if it is of a kind that is written down.

        Raises:
            DiskProblem: it cannot be written.
        """
        match event:
            case Progress():
                rates = (event.learning_rate, event.grad_norm, event.samples_per_s)
                self._progress.add(event.step, event.loss, *rates, time.monotonic() - self._began)
                self._scalar("loss/train", event.loss, event.step)
                self._scalar("learning_rate", event.learning_rate, event.step)
            case Validation():
                losses = [loss for _, loss in event.by_time]
                self._validation.add(event.step, event.loss, *losses)
                self._scalar("loss/validation", event.loss, event.step)
                for t, loss in event.by_time:
                    self._scalar(f"loss/validation t={t}", loss, event.step)
            case SampleClip():
                self._samples.add(event.step, event.path.stem.split("-")[-1], event.psnr_db)
                self._scalar("psnr", event.psnr_db, event.step)
            case _:
                pass

    def close(self) -> None:
        """Write what is still to be written."""
        if self._board is not None:
            self._board.close()

    def _scalar(self, name: str, value: float, step: int) -> None:
        if self._board is not None:
            self._board.add_scalar(name, value, step)


def _board(folder: Path, step: int) -> Any:
    try:
        from torch.utils.tensorboard.writer import SummaryWriter
    except ImportError:
        return None  # the tables hold the same
    try:
        return SummaryWriter(str(folder), purge_step=step + 1)
    except OSError:
        _LOG.exception("TensorBoard's files cannot be written")
        return None
