"""Any folder of Wan's family loads, part by part; what cannot be run is refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import AutoencoderKLWan, WanTransformer3DModel

from engine.models import captions, loader
from engine.models.embeddings import EmbeddingCache
from engine.models.family import read_shape
from engine.models.loader import ModelBundle
from engine.models.lora import read_loras
from engine.models.parts import Part, naming
from engine.protocol.errors import BadInput, ModelMissing
from engine.protocol.jobs import ComputeOptions, LoraSpec
from engine.protocol.stopping import Stopped, watched
from tests.engine.equivalence.wan_folders import SHAPES, WanShape, small_codec, write_wan_folder
from tests.engine.models.test_lora import in_form, pairs, write
from tests.engine.tiny_models import make_tiny_model

CPU = torch.device("cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_wan_folder(tmp_path / "wan", SHAPES[0], "unipc")


def bundle(folder: Path, dtype: torch.dtype = torch.float32, **options: Any) -> ModelBundle:
    return ModelBundle(folder, CPU, dtype, **options)


def change(path: Path, **facts: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **facts}))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_published_folder_loads_whatever_its_codec(tmp_path: Path, shape: WanShape) -> None:
    loaded = bundle(write_wan_folder(tmp_path, shape, "unipc"))
    assert loaded.size_multiple == 2 * shape.stride
    assert loaded.codec.latent_channels == shape.channels
    assert loaded.codec.spatial_stride == shape.stride
    assert loaded.transformer.config["num_layers"] == shape.layers
    assert loaded.encode_caption("a cat").shape == (1, 512, 16)


@pytest.mark.parametrize("saving", [{"max_shard_size": "20KB"}, {"variant": "fp16"}])
def test_shards_and_variants_load_the_same(
    tmp_path: Path, folder: Path, saving: dict[str, Any]
) -> None:
    other = write_wan_folder(tmp_path / "other", SHAPES[0], "unipc", **saving)
    if "max_shard_size" in saving:
        assert len(list((other / "transformer").glob("*.safetensors"))) > 1
    mine, theirs = bundle(other).transformer.state_dict(), bundle(folder).transformer.state_dict()
    assert all(torch.equal(mine[key], value) for key, value in theirs.items())


@pytest.mark.parametrize("stored", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_stored_precision_does_not_matter(
    folder: Path, stored: torch.dtype, dtype: torch.dtype
) -> None:
    net = WanTransformer3DModel.from_pretrained(folder / "transformer", torch_dtype=stored)
    net.save_pretrained(folder / "transformer")
    net = bundle(folder, dtype).transformer
    assert net.patch_embedding.weight.dtype == dtype
    assert net.scale_shift_table.dtype == torch.float32


def test_a_transformer_shaped_as_the_14b_loads(tmp_path: Path) -> None:
    """40 heads, 40 layers, 48 channels; each head and layer is small."""
    shape = WanShape(48, 40, 40, 3, 4, 4, patched=True)
    folder = write_wan_folder(tmp_path, shape, "unipc")
    net = bundle(folder).transformer
    assert (len(net.blocks), net.config["num_attention_heads"]) == (40, 40)
    z, t = torch.randn(1, 48, 3, 4, 4), torch.full((1, 3), 500.0)
    with torch.no_grad():
        assert net(z, t, torch.randn(1, 3, 16)).shape == z.shape


def test_nothing_is_loaded_before_it_is_needed(folder: Path) -> None:
    loaded = bundle(folder)
    parts = ("transformer", "vae", "text_encoder")
    assert not any(loaded.holds(part) for part in parts)
    loaded.encode_captions(["a cat"])
    assert [loaded.holds(part) for part in parts] == [False, False, True]
    first = loaded.transformer
    assert loaded.holds("transformer")
    assert loaded.transformer is first
    loaded.release("transformer")
    assert not loaded.holds("transformer")


@pytest.fixture
def scarce(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which the text encoder and the transformer do not fit together."""
    monkeypatch.setattr(captions, "SMALL_ENCODER_BYTES", 0)
    monkeypatch.setattr(loader, "total_memory", lambda device: 100_000)


