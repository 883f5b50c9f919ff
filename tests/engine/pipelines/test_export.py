"""Exports: every format against its master, rates, ranges, captions, tags, and what is refused."""

from __future__ import annotations

import json
import zlib
from base64 import b64decode
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from engine.evaluation.exports.material import export, make_master
from engine.media.encodings import encoding_for
from engine.media.movie import read_frames
from engine.pipelines.export import run_export
from engine.planning.sound import sample_at
from engine.protocol.errors import BadInput, OutputExists
from engine.protocol.export import (
    CaptionSpec,
    ChapterSpec,
    ExportFormatSpec,
    ExportJob,
    MarkSpec,
    Segment,
    SoundSpec,
)
from engine.protocol.formats import FORMATS, FormatName
from engine.protocol.jobs import FrameRate

FILM = FrameRate(num=24000, den=1001)
NUM_FRAMES = 14


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("export") / "master.mkv"
    make_master(path, (128, 96), NUM_FRAMES, FILM.fraction)
    return path


def _job(master: Path, output: Path, name: FormatName = "h264", **changes: object) -> ExportJob:
    job = ExportJob(
        job_id="export",
        segments=(Segment(path=str(master), stop=NUM_FRAMES),),
        output=str(output),
        rate=FILM,
        format=ExportFormatSpec(name=name),
    )
    return job.model_copy(update=changes)


def _psnr(path: Path, master: Path) -> float:
    pairs = zip(read_frames(path), read_frames(master), strict=True)
    errors = [np.mean((a.astype(np.float64) - b) ** 2) for a, b in pairs]
    return float(10 * np.log10(65535**2 / max(1e-9, *errors)))


@pytest.mark.parametrize(
    ("name", "floor_db"),
    [
        *(("h264", 36), ("h265", 34), ("h265_10", 34), ("av1", 34)),
        *(("prores_422", 35), ("prores_hq", 36), ("prores_4444", 44)),
        *(("dnxhr_hq", 36), ("dnxhr_hqx", 36), ("ffv1", 100)),
    ],
)
def test_a_movie_of_any_format_is_like_its_master(
    name: FormatName, floor_db: float, master: Path, tmp_path: Path
) -> None:
    row = FORMATS[name]
    if name.startswith("dnxhr"):  # this codec begins at 256 pixels
        wide = tmp_path / "wide.mkv"
        make_master(wide, (256, 192), NUM_FRAMES, FILM.fraction)
        master = wide
    for container in row.containers:
        output = tmp_path / f"film.{container}"
        chapters = (ChapterSpec(frame=0, title="One"), ChapterSpec(frame=6, title="Zwö"))
        job = _job(master, output, name, timecode="01:00:00:00", chapters=chapters)
        assert export(job).num_frames == NUM_FRAMES
        assert _psnr(output, master) > floor_db
        with av.open(str(output)) as file:
            stream = file.streams.video[0]
            context = stream.codec_context
            assert stream.average_rate == pytest.approx(FILM.fraction, rel=1e-5)
            # FFmpeg decodes ProRes 4444 as 12 bits, whatever went in.
            assert context.pix_fmt in {row.pixel_format, "yuv444p12le"}
            tags = (context.color_primaries, context.color_trc, context.colorspace)
            assert (*tags, context.color_range) == (1, 1, 1, 1), "BT.709, limited"
            titles = [chapter["metadata"]["title"] for chapter in file.chapters()]
            assert titles == ["One", "Zwö"]
            known = {**file.metadata, **stream.metadata}
            codes = [value for key, value in known.items() if key.lower() == "timecode"]
            assert codes[0] == "01:00:00:00"
        if container != "mkv":
            content = output.read_bytes()
            assert b"colrnclx" in content or b"colrnclc" in content, "tags in the container too"
            assert b"tmcd" in content


