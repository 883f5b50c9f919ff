"""Pacing: when the boards of a shot come, as a rhythm that fits any number of boards. Pure.

A pacing is written down for some boards: the second at which each comes, and the second at which
the shot ends. Between two boards, and from the last to the end, lies a beat. For another number of
boards the rhythm is a curve from the share of beats that are over to the time that has passed,
straight between the points that are written down. It is read at as many points as there are beats,
and its whole length grows with their number, so that a beat stays as long as it was on average:
suspense waits through the first third and then hurries, whether it has three boards or nine.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.timeline.edits import EditError, replace_shot, with_changes
from app.timeline.project import MAX_SHOT_FRAMES, Project, Shot

MAX_SECONDS = 3600.0


class Pacing(BaseModel):
    """A rhythm under a name.

    Attributes:
        name: what the user reads.
        times_s: seconds from the shot's start at which each board comes, ascending.
        length_s: where the shot ends; None has no tempo of its own and keeps the shot's length.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    name: str = Field(min_length=1, max_length=60)
    times_s: tuple[float, ...] = Field(min_length=1, max_length=1000)
    length_s: float | None = Field(default=None, gt=0, le=MAX_SECONDS)

    @model_validator(mode="after")
    def _rises(self) -> Pacing:
        if self.times_s[0] < 0 or any(later <= sooner for sooner, later in pairwise(self.times_s)):
            raise ValueError("The boards of a pacing must come one after the other.")
        if self.length_s is not None and self.length_s <= self.times_s[-1]:
            raise ValueError("A pacing must end after its last board.")
        return self


# The last board holds for as long as the beat before it.
BUILT_IN = (
    Pacing(name="Suspense", times_s=(0, 3.0, 4.2), length_s=5.4),
    Pacing(name="Documentary", times_s=(0, 1.8, 3.4), length_s=5.0),
    Pacing(name="Action", times_s=(0, 1.0, 2.2), length_s=3.4),
    Pacing(name="Even", times_s=(0,)),
)


def pace(project: Project, shot_id: str, pacing: Pacing, *, keeps_length: bool) -> Project:
    """Move the boards of a shot to a pacing's rhythm.

    Args:
        project: the film.
        shot_id: which shot.
        pacing: the rhythm.
        keeps_length: scale the rhythm to the shot's length, instead of giving the shot the
            rhythm's own.

    Raises:
        EditError: the shot has no boards, or not a frame for each.
    """
    shot = project.shot(shot_id)
    if not shot.keyframes:
        raise EditError("This shot has no boards to pace; drop some on it first.")
    frames, num_frames = paced_frames(
        pacing, len(shot.keyframes), shot.num_frames, project.format.rate.fraction, keeps_length
    )
    keyframes = tuple(
        with_changes(keyframe, frame=frame)
        for keyframe, frame in zip(shot.keyframes, frames, strict=True)
    )
    return replace_shot(
        project, shot_id, lambda old: with_changes(old, num_frames=num_frames, keyframes=keyframes)
    )


def paced_frames(
    pacing: Pacing, num_boards: int, num_frames: int, rate: Fraction, keeps_length: bool
) -> tuple[tuple[int, ...], int]:
    """Return the frames of a shot's boards in a rhythm, and the shot's length in frames.

    Args:
        pacing: the rhythm.
        num_boards: how many boards there are, at least 1.
        num_frames: length of the shot now.
        rate: frames per second.
        keeps_length: whether the shot keeps its length.

    Raises:
        EditError: there is not a frame for each board, or the shot would become too long.
    """
    times, end = rhythm(pacing, num_boards)
    scale = rate
    length = num_frames
    if keeps_length or pacing.length_s is None:
        scale = Fraction(num_frames) / end
    else:
        length = round(end * rate)
    if length > MAX_SHOT_FRAMES:
        raise EditError("The shot would become too long; choose a quicker pacing.")
    if length < num_boards:
        raise EditError(
            f"A shot of {length} frames has no room for {num_boards} boards; lengthen it first."
        )
    frames: list[int] = []
    for index, time in enumerate(times):
        first = frames[-1] + 1 if frames else 0
        last = length - (num_boards - index)  # a frame is left for every board that follows
        frames.append(min(max(round(time * scale), first), last))
    return tuple(frames), length


