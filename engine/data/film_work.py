"""What is done with one film in a worker process: survey it, or cut its clips."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from fractions import Fraction
from pathlib import Path

import torch

from engine.data.cutting import Cut, Frame, cut_clips
from engine.data.journal import FilmFolder
from engine.data.measures.segmentation import NetShots, ShotFinder, load_autoshot, shot_finder
from engine.data.settings import MakeSettings
from engine.data.survey import Surveying, survey_film
from engine.media.writer import disk_errors

_TELL_EVERY = 24


def survey_task(path: Path, folder: FilmFolder, threads: int) -> Generator[Surveying]:
    """Survey a film and keep what was measured.

    Raises:
        BadInput: the film cannot be read, or the finder of shots cannot be had.
        DiskProblem: there is no room.
    """
    torch.set_num_threads(threads)
    settings = folder.settings
    rate = Fraction(settings.rate) if settings.rate else None
    with disk_errors(folder.survey_file):
        folder.folder.mkdir(parents=True, exist_ok=True)
    finder = finder_of(settings)
    survey = yield from survey_film(path, rate, finder, settings.lengths, folder.folder)
    folder.keep_survey(survey)


def cut_task(
    path: Path, folder: FilmFolder, rate: Fraction, frame: Frame, cuts: Sequence[Cut]
) -> Generator[Surveying, None, int]:
    """Cut the clips of a film that are not there yet; return how many the film had no frames for.

    Raises:
        BadInput: the film cannot be read.
        DiskProblem: there is no room.
    """
    with disk_errors(folder.clips):
        folder.clips.mkdir(parents=True, exist_ok=True)
    total = sum(cut.stop - cut.start for cut in cuts if not cut.is_done)
    steps, seen = cut_clips(path, rate, frame, cuts, folder.settings.crf), 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return len(end.value)
        if seen % _TELL_EVERY == 0:
            yield Surveying(seen, total)
        seen += 1


def finder_of(settings: MakeSettings) -> ShotFinder:
    """Return the finder of shots that was asked for.

    Raises:
        BadInput: it cannot be had; one sentence says what to install or to name.
    """
    if settings.finder == "autoshot":
        weights = Path(settings.autoshot_weights)
        return NetShots(load_autoshot(settings.autoshot_net, weights))
    return shot_finder(settings.finder)
