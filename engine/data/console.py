"""How the making of a dataset looks in a terminal, in a log file, and to a script."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from engine.data.check import Found
    from engine.data.events import Event, Summary

_BAR_WIDTH = 28
_PHASES = {
    "survey": "Looking at films",
    "cut": "Cutting clips",
    "caption": "Captioning",
    "pack": "Writing shards",
}


class DataConsole:
    """Shows events: a moving bar in a terminal, a line a film elsewhere, JSON lines for scripts.

    Args:
        as_json: print every event as one JSON line on stdout and nothing else there.
    """

    def __init__(self, as_json: bool = False, stream: TextIO | None = None) -> None:
        self._as_json = as_json
        self._stream = stream or sys.stderr
        self._moves = self._stream.isatty()
        self._has_line = False
        self._num_films, self._num_done = 0, 0
        self._phase = ""
        self._shares: dict[str, float] = {}
        self._began = time.monotonic()

    def show(self, event: Event) -> None:
        """Show one event."""
        if self._as_json:
            print(event.model_dump_json(), flush=True)
            return
        match event.kind:
            case "films_found":
                self._num_films = event.num_films
                self.say(f"{event.num_films} films")
            case "film_progress":
                # Surveying takes about two thirds of the time of a film.
                share = event.step / max(event.num_steps, 1)
                share = share * 0.6 if event.phase == "survey" else 0.6 + share * 0.4
                self._shares[event.film] = share
                self._bar(_PHASES[event.phase], self._films_share(), event.film)
            case "film_finished":
                self._end_film(event.film)
                self.say(f"{event.film}: {event.num_clips} clips of {event.num_shots} shots")
            case "film_skipped":
                self._end_film(event.film)
                self.say(f"{event.film} is skipped: {event.reason}")
            case "clips_progress":
                name = _PHASES[event.phase]
                if not self._moves and self._phase != name and event.num_steps:
                    self.say(f"{name} …")
                self._phase = name
                share = event.step / max(event.num_steps, 1)
                self._bar(name, share, f"{event.step}/{event.num_steps}")
            case "summary":
                self._summary(event)

    def show_finding(self, found: Found) -> None:
        """Show what was found in one shard."""
        if self._as_json:
            facts = {
                "kind": "shard",
                "shard": found.shard,
                "clips": found.clips,
                "problem": found.problem,
            }
            print(json.dumps(facts), flush=True)
        elif found.problem:
            self.say(f"! {found.problem}")

    def say(self, sentence: str) -> None:
        """Say something in passing."""
        if not self._as_json:
            self._end_line()
            print(sentence, file=self._stream, flush=True)

    def fail(self, sentence: str) -> None:
        """Say in one sentence why it could not be done."""
        if self._as_json:
            print(json.dumps({"kind": "error", "message": sentence}), flush=True)
        self._end_line()
        print(sentence, file=sys.stderr, flush=True)

    def _summary(self, told: Summary) -> None:
        minutes, seconds = divmod(round(told.seconds), 60)
        self.say(
            f"{told.clips} clips, {minutes} min {seconds} s, from {told.shots} shots of "
            f"{told.films} films, in {time.monotonic() - self._began:.0f} s"
        )
        sides = ", ".join(f"{count} {side}" for side, count in told.splits.items())
        self.say(f"  {'Sides':<12}{sides or 'none'}; {told.sequences} clips of several shots")
        for name, counts in (
            ("Captions", told.captioned_by),
            ("Trouble", told.caption_troubles),
            ("Skipped", told.reasons),
        ):
            for what, count in counts.items():
                self.say(f"  {name:<12}{count:6}  {what}")
        for film in told.skipped_films:
            self.say(f"  {'Skipped':<12}  film  {film.film}: {film.reason}")

    def _end_film(self, film: str) -> None:
        self._shares.pop(film, None)
        self._num_done += 1

    def _films_share(self) -> float:
        return (self._num_done + sum(self._shares.values())) / max(self._num_films, 1)

    def _bar(self, name: str, share: float, about: str) -> None:
        if not self._moves:
            return
        filled = round(min(share, 1.0) * _BAR_WIDTH)
        bar = "█" * filled + "·" * (_BAR_WIDTH - filled)
        self._stream.write(f"\r{name:<20}{bar} {about[:40]}\x1b[K")
        self._stream.flush()
        self._has_line = True

    def _end_line(self) -> None:
        if self._has_line:
            self._stream.write("\r\x1b[K")
        self._has_line = False
