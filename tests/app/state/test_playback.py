"""The clock: real time, both ways, loops, steps."""

from __future__ import annotations

import itertools
import time

from tests.app.conftest import Studio


def test_plays_in_real_time_and_stops_at_the_end(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((12, (0,)))
        playback, editor = studio.app.playback, studio.app.editor
        began = time.perf_counter()
        playback.toggle()
        await studio.until(lambda: not playback.is_playing)
        assert 0.4 < time.perf_counter() - began < 0.9
        assert editor.playhead == 11
        playback.toggle()
        assert editor.playhead == 0

    studio.play(story)


def test_shuttle_doubles_and_turns(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((480, (0,)))
        playback = studio.app.playback
        for expected in (1, 2, 4, 8, 8):
            playback.shuttle(1)
            assert playback.speed == expected
        playback.shuttle(-1)
        assert playback.speed == -1
        playback.pause()
        assert not playback.is_playing

    studio.play(story)


def test_loop_goes_round(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0,)))
        seen: list[int] = []
        studio.app.editor.changed.connect(lambda _: seen.append(studio.app.editor.playhead))
        studio.app.playback.play_loop(10, 16)
        await studio.until(lambda: any(b < a for a, b in itertools.pairwise(seen)))
        assert set(seen) <= set(range(10, 16))

    studio.play(story)


def test_steps_and_points(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((48, (0, 20)), (48, (10,)))
        editor, commands = studio.app.editor, studio.app.window.commands
        frames: list[int] = []
        for name in ("step_forward", "next_point", "next_point", "next_point", "previous_point"):
            commands[name].trigger()
            frames.append(editor.playhead)
        assert frames == [1, 20, 48, 58, 48]
        commands["to_end"].trigger()
        assert editor.playhead == 95
        commands["second_back"].trigger()
        assert editor.playhead == 71

    studio.play(story)


def test_scrubbing_while_playing_goes_on_from_there(studio: Studio) -> None:
    async def story() -> None:
        await studio.fill((240, (0,)))
        studio.app.playback.toggle()
        await studio.settle(0.1)
        studio.app.editor.seek(100)
        await studio.settle(0.15)
        assert 100 <= studio.app.editor.playhead < 115
        assert studio.app.playback.is_playing

    studio.play(story)
