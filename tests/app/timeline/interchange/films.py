"""Random films for the tests of interchange, and the usual frame rates."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import get_args

from hypothesis import strategies as st

from app.timeline.interchange.cut import Cut, CutOptions, TakeMovie, absolute, cut_of
from app.timeline.interchange.rates import can_drop
from app.timeline.parts import MediaItem, SoundClip, SoundItem
from app.timeline.project import Format, Keyframe, Marker, MarkerColor, Project, Shot
from engine.protocol.jobs import FrameRate

FOLDER = Path("/films/a night & day.sdproj")

RATES = (
    FrameRate(num=24000, den=1001),
    FrameRate(num=24),
    FrameRate(num=25),
    FrameRate(num=30000, den=1001),
    FrameRate(num=30),
    FrameRate(num=48),
    FrameRate(num=50),
    FrameRate(num=60000, den=1001),
    FrameRate(num=60),
)

# What people type, and what breaks writers: markup, quotes, other scripts, emoji, control signs.
WORDS = st.text(
    st.sampled_from("abc XYZ 019 <&>\"' äß é 夜明け 🎬 \n\t\x0b;*:-/"), max_size=40
).map(str.strip)

MEDIA = tuple(
    MediaItem(
        id=f"m{number}",
        file=f"{number:024x}.png",
        name=name,
        sha256=f"{number:064x}",
        width=1600,
        height=900,
    )
    for number, name in enumerate(("board 1.png", "Board 1.png", "夜.png", 'a "b" & <c>.jpg'))
)
SOUNDS = (SoundItem(id="s0", file="f.wav", name="sea.wav", sha256="f" * 64, num_samples=9_600_000),)


@st.composite
def shots(draw: st.DrawFn) -> tuple[Shot, ...]:
    made: list[Shot] = []
    for number in range(draw(st.integers(1, 6))):
        length = draw(st.one_of(st.integers(1, 120), st.integers(1, 40_000)))
        frames = draw(st.sets(st.integers(0, length - 1), max_size=4))
        keyframes = tuple(
            Keyframe(
                id=f"k{number}-{frame}",
                media=draw(st.sampled_from(MEDIA)).id,
                frame=frame,
                exact=draw(st.booleans()),
                anchor_x=draw(st.sampled_from((0.0, 0.5, 0.25))),
                fit=draw(st.sampled_from(("cover", "contain"))),
                strength=draw(st.sampled_from((1.0, 0.5))),
            )
            for frame in sorted(frames)
        )
        made.append(
            Shot(
                id=f"shot{number}",
                caption=draw(WORDS),
                num_frames=length,
                join=draw(st.sampled_from(("cut", "continue"))),
                keyframes=keyframes,
                seed=draw(st.sampled_from((None, 7))),
            )
        )
    return tuple(made)


@st.composite
def films(draw: st.DrawFn, rates: tuple[FrameRate, ...] = RATES) -> Project:
    """Draw a film with markers and sounds."""
    parts = draw(shots())
    length = sum(shot.num_frames for shot in parts)
    markers = tuple(
        Marker(
            id=f"marker{frame}",
            frame=frame,
            name=draw(WORDS),
            color=draw(st.sampled_from(get_args(MarkerColor))),
        )
        for frame in sorted(draw(st.sets(st.integers(0, length + 50), max_size=5)))
    )
    clips: list[SoundClip] = []
    for lane in range(draw(st.integers(0, 3))):
        frame = draw(st.integers(0, length + 20))
        for number in range(draw(st.integers(1, 2))):
            count = draw(st.integers(2, 100))
            clips.append(
                SoundClip(
                    id=f"c{lane}-{number}",
                    sound="s0",
                    frame=frame,
                    num_frames=count,
                    offset=draw(st.integers(0, 1_000_000)),
                    gain_db=draw(st.sampled_from((0.0, -6.5, 3.0))),
                    fade_in=draw(st.integers(0, count // 2)),
                    is_muted=draw(st.booleans()),
                    lane=lane,
                )
            )
            frame += count + draw(st.integers(0, 30))
    return Project(
        format=Format(rate=draw(st.sampled_from(rates))),
        caption=draw(WORDS),
        seed=draw(st.integers(0, 2**40)),
        shots=parts,
        media=MEDIA,
        markers=markers,
        sounds=SOUNDS if clips else (),
        sound_clips=tuple(clips),
    )


@st.composite
def cuts(draw: st.DrawFn, rates: tuple[FrameRate, ...] = RATES) -> Cut:
    """Draw a film on tracks, with takes of some passes."""
    film = draw(films(rates))
    ends = [start + shot.num_frames for start, shot in film.shot_starts()]
    borders = [0, *(end for end in ends if draw(st.booleans()))]
    movies: dict[str, list[TakeMovie]] = {"draft": [], "master": []}
    for start, stop in itertools.pairwise(borders):
        for kind, made in movies.items():
            if draw(st.booleans()):
                path = FOLDER / "takes" / f"take{start}" / f"{kind}.mkv"
                made.append(TakeMovie(path, start, stop, 832, 480))
    drop = can_drop(film.format.rate) and draw(st.booleans())
    start = draw(st.sampled_from(("00:00:00:00", "01:00:00:00", "00:59:58:10")))
    return cut_of("The harbour", film, FOLDER, absolute, movies, CutOptions(start, drop))