@pytest.mark.parametrize("name", ["png8", "png16", "exr"])
def test_a_sequence_is_numbered_pictures_with_sound_beside_them(
    name: FormatName, master: Path, tmp_path: Path
) -> None:
    output = tmp_path / "pictures"
    sound = _tone(tmp_path)
    export(_job(master, output, name, first_number=100, sounds=(sound,)))
    suffix = "exr" if name == "exr" else "png"
    wanted = [f"pictures.{number:06}.{suffix}" for number in range(100, 100 + NUM_FRAMES)]
    assert sorted(path.name for path in output.iterdir()) == [*wanted, "sound.wav"]
    first = next(read_frames(master))
    with av.open(str(output / wanted[0])) as file:
        picture = next(file.decode(video=0))
    if name == "exr":
        light = np.asarray(picture.reformat(format="gbrpf32le").to_ndarray())
        assert light.mean() < (first / 65535).mean() - 0.1, "light is linear"
    elif name == "png16":
        assert np.array_equal(picture.to_ndarray(format="rgb48le"), first), "equal, bit for bit"
    else:
        assert np.abs(picture.to_ndarray(format="rgb24") * 257.0 - first).max() <= 129


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_a_loop_for_sharing_holds_every_frame(
    name: FormatName, master: Path, tmp_path: Path
) -> None:
    from PIL import Image

    output = tmp_path / f"loop.{name}"
    export(_job(master, output, name))
    with Image.open(output) as image:
        assert getattr(image, "n_frames", 0) == NUM_FRAMES
        assert image.info["loop"] == 0
        seen = np.asarray(image.convert("RGB"), np.float64) * 257
    assert np.abs(seen - next(read_frames(master))).mean() < 2500


