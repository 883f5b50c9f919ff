"""A folder of nasty media: each file is imported right, checked by content, or refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from engine.media.footage import frames_of
from engine.media.index import index_of
from engine.media.picture import UPRIGHT
from engine.protocol.errors import BadInput
from tests.engine.media import nasty
from tests.engine.media.coded import CORNERS, corners_of, number_of
from tests.engine.media.nasty import (
    FAST,
    JITTER,
    MPEG2,
    N30,
    NTSC,
    NTSC_FILM,
    R24,
    R25,
    R30,
    R60,
    X265,
    Nasty,
    Right,
    coded,
    cut,
    ffmpeg,
    uneven,
    written,
)

UNEVEN = {"numbers": range(len(JITTER)), "stamps": JITTER, "options": {**FAST, "bf": "0"}}
TURNED = Right(size=(64, 96))
P10 = {"pixel_format": "yuv420p10le"}
WEBM = {"codec": "libvpx-vp9", "options": {"cpu-used": "8", "deadline": "realtime", "b": "2M"}}
SQUARE = Fraction(1)

FOLDER = [
    Nasty("plain.mp4", coded(), Right(own_rate=R24)),
    Nasty("film.mkv", coded(rate=NTSC_FILM), Right(own_rate=NTSC_FILM)),
    Nasty("broadcast.mov", coded(rate=NTSC), Right(own_rate=NTSC)),
    Nasty("fast.mp4", coded(rate=Fraction(50)), Right(nasty._even(30, Fraction(50), R24), R24)),
    Nasty("slow.mp4", coded(rate=Fraction(10)), Right(nasty._even(30, Fraction(10), R25), R25)),
    Nasty("sixty-to-ntsc.mp4", coded(rate=R60), Right(nasty._even(30, R60, NTSC), NTSC)),
    Nasty("film-to-video.mp4", coded(rate=R24), Right(nasty._even(30, R24, R30), R30)),
    Nasty("uneven.mp4", coded(**UNEVEN), uneven(R24)),
    Nasty("uneven.mkv", coded(**UNEVEN), uneven(R25)),
    Nasty("uneven.mov", coded(**UNEVEN), uneven(R60)),
    Nasty("uneven.webm", coded(**{**UNEVEN, **WEBM}), uneven(R30)),
    Nasty(
        "lost-frames.mkv",
        coded(numbers=[*range(8), *range(16, 30)],
              stamps=[40 * n for n in (*range(8), *range(16, 30))], rate=R25),
        Right([*range(8), *[7] * 8, *range(16, 30)], R25, is_variable=True),
    ),
    Nasty("far-keyframes.mp4", coded(options={**FAST, "g": "250", "bf": "3"}), Right()),
    Nasty(
        "open-groups.mkv",
        coded(options={"preset": "veryfast", "crf": "12", "g": "8", "flags": "-cgop", "bf": "3"}),
        Right(),
    ),
    Nasty(
        "no-keyframes.mkv",
        coded(options={"preset": "veryfast", "crf": "12", "bf": "0",
                       "x264-params": "intra-refresh=1:keyint=10"}),
        Right(),
    ),
    Nasty("broadcast.ts", coded(rate=R25, options={**FAST, "bf": "3"}), Right(own_rate=R25)),
    Nasty("disc.mpg", coded(codec="mpeg2video", rate=R25, options={**MPEG2, "bf": "2"}), Right()),
    Nasty("old.avi", coded(codec="mpeg4", options={**MPEG2, "bf": "2"}), Right()),
    Nasty("camera.avi",
          coded(codec="mjpeg", pixel_format="yuvj420p", options={"q": "2"}, tags="bt601"),
          Right()),
    Nasty("bare.h264", coded(rate=R25, format="h264"), Right(own_rate=R25)),
    Nasty("pieces.mp4", coded(container={"movflags": "frag_keyframe+empty_moov"}), Right()),
    Nasty("quarter.mp4", coded(rotation=90), TURNED),
    Nasty("three-quarters.mp4", coded(rotation=-90), TURNED),
    Nasty("upside-down.mov", coded(rotation=180), Right()),
    Nasty("aslant.mp4", coded(rotation=30), "turned by something else than quarters"),
    Nasty(
        "fields.mpg",
        coded(codec="mpeg2video", rate=R25, options={**MPEG2, "flags": "+ilme+ildct"}),
        Right(),
    ),
    Nasty(
        "fields.mkv",
        coded(rate=R25, options={**FAST, "flags": "+ilme+ildct", "x264-params": "tff=1"}),
        Right(),
    ),
    Nasty("wide-pixels.mp4", coded(aspect=Fraction(4, 3)), Right(size=(128, 64))),
    Nasty("narrow-pixels.mkv", coded(aspect=Fraction(1, 2)), Right(size=(96, 128))),
    Nasty("absurd-pixels.mkv", coded(aspect=Fraction(1, 50)), "many times wider"),
    Nasty(
        "widescreen-dv.mpg",
        coded(codec="mpeg2video", rate=R25, size=(720, 576), aspect=Fraction(64, 45),
              numbers=range(4), options=MPEG2, tags=None),
        Right(range(4), size=(1024, 576), tolerance=None),
    ),
    Nasty("ten-bit.mp4", coded(**P10), Right(tolerance=0.008)),
    Nasty("ten-bit-422.mov", coded(codec="prores_ks", pixel_format="yuv422p10le", options={}),
          Right(tolerance=0.008)),
    Nasty("ten-bit.hevc.mp4", coded(codec="libx265", options=X265, **P10), Right(tolerance=0.008)),
    Nasty("pq.mkv", coded(codec="libx265", options=X265, tags="pq", **P10), Right(tolerance=None)),
    Nasty("hlg.mp4", coded(codec="libx265", options=X265, tags="hlg", **P10),
          Right(tolerance=None)),
    Nasty("wide-colour.mp4", coded(codec="libx265", options=X265, tags="bt2020", **P10),
          Right(tolerance=None)),
    Nasty("phone-colours.mov", coded(codec="libx265", options=X265, tags="p3", **P10),
          Right(tolerance=None)),
    Nasty("cinema-colours.mkv", coded(codec="ffv1", options={}, tags="dci", **P10),
          Right(tolerance=None)),
    Nasty("tv-colours.mp4", coded(tags="bt601"), Right()),
    Nasty("full-range.mp4", coded(pixel_format="yuvj420p", full_range=True), Right()),
    Nasty("odd.mkv", coded(codec="ffv1", pixel_format="yuv444p", size=(61, 35), options={}),
          Right(size=(61, 35))),
    Nasty("odd-chroma.mkv", coded(codec="ffv1", pixel_format="yuv420p", size=(61, 35), options={}),
          Right(size=(61, 35), tolerance=0.06)),
    Nasty("lossless.avi", coded(codec="huffyuv", pixel_format="rgb24", options={}, tags=None),
          Right(tolerance=0.005)),
    Nasty("grey.mkv", coded(codec="ffv1", pixel_format="gray", options={}, tags=None),
          Right(tolerance=None)),
    Nasty("see-through.mov",
          coded(codec="prores_ks", pixel_format="yuva444p10le", options={}, alpha=True),
          Right([n % 8 for n in N30], dims=True)),
    Nasty("see-through.webm", coded(**WEBM, pixel_format="yuva420p", alpha=True),
          Right([n % 8 for n in N30], dims=True)),
    Nasty("see-through.vp8.webm",
          coded(codec="libvpx", pixel_format="yuva420p", alpha=True,
                options={"cpu-used": "8", "deadline": "realtime", "b": "2M", "auto-alt-ref": "0"}),
          Right([n % 8 for n in N30], dims=True, tolerance=0.05)),
    Nasty("animation.mov",
          coded(codec="qtrle", pixel_format="argb", options={}, alpha=True, tags=None),
          Right([n % 8 for n in N30], dims=True)),
    Nasty("picture.gif", coded(codec="gif", pixel_format="rgb8", rate=R25, options={}, tags=None),
          Right(tolerance=0.2)),
    Nasty("moving.png",
          coded(codec="apng", format="apng", pixel_format="rgb24", options={}, tags=None),
          Right()),
    Nasty("tracks.mp4", nasty.with_sound(3), Right()),
    Nasty("late-picture.mkv", nasty.late_picture, Right(rate=R25)),
    Nasty("two-angles.mkv", nasty.two_pictures, Right()),
    Nasty("one-frame.mp4", coded(numbers=[5]), Right([5])),
    Nasty("hour-gap.mkv",
          coded(numbers=range(20), stamps=[40 * n + 3_600_000 * (n > 9) for n in range(20)],
                rate=R25),
          Right(range(20))),
    Nasty("restarted.ts", nasty.restarted, Right(range(40), at_least=36)),
    Nasty("torn.mkv", cut(0.6), Right(at_least=8)),
    Nasty("torn.ts", cut(0.6, rate=R25), Right(at_least=8)),
    Nasty("torn-faststart.mp4", cut(0.7, container={"movflags": "+faststart"}),
          Right(at_least=8)),
    Nasty("scratched.ts", nasty.scratched, Right(range(60), R25, at_least=55, is_variable=True)),
    Nasty("torn-index.mp4", cut(0.6), "cannot be read as a movie"),
    Nasty("two-sizes.ts", nasty.two_sizes, "changes its size from 96×64 to 128×80 at frame"),
    Nasty("sound.wav", nasty.sound_only, "no moving picture"),
    Nasty("record.mp4", nasty.record_cover, "no moving picture"),
    Nasty("board.png", nasty.still, "still picture"),
    Nasty("board.bmp", nasty.still, "still picture"),
    Nasty("empty.mp4", written(b""), "is empty"),
    Nasty("letter.txt", written(b"Dear film,\n" * 400), "cannot be read as a movie"),
    Nasty("letter.mp4", written(b"Dear film,\n" * 400), "cannot be read as a movie"),
    Nasty("noise.mov", written(bytes(range(256)) * 99), "cannot be read as a movie"),
    Nasty("box-bomb.mp4",
          written(b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isomiso2" + b"\xff\xff\xffmoov" * 9),
          "cannot be read as a movie"),
    Nasty("list.m3u8",
          written(b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n"),
          "list of other files"),
    Nasty("list.mp4", written(b"ffconcat version 1.0\nfile /etc/hostname\n"), "list of other"),
    Nasty("stream.sdp", written(b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n"),
          "list of other"),
    Nasty("tiny.mkv", coded(codec="ffv1", size=(8, 8), options={}), "8×8 pixels"),
    Nasty("huge.avi", coded(codec="mjpeg", pixel_format="yuvj420p", size=(8208, 16), options={},
                            numbers=[1]), "8208×16 pixels"),
    *(
        Nasty(name, nasty.pulled_down,
              Right([n % 64 for n in range(nasty.FILM_FRAMES)], NTSC_FILM,
                    own_rate=NTSC_FILM), needs_ffmpeg=True)
        for name in ("film-on-disc.mpg", "film-on-air.ts", "film-on-disc.mkv")
    ),
    Nasty("trimmed.mp4",
          ffmpeg("-ss", "0.5", "-i", "{dir}/far-keyframes.mp4", "-c", "copy", "{}"),
          Right(range(12, 30), at_least=17), needs_ffmpeg=True),
    Nasty("dv-pal.avi",
          ffmpeg("-f", "lavfi", "-i", "testsrc2=s=720x576:r=25:d=0.2", "-c:v", "dvvideo", "{}"),
          Right(range(5), size=(720, 576), tolerance=None, at_least=-1), needs_ffmpeg=True),
    Nasty("screen.mkv",
          ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=30:d=0.5", "-c:v", "utvideo", "{}"),
          Right(range(15), tolerance=None, at_least=-1), needs_ffmpeg=True),
    Nasty("theora.ogv",
          ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x64:r=24:d=0.5", "-c:v", "libtheora", "{}"),
          Right(range(12), tolerance=None, at_least=-1), needs_ffmpeg=True),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder; files that others are made from are there."""
    place = tmp_path_factory.mktemp("nasty")
    for item in FOLDER:
        if item.name in {"far-keyframes.mp4"}:
            item.make(place / item.name)
    return place


