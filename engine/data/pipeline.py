"""From films to a dataset: survey, plan, cut, caption, pack; every step is kept, none done twice.

A generator of events. Films go through worker processes side by side, and are planned one after the
other in the order of their names, so that the same films make the same dataset however fast each
worker was. Knows no terminal.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from engine.data.captions.captioner import Captioner
from engine.data.captions.captioning import Captions, caption_clips
from engine.data.captions.judge import judge_of
from engine.data.captions.vlm import Vlm
from engine.data.events import (
    Event,
    FilmFinished,
    FilmProgress,
    FilmsFound,
    FilmSkipped,
    Phase,
    Summary,
)
from engine.data.film_plan import FilmPlan, plan_film
from engine.data.film_work import cut_task, finder_of, survey_task
from engine.data.films import Film, find_films
from engine.data.journal import film_folder, held
from engine.data.measures.duplicates import DuplicateFinder
from engine.data.packing import pack, summarised
from engine.data.settings import MakeSettings
from engine.data.survey import FilmSurvey
from engine.data.workers import Done, GaveUp, Outcome, Said, Task, Workers
from engine.protocol.errors import BadInput, DiskProblem

_log = logging.getLogger(__name__)
_DAMAGED = "what was measured of it is damaged"


@dataclass(frozen=True, slots=True)
class Helpers:
    """Who helps, and how many of them; what they are changes no frame of a clip.

    Attributes:
        workers: films at a time.
        vlm: who captions and judges scenes; None leaves it to measurements.
        asked_at_once: questions to it at a time.
        silence_s: after which a worker that says nothing is given up.
    """

    workers: int = field(default_factory=lambda: max(1, (os.cpu_count() or 2) // 2))
    vlm: Vlm | None = None
    asked_at_once: int = 4
    silence_s: float = 300.0


def make_dataset(
    places: Sequence[Path], dataset: Path, settings: MakeSettings, helpers: Helpers
) -> Generator[Event, None, Summary]:
    """Yield what happens; return what the dataset came to.

    Raises:
        BadInput: there is no film, another run is at work, or something is not installed.
        DiskProblem: the disk is full; the same call goes on where it was.
    """
    finder_of(settings)  # what is missing is said before hours of work
    with held(dataset):
        films, passed = find_films(places)
        skipped = [FilmSkipped(film=one.name, reason=one.reason) for one in passed]
        yield from skipped
        if not films:
            raise BadInput("There is no film among these files and folders; name others.")
        yield FilmsFound(num_films=len(films))
        run = _Run(dataset, films, settings, helpers)
        yield from run.go()
        skipped += run.skipped
        plans = [run.plans[film] for film in films if film in run.plans]
        captions = Captions()
        if helpers.vlm is not None:
            asked = Captioner(helpers.vlm)
            captions = yield from caption_clips(plans, asked, helpers.asked_at_once)
        yield from pack(dataset, plans, captions)
        summary = summarised(dataset, plans, captions, skipped)
        yield summary
        return summary


class _Run:
    """The films between survey and cut."""

    def __init__(
        self, dataset: Path, films: list[Film], settings: MakeSettings, helpers: Helpers
    ) -> None:
        self._films, self._helpers = films, helpers
        self._folders = {film: film_folder(dataset, film.fingerprint, settings) for film in films}
        self._surveys: dict[Film, FilmSurvey | None] = {}
        self._duplicates = DuplicateFinder()
        self._num_planned = 0
        self.plans: dict[Film, FilmPlan] = {}
        self.skipped: list[FilmSkipped] = []

    def go(self) -> Generator[Event]:
        """Survey and cut all films.

        Raises:
            DiskProblem: the disk is full.
        """
        count = min(self._helpers.workers, len(self._films))
        threads = max(1, (os.cpu_count() or 1) // count)
        with Workers(count, self._helpers.silence_s) as workers:
            for film in self._films:
                folder = self._folders[film]
                known = folder.survey()
                if known is not None:
                    self._surveys[film] = known
                else:
                    arguments = (film.path, folder, threads)
                    workers.add(Task(("survey", film), survey_task, arguments))
            yield from self._plan(workers)
            while workers.num_open:
                for outcome in workers.outcomes():
                    yield from self._take(outcome, workers)

    def _take(self, outcome: Outcome, workers: Workers) -> Generator[Event]:
        phase, film = outcome.key  # type: ignore[misc]
        match outcome:
            case Said(word=word):
                yield self._progress(film, phase, word.step, word.num_steps)
            case Done() if phase == "survey":
                survey = self._folders[film].survey()
                if survey is None:
                    yield self._skip(film, _DAMAGED)
                self._surveys[film] = survey
                yield from self._plan(workers)
            case Done():
                yield self._finished(film)
            case GaveUp(reason=reason, is_disk=is_disk):
                if is_disk:
                    raise DiskProblem(
                        f"{reason} Then give the same command again: it goes on where it was."
                    )
                yield self._skip(film, reason)
                if phase == "survey":
                    self._surveys[film] = None
                    yield from self._plan(workers)

    def _plan(self, workers: Workers) -> Generator[Event]:
        """Plan the films whose turn it is, and have their clips cut."""
        while self._num_planned < len(self._films):
            film = self._films[self._num_planned]
            if film not in self._surveys:
                return
            self._num_planned += 1
            survey = self._surveys.pop(film)
            if survey is None:
                continue
            folder = self._folders[film]
            if not survey.shots:
                yield self._skip(film, "it shows nothing but black, white and fades")
                continue
            try:
                judge = judge_of(self._helpers.vlm, survey)
                plan = plan_film(film, survey, folder, self._duplicates, judge)
            except ValueError:
                _log.exception("A survey holds what is none")
                folder.survey_file.unlink(missing_ok=True)
                yield self._skip(film, _DAMAGED)
                continue
            self.plans[film] = plan
            cuts = [cut for cut in plan.cuts if not cut.is_done]
            if not cuts or plan.frame is None:
                yield self._finished(film)
                continue
            arguments = (film.path, folder, plan.rate, plan.frame, cuts)
            workers.add(Task(("cut", film), cut_task, arguments), is_urgent=True)

    def _skip(self, film: Film, reason: str) -> FilmSkipped:
        skipped = FilmSkipped(film=film.name, reason=reason)
        self.skipped.append(skipped)
        return skipped

    def _progress(self, film: Film, phase: Phase, step: int, num_steps: int) -> FilmProgress:
        return FilmProgress(film=film.name, phase=phase, step=step, num_steps=num_steps)

    def _finished(self, film: Film) -> FilmFinished:
        plan = self.plans[film]
        done = sum(cut.is_done for cut in plan.cuts)
        return FilmFinished(film=film.name, num_shots=plan.num_shots, num_clips=done)