def test_another_rate_keeps_the_time_and_the_frames_of_each_moment(tmp_path: Path) -> None:
    from engine.media.encodings import INTERMEDIATE
    from engine.media.writer import MovieWriter

    source, output = tmp_path / "levels.mkv", tmp_path / "film.mov"
    with MovieWriter(source, 64, 64, Fraction(24), INTERMEDIATE) as movie:
        for level in range(12):
            movie.write(np.full((64, 64, 3), 5000 * level, np.uint16))
    segments = (Segment(path=str(source), stop=12),)
    for rate, wanted in ((30, 15), (12, 6), (24, 12)):
        job = _job(source, output, "prores_hq", overwrite=True).model_copy(
            update={
                "segments": segments,
                "rate": FrameRate(num=rate),
                "source_rate": FrameRate(num=24),
            }
        )
        assert export(job).num_frames == wanted
        levels = [round(float(frame.mean()) / 5000) for frame in read_frames(output)]
        assert levels == [24 * number // rate for number in range(wanted)]


def test_a_size_is_scaled(master: Path, tmp_path: Path) -> None:
    output = tmp_path / "film.mp4"
    export(_job(master, output, width=256, height=192))
    assert next(read_frames(output)).shape == (192, 256, 3)
    with pytest.raises(BadInput, match="even sides"):
        export(_job(master, tmp_path / "odd.mp4", width=127, height=95))


def test_captions_stand_beside_the_movie_or_on_its_frames(master: Path, tmp_path: Path) -> None:
    captions = (CaptionSpec(start=3, stop=8, text="Fish & <chips>"), CaptionSpec(
        start=9, stop=12, text="  "
    ))  # fmt: skip
    plain = _job(master, tmp_path / "plain.mkv", "ffv1")
    export(plain)
    export(_job(master, tmp_path / "a.mp4", captions=captions, caption_mode="srt"))
    export(_job(master, tmp_path / "b.mp4", captions=captions, caption_mode="vtt"))
    assert (tmp_path / "a.srt").read_text() == (
        "1\n00:00:00,125 --> 00:00:00,334\nFish & <chips>\n"
    )
    assert (tmp_path / "b.vtt").read_text() == (
        "WEBVTT\n\n00:00:00.125 --> 00:00:00.334\nFish &amp; &lt;chips&gt;\n"
    )
    export(_job(master, tmp_path / "c.mp4", captions=captions[1:], caption_mode="srt"))
    assert not (tmp_path / "c.srt").exists(), "nothing is said"
    burnt = tmp_path / "burnt.mkv"
    export(_job(master, burnt, "ffv1", captions=captions, caption_mode="burn"))
    for number, (bare, drawn) in enumerate(
        zip(read_frames(tmp_path / "plain.mkv"), read_frames(burnt), strict=True)
    ):
        change = np.abs(drawn.astype(np.int64) - bare)
        assert change[:60].max() < 400, "above the words nothing changes"
        assert (change[60:].max() > 20_000) == (3 <= number < 8)


def test_sound_is_encoded_as_the_container_wants_it(master: Path, tmp_path: Path) -> None:
    sound = _tone(tmp_path)
    for suffix, name, codec in (
        (".mp4", "h264", "aac"),
        (".mov", "prores_422", "pcm_s24le"),
        (".mkv", "ffv1", "flac"),
    ):
        output = tmp_path / f"film{suffix}"
        export(_job(master, output, name, sounds=(sound,)))  # type: ignore[arg-type]
        with av.open(str(output)) as file:
            stream = file.streams.audio[0]
            assert stream.codec_context.name == codec
            length = sum(frame.samples for frame in file.decode(stream))
        assert abs(length - sample_at(NUM_FRAMES, FILM.fraction)) <= 2048


def test_nothing_is_replaced_unasked(master: Path, tmp_path: Path) -> None:
    movie, words, folder = tmp_path / "a.mp4", tmp_path / "a.srt", tmp_path / "pictures"
    words.write_text("precious")
    with pytest.raises(OutputExists, match=r"a\.srt exists already"):
        export(
            _job(
                *(master, movie),
                captions=(CaptionSpec(start=0, stop=2, text="Hi"),),
                caption_mode="srt",
            )
        )
    assert words.read_text() == "precious"
    export(_job(master, folder, "png8"))
    with pytest.raises(OutputExists, match="exists already"):
        export(_job(master, folder, "png8"))
    export(_job(master, folder, "png8", first_number=5, overwrite=True))
    assert len(list(folder.iterdir())) == NUM_FRAMES, "the earlier pictures are gone"
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(OutputExists, match="other files"):
        export(_job(master, folder, "png8", overwrite=True))
    assert (folder / "notes.txt").read_text() == "mine"


def test_a_stopped_export_leaves_nothing(master: Path, tmp_path: Path) -> None:
    for name, output in (("h264", tmp_path / "a.mp4"), ("png8", tmp_path / "b")):
        running = run_export(_job(master, output, name))  # type: ignore[arg-type]
        next(running)
        next(running)
        running.close()
        assert list(tmp_path.iterdir()) == []


def test_what_does_not_open_is_told_in_one_sentence(master: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.mov or \.mkv"):
        export(_job(master, tmp_path / "a.mp4", "prores_hq"))
    with pytest.raises(BadInput, match="is not encoded by nvenc"):
        encoding_for(ExportFormatSpec(name="ffv1", encoder="nvenc"))
    with pytest.raises(BadInput, match=r"h264_videotoolbox"):
        export(
            _job(
                *(master, tmp_path / "a.mp4"),
                format=ExportFormatSpec(name="h264", encoder="videotoolbox"),
            )
        )
    with pytest.raises(BadInput, match="no timecode"):
        export(_job(master, tmp_path / "a.mp4", timecode="one"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_movie_carries_its_project_and_says_that_it_is_made_with_ai(
    suffix: str, master: Path, tmp_path: Path
) -> None:
    output = tmp_path / f"film{suffix}"
    project = json.dumps({"film": "ö" * 3000})
    export(_job(master, output, mark=MarkSpec(project=project)))
    with av.open(str(output)) as file:
        tags = {key.lower(): value for key, value in file.metadata.items()}
    assert zlib.decompress(b64decode(tags["smartdirector"])).decode() == project
    assert tags["digitalsourcetype"].endswith("/trainedAlgorithmicMedia")
    content = output.read_bytes()
    assert b"Iptc4xmpExt:DigitalSourceType" in content
    assert len(list(read_frames(output))) == NUM_FRAMES


def _tone(folder: Path) -> SoundSpec:
    import wave

    path = folder.parent / f"{folder.name}-tone.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes((8000 * np.sin(np.arange(48_000) / 20)).astype(np.int16).tobytes())
    return SoundSpec(path=str(path), stop=48_000)