def rhythm(pacing: Pacing, num_boards: int) -> tuple[tuple[Fraction, ...], Fraction]:
    """Return when boards come, and when their shot ends, in seconds (or shares, for "Even")."""
    known = [Fraction(str(time)) for time in pacing.times_s]
    # Without a tempo of its own a pacing has beats of one second, which are scaled anyway.
    end = known[-1] + 1 if pacing.length_s is None else Fraction(str(pacing.length_s))
    points = [*known, end]
    beats = len(known)
    stretch = Fraction(num_boards, beats)

    def at(share: Fraction) -> Fraction:
        place = share * beats
        index = min(int(place), beats - 1)
        return points[index] + (place - index) * (points[index + 1] - points[index])

    return tuple(at(Fraction(n, num_boards)) * stretch for n in range(num_boards)), end * stretch


def pacing_of(shot: Shot, name: str, rate: Fraction) -> Pacing:
    """Return the pacing that a shot has, to be kept under a name.

    Raises:
        EditError: the shot has no boards, or the name is empty.
    """
    if not shot.keyframes:
        raise EditError("This shot has no boards to take a pacing from; drop some on it first.")
    if not name.strip():
        raise EditError("A pacing needs a name.")
    seconds = tuple(round(float(k.frame / rate), 4) for k in shot.keyframes)
    return Pacing(
        name=name.strip()[:60],
        times_s=seconds,
        length_s=min(MAX_SECONDS, round(float(shot.num_frames / rate), 4)),
    )


def matching(
    pacings: tuple[Pacing, ...], shot: Shot, rate: Fraction, *, keeps_length: bool
) -> Pacing | None:
    """Return the pacing in which a shot's boards stand now, None when there is none."""
    if len(shot.keyframes) < 2:
        return None  # one board has no rhythm
    frames = tuple(keyframe.frame for keyframe in shot.keyframes)
    for pacing in pacings:
        try:
            paced = paced_frames(pacing, len(frames), shot.num_frames, rate, keeps_length)
        except EditError:
            continue
        if paced == (frames, shot.num_frames):
            return pacing
    return None


def with_pacing(own: tuple[Pacing, ...], pacing: Pacing) -> tuple[Pacing, ...]:
    """Return the user's pacings with one more, or with one of the same name replaced.

    Raises:
        EditError: the name is one of the built-in pacings'.
    """
    if any(known.name.casefold() == pacing.name.casefold() for known in BUILT_IN):
        raise EditError(f"{pacing.name} is a pacing of the program; choose another name.")
    names = [known.name.casefold() for known in own]
    if pacing.name.casefold() in names:
        place = names.index(pacing.name.casefold())
        return (*own[:place], pacing, *own[place + 1 :])
    return (*own, pacing)


def renamed(own: tuple[Pacing, ...], old: str, new: str) -> tuple[Pacing, ...]:
    """Return the user's pacings with one under another name.

    Raises:
        EditError: the name is empty or taken.
    """
    name = new.strip()[:60]
    if not name:
        raise EditError("A pacing needs a name.")
    others = [known for known in (*BUILT_IN, *own) if known.name != old]
    if any(known.name.casefold() == name.casefold() for known in others):
        raise EditError(f"There is a pacing named {name} already; choose another name.")
    return tuple(k.model_copy(update={"name": name}) if k.name == old else k for k in own)


def without(own: tuple[Pacing, ...], name: str) -> tuple[Pacing, ...]:
    """Return the user's pacings without one."""
    return tuple(known for known in own if known.name != name)