@pytest.mark.usefixtures("scarce")
def test_encoder_and_transformer_are_never_in_memory_together(folder: Path) -> None:
    loaded = bundle(folder)
    first = loaded.encode_caption("a cat")
    assert not loaded.holds("text_encoder"), "it lets go as soon as its work is done"
    assert loaded.transformer is not None
    assert torch.equal(loaded.encode_caption("a cat"), first)
    assert loaded.holds("transformer"), "what is at hand costs no loading"
    loaded.encode_caption("a dog")
    assert not loaded.holds("transformer")
    roomy = bundle(folder, compute=ComputeOptions(memory_gib=1))
    assert roomy.encode_caption("a cat") is not None
    assert not roomy.holds("text_encoder")


def test_a_limit_on_memory_counts_as_the_devices(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(captions, "SMALL_ENCODER_BYTES", 0)
    for limit, stays in ((None, True), (1e-4, False)):
        loaded = bundle(folder, compute=ComputeOptions(memory_gib=limit))
        loaded.encode_caption("a cat")
        assert loaded.holds("text_encoder") == stays


@pytest.mark.usefixtures("scarce")
def test_embeddings_from_disk_need_no_encoder(folder: Path, tmp_path: Path) -> None:
    disk = EmbeddingCache(tmp_path / "embeddings")
    made = bundle(folder, embeddings=disk).encode_captions(["a  cat", "", "a dog"])
    shards = list((folder / "text_encoder").glob("*.safetensors"))
    again = bundle(folder, embeddings=disk)
    content = shards[0].read_bytes()
    found = again.encode_captions(["a cat", "", "a dog"])
    assert all(torch.equal(a, b) for a, b in zip(made, found, strict=True))
    assert not again.holds("text_encoder")
    shards[0].write_bytes(content[:-4] + b"\0\0\0\0")  # another encoder: nothing may be taken over
    assert len(list((tmp_path / "embeddings").iterdir())) == 3
    bundle(folder, embeddings=disk).encode_caption("a cat")
    assert len(list((tmp_path / "embeddings").iterdir())) == 4


def test_a_starters_encoder_stays_and_writes_nothing(tmp_path: Path) -> None:
    disk = EmbeddingCache(tmp_path / "embeddings")
    loaded = bundle(make_tiny_model(tmp_path / "tiny", "gen"), embeddings=disk)
    loaded.encode_caption("a cat")
    assert loaded.transformer is not None
    assert loaded.holds("text_encoder")
    assert not (tmp_path / "embeddings").exists()


def test_room_is_asked_for_before_every_part(folder: Path) -> None:
    asked: list[int] = []
    loaded = bundle(folder, make_room=asked.append)
    assert loaded.codec.latent_channels == 4
    loaded.encode_caption("a cat")
    assert loaded.transformer is not None
    assert len(asked) == 3
    assert all(needed > 1000 for needed in asked)


def test_loras_change_the_fingerprint_and_come_off_again(folder: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "a.safetensors", in_form("diffusers", pairs(1)))
    small = write(tmp_path / "b.safetensors", in_form("diffusers", pairs(1, dim=48)))
    loaded = bundle(folder)
    plain = loaded.fingerprint
    marks = {plain}
    for weight in (1.0, 0.5):
        loaded.wear(read_loras([LoraSpec(path=str(file), weight=weight)]))
        marks.add(loaded.fingerprint)
        assert hasattr(loaded.transformer, "peft_config")
    assert len(marks) == 3
    with pytest.raises(BadInput, match="another size"):
        loaded.wear(read_loras([LoraSpec(path=str(small))]))
    assert loaded.fingerprint == plain
    loaded.wear(())
    base = bundle(folder).transformer.state_dict()
    mine = loaded.transformer.state_dict()
    assert mine.keys() == base.keys()
    assert all(torch.equal(mine[key], value) for key, value in base.items())


@pytest.mark.parametrize("options", [{"fp8": True}, {"cache_threshold": 0.1}])
def test_loras_change_on_a_transformer_that_takes_shortcuts(
    folder: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    file = write(tmp_path / "a.safetensors", in_form("diffusers", pairs(1)))
    loaded = bundle(folder, compute=ComputeOptions.model_validate(options))
    z, t, text = torch.randn(1, 4, 3, 4, 4), torch.full((1, 3), 500.0), torch.randn(1, 3, 16)

    def run() -> torch.Tensor:
        net = loaded.transformer
        net._reset_stateful_cache()
        with torch.no_grad(), net.cache_context("cond"):
            return net(z, t, text)

    bare = run()
    loaded.wear(read_loras([LoraSpec(path=str(file))]))
    assert not torch.equal(run(), bare)
    loaded.wear(())
    assert torch.equal(run(), bare)


def test_a_lora_is_checked_before_the_transformer_is_loaded(folder: Path, tmp_path: Path) -> None:
    small = write(tmp_path / "b.safetensors", in_form("diffusers", pairs(1, dim=48)))
    loaded = bundle(folder)
    with pytest.raises(BadInput, match="another size"):
        loaded.wear(read_loras([LoraSpec(path=str(small))]))
    assert not loaded.holds("transformer")
    assert loaded.loras == ()


def test_a_folders_own_code_is_never_run_nor_asked_for(folder: Path) -> None:
    code = "raise SystemExit('the code of a folder ran')"
    (folder / "tokenizer" / "own.py").write_text(code)
    change(
        folder / "tokenizer" / "tokenizer_config.json",
        tokenizer_class="Own",
        auto_map={"AutoTokenizer": ["own.Own", None]},
    )
    with pytest.raises(ModelMissing, match=r"tokenizer that is not known \(Own\)"):
        bundle(folder).encode_caption("a cat")


REFUSED = [
    ("transformer/config.json", {"in_channels": 36}, "pictures as channels"),
    ("transformer/config.json", {"image_dim": 1280}, "image encoder"),
    ("transformer/config.json", {"added_kv_proj_dim": 8}, "image encoder"),
    ("transformer/config.json", {"_class_name": "WanVACETransformer3DModel"}, "WanVACE"),
    ("transformer/config.json", {"in_channels": 8, "out_channels": 8}, "put together wrongly"),
    ("transformer/config.json", {"patch_size": [2, 2, 2]}, "groups latents"),
    ("transformer/config.json", {"num_layers": 10**9}, "makes no sense"),
    ("model_index.json", {"transformer_2": ["diffusers", "X"]}, "two transformers"),
    ("model_index.json", {"vae": ["diffusers", "AutoencoderX"]}, "codec that is not known"),
]


@pytest.mark.parametrize(("file", "facts", "sentence"), REFUSED)
def test_what_cannot_be_run_is_refused_in_a_sentence(
    folder: Path, file: str, facts: dict[str, Any], sentence: str
) -> None:
    change(folder / file, **facts)
    with pytest.raises(ModelMissing, match=sentence):
        _ = bundle(folder).codec


@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
def test_a_damaged_file_is_named_before_anything_is_loaded(folder: Path, part: str) -> None:
    path = next((folder / part).glob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ModelMissing, match=f"damaged file, {part}/{path.name}"):
        bundle(folder)
    path.unlink()
    with pytest.raises(ModelMissing, match=f"no safetensors weights in {part}"):
        bundle(folder)


def test_weights_of_another_model_are_refused(folder: Path, tmp_path: Path) -> None:
    torch.manual_seed(1)
    AutoencoderKLWan(**dict(small_codec(SHAPES[2]).config)).save_pretrained(tmp_path / "vae")
    weights = next((tmp_path / "vae").glob("*.safetensors"))
    next((folder / "vae").glob("*.safetensors")).write_bytes(weights.read_bytes())
    with pytest.raises(ModelMissing, match="does not fit its config"):
        _ = bundle(folder).codec


def test_a_folder_without_an_index_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"model_index\.json cannot be read"):
        read_shape(tmp_path)


@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
@pytest.mark.parametrize("after", [0, 1, 5, 40])
def test_a_cancel_is_heard_between_two_tensors_and_the_model_loads_the_next_time(
    folder: Path, part: Part, after: int
) -> None:
    loaded = bundle(folder)
    asked = 0

    def is_stopped() -> bool:
        nonlocal asked
        asked += 1
        return asked > after

    def load() -> object:
        match part:
            case "transformer":
                return loaded.transformer
            case "vae":
                return loaded.codec
            case "text_encoder":
                return loaded.encode_caption("a cat")

    with pytest.raises(Stopped), watched(is_stopped):
        load()
    assert asked == after + 1, "it ends where it hears it"
    assert not loaded.holds(part)
    load()


def test_a_stop_that_a_library_puts_in_its_own_words_is_a_stop(folder: Path) -> None:
    with pytest.raises(Stopped), naming(folder):
        try:
            raise Stopped
        except Stopped as error:
            raise OSError("the file could not be read") from error