@pytest.mark.parametrize("item", FOLDER, ids=[item.name for item in FOLDER])
def test_is_imported_right_or_refused_in_one_sentence(folder: Path, item: Nasty) -> None:
    if item.needs_ffmpeg and not nasty.available():
        pytest.skip("the ffmpeg binary makes this one")
    path = folder / item.name
    item.make(path)
    if isinstance(item.expected, str):
        with pytest.raises(BadInput, match=item.expected) as refusal:
            list(frames_of(path))
        sentence = str(refusal.value)
        assert item.name in sentence
        assert sentence.endswith(".")
        assert sentence.count(".") - item.name.count(".") == 1, "one sentence"
        return
    _check(path, item.expected)


def _check(path: Path, right: Right) -> None:
    index = index_of(path)
    frames = [frame.rgb() for frame in frames_of(path, rate=right.rate)]
    assert index.look.size == right.size
    assert {(frame.shape[1], frame.shape[0]) for frame in frames} == {right.size}
    if right.own_rate is not None:
        assert index.rate == right.own_rate
    assert index.is_variable == right.is_variable
    if right.at_least == -1:  # of content that is not ours: the count alone
        assert len(frames) == len(right.numbers)
        return
    if index.look.orientation != UPRIGHT:
        assert len(frames) == len(right.numbers)  # the stripes lie otherwise; the corners tell
    else:
        numbers = [number_of(frame) for frame in frames]
        if right.is_variable and right.at_least is None:
            # How long the last frame stands is not the same in every container.
            assert numbers[: len(right.numbers)] == list(right.numbers)
            assert set(numbers[len(right.numbers) :]) <= {len(JITTER) - 1, right.numbers[-1]}
            assert len(numbers) <= len(right.numbers) + 4
        elif right.at_least is None:
            assert numbers == list(right.numbers)
        else:
            assert len(numbers) >= right.at_least
            assert sum(a == b for a, b in zip(numbers, right.numbers, strict=False)) >= (
                right.at_least * 0.9
            )
    if right.tolerance is not None:
        _check_corners(frames[0], right, _places(index.look.orientation))


def _places(orientation: tuple[int, int, int, int]) -> dict[str, str]:
    """Return where each stored corner is seen."""
    a, b, c, d = orientation
    places = {}
    for name in CORNERS:
        x = 1 if "right" in name else -1
        y = 1 if "bottom" in name else -1
        seen_x, seen_y = a * x + c * y, b * x + d * y
        vertical = "bottom" if seen_y > 0 else "top"
        places[f"{vertical} {'right' if seen_x > 0 else 'left'}"] = name
    return places


def _check_corners(frame: object, right: Right, places: dict[str, str]) -> None:
    for seen, colour in corners_of(frame).items():  # type: ignore[arg-type]
        share = 0.5 if right.dims and "right" in seen else 1.0
        wanted = [share * level for level in CORNERS[places[seen]]]
        assert colour == pytest.approx(wanted, abs=right.tolerance), seen


def test_the_folder_is_large_enough(capsys: pytest.CaptureFixture[str]) -> None:
    refused = sum(isinstance(item.expected, str) for item in FOLDER)
    with capsys.disabled():
        print(f"\n{len(FOLDER)} nasty files: {len(FOLDER) - refused} imported, {refused} refused")
    assert len(FOLDER) >= 40
    assert len({item.name for item in FOLDER}) == len(FOLDER)
