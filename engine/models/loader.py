"""One loader for every model folder in diffusers' format: the starters', Wan's, a user's own.

The classes are this module's choice, the folder's ``model_index.json`` merely names which parts
there are. A bundle's parts are loaded when they are first needed, and the transformer and the text
encoder are not in memory together unless both fit.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, assert_never

import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import WanResidualBlock
from torch import Tensor

from engine.models.acceleration import place_autoencoder, place_transformer
from engine.models.captions import CaptionSettings, CaptionSource
from engine.models.catalogue import read_settings, shown_name
from engine.models.codec import Codec
from engine.models.embeddings import EmbeddingCache
from engine.models.family import read_shape
from engine.models.klt import AutoencoderKLT
from engine.models.lora import Lora, apply_loras, check_loras
from engine.models.memory import total_memory
from engine.models.outline import outline_of
from engine.models.parallel import Helpers, LoadFn
from engine.models.parts import Part, heeding, load_part, placed
from engine.models.shortage import Thrift, spared
from engine.models.transformer import DirectorTransformer
from engine.models.weights import check_weights, fingerprint, part_bytes
from engine.protocol.errors import BadInput, HelperLost, ModelMissing
from engine.protocol.jobs import ComputeOptions
from engine.protocol.plain import plain_words
from engine.protocol.stopping import heed, heed_before

GIB = 1024**3

MakeRoom = Callable[[int], None]
"""Called with the bytes that are about to be loaded."""


class ModelBundle:
    """The parts of one model folder, loaded when they are first asked for.

    Args:
        folder: in diffusers' format.
        device, dtype: where and in what the nets compute.
        compute: how the transformer is put on the hardware.
        embeddings: where a large text encoder's work is kept; None keeps it at hand only.
        make_room: called before anything is loaded.
        thrift: how sparingly memory is used.

    Attributes:
        settings: how the folder wants to be run.
        size_multiple: frame sides must be multiples of this: codec stride × patch size.

    Raises:
        ModelMissing: a part or a shard is absent or damaged, or the model is of a kind that cannot
            be run; the sentence names it.
    """

    def __init__(
        self,
        folder: Path,
        device: torch.device,
        dtype: torch.dtype,
        compute: ComputeOptions | None = None,
        embeddings: EmbeddingCache | None = None,
        make_room: MakeRoom | None = None,
        thrift: Thrift = Thrift.NONE,
    ) -> None:
        self.folder, self.device, self.dtype = folder, device, dtype
        self.compute = compute or ComputeOptions()
        self._shape = read_shape(folder)
        for part in ("transformer", "vae"):
            check_weights(folder, part)
        # Before the captions are encoded, which may take long.
        outline_of(folder, "transformer", DirectorTransformer)
        self._bytes = {part: part_bytes(folder, part) for part in ("transformer", "vae")}
        self.thrift = thrift
        self.settings = spared(read_settings(folder), thrift)
        self.size_multiple = self._shape.size_multiple
        self._make_room = make_room
        self._base_fingerprint = fingerprint(folder)
        self._loras: tuple[Lora, ...] = ()
        self._transformer: DirectorTransformer | None = None
        self._helpers: Helpers | None = None
        self._codec: Codec | None = None
        self._captions = self._caption_source(embeddings)

    @property
    def fingerprint(self) -> str:
        """Hash that changes with the weights, and with the LoRAs on them; 16 hex digits."""
        if not self._loras:
            return self._base_fingerprint
        marks = [f"{lora.content}:{lora.weight!r}" for lora in self._loras]
        return hashlib.sha256("\0".join([self._base_fingerprint, *marks]).encode()).hexdigest()[:16]

    @property
    def loras(self) -> tuple[Lora, ...]:
        """The LoRAs that the transformer wears, in order."""
        return self._loras

    @property
    def transformer(self) -> DirectorTransformer:
        """The transformer with its LoRAs, on the device.

        Raises:
            ModelMissing: it is damaged.
            BadInput: a LoRA does not fit it.
        """
        if self._transformer is None:
            if self._captions is not None and not self._both_fit():
                self.release("text_encoder")
            self._about_to_load(self._bytes["transformer"])
            load = partial(
                load_transformer,
                folder=self.folder,
                dtype=self.dtype,
                loras=self._loras,
                compute=self.compute,
                spares=self.thrift >= Thrift.STREAMED,
            )
            net = load(self.device)
            if self.compute.num_gpus > 1:
                self._helpers = share_with_helpers(net, load, self.compute.num_gpus)
            self._transformer = net
        return self._transformer

    @property
    def codec(self) -> Codec:
        """The codec, on the device, in fp32.

        Raises:
            ModelMissing: it is damaged, or of a kind that is not known.
        """
        if self._codec is None:
            self._codec = self._load_codec()
        return self._codec

    @property
    def tokenizer(self) -> Any:
        """The tokenizer, None for a folder without a text encoder.

        Raises:
            ModelMissing: it is damaged.
        """
        return None if self._captions is None else self._captions.tokenizer

    def wear(self, loras: Sequence[Lora]) -> None:
        """Put these LoRAs on the transformer, now or when it is loaded, in place of others.

        Raises:
            BadInput: one of them does not fit; the transformer is bare then.
        """
        wanted = tuple(loras)
        if wanted == self._loras:
            return
        self._loras = ()
        if self._transformer is not None and not self._is_plain(self._transformer):
            self.release("transformer")  # streamed, compiled or packed: begin from the files
        if self._transformer is None:
            check_loras(self._outline(), wanted)
        else:
            apply_loras(self._transformer, wanted)
        self._loras = wanted

    def _is_plain(self, net: DirectorTransformer) -> bool:
        in_place = all(part.device.type == self.device.type for part in net.parameters())
        return in_place and self.compute == ComputeOptions()

    def _outline(self) -> DirectorTransformer:
        """Return the transformer's layers without weights, to hold LoRAs against."""
        net: Any = outline_of(self.folder, "transformer", DirectorTransformer)
        return net

    def encode_captions(self, captions: Sequence[str]) -> list[Tensor]:
        """Return (1, L, D) embeddings of captions, each encoded on its own.

        Ask for all captions of a job before the transformer: the text encoder is loaded for what
        is not kept already, and let go again unless there is room for both. Zeros where the folder
        has no text encoder.

        Raises:
            ModelMissing: the text encoder is damaged.
        """
        if self._captions is None:
            return [torch.zeros(1, 1, self._shape.text_dim, device=self.device) for _ in captions]
        found = self._captions.embeddings(captions)
        if not self._both_fit():
            self.release("text_encoder")
        return found

    def encode_caption(self, caption: str) -> Tensor:
        """Return (1, L, D) embeddings of one caption."""
        return self.encode_captions([caption])[0]

    def check_helpers(self) -> None:
        """Say so where a process on a further GPU has ended.

        Raises:
            HelperLost: one has; the transformer is let go, and loaded anew when it is needed.
        """
        if self._helpers is None:
            return
        try:
            self._helpers.check()
        except HelperLost:
            self.release("transformer")
            raise

    def holds(self, part: Part) -> bool:
        """Return whether a part is in memory."""
        match part:
            case "transformer":
                return self._transformer is not None
            case "vae":
                return self._codec is not None
            case "text_encoder":
                return self._captions is not None and self._captions.is_loaded
            case _:
                assert_never(part)

    def release(self, part: Part) -> None:
        """Let go of a part; it is loaded again when it is needed."""
        if not self.holds(part):
            return
        match part:
            case "transformer":
                if self._helpers is not None:
                    self._helpers.close()
                self._helpers = self._transformer = None
            case "vae":
                self._codec = None
            case "text_encoder":
                if self._captions is not None:
                    self._captions.release()
            case _:
                assert_never(part)
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _load_codec(self) -> Codec:
        self._about_to_load(self._bytes["vae"])
        match self._shape.codec_class:
            case "AutoencoderKLT":
                return placed(load_part(self.folder, "vae", AutoencoderKLT), self.device)
            case "AutoencoderKLWan":
                vae = load_part(self.folder, "vae", AutoencoderKLWan)
                for block in vae.modules():
                    if isinstance(block, WanResidualBlock):
                        block.register_forward_pre_hook(heed_before)
                spares = self.thrift >= Thrift.STREAMED
                return place_autoencoder(vae, self.device, self.compute, spares=spares)
            case other:
                name = shown_name(self.folder)
                raise ModelMissing(
                    f"The model {name} has a codec that is not known ({plain_words(str(other))}); "
                    "choose another model."
                )

    def _caption_source(self, embeddings: EmbeddingCache | None) -> CaptionSource | None:
        if not (self.folder / "text_encoder").is_dir():
            return None
        check_weights(self.folder, "text_encoder")
        facts = CaptionSettings(
            self.settings.max_tokens, self._shape.text_dim, self.device, self.dtype
        )
        return CaptionSource(self.folder, facts, embeddings, self._before_encoder)

    def _before_encoder(self, needed: int) -> None:
        if not self._both_fit():
            self.release("transformer")
        self._about_to_load(needed)

    def _both_fit(self) -> bool:
        """Return whether the text encoder may stay: small, or all parts in half of the memory."""
        if self._captions is None or self._captions.is_small:
            return True
        limit = total_memory(self.device)
        if self.compute.memory_gib is not None:
            limit = min(limit, int(self.compute.memory_gib * GIB))
        return self._captions.num_bytes + sum(self._bytes.values()) <= limit // 2

    def _about_to_load(self, needed: int) -> None:
        heed()
        if self._make_room is not None:
            self._make_room(needed)


def load_transformer(
    device: torch.device,
    folder: Path,
    dtype: torch.dtype,
    loras: Sequence[Lora],
    compute: ComputeOptions,
    *,
    spares: bool = False,
) -> DirectorTransformer:
    """Return a folder's transformer with its LoRAs, put on a device as ``compute`` says.

    Raises:
        ModelMissing: it is damaged.
        BadInput: a LoRA does not fit it, or an option cannot be had on this machine.
    """
    # Never .to(dtype) afterwards: it would cast what from_pretrained keeps in fp32.
    net = load_part(folder, "transformer", DirectorTransformer, torch_dtype=dtype)
    apply_loras(net, loras)
    try:
        with heeding():
            return place_transformer(net, device, compute, spares=spares)
    except ValueError as error:
        raise BadInput(str(error)) from error


def share_with_helpers(net: DirectorTransformer, load: LoadFn, num_gpus: int) -> Helpers:
    """Start the processes on the further GPUs.

    Raises:
        BadInput: this machine, or this net, cannot be shared out so.
    """
    if net.is_cache_enabled:
        raise BadInput("Residual caching and several GPUs do not go together; choose one of them.")
    try:
        return Helpers(net, load, num_gpus)
    except ValueError as error:
        raise BadInput(str(error)) from error


def best_device() -> torch.device:
    """Return the device that this machine computes fastest on."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def best_dtype(device: torch.device) -> torch.dtype:
    """Return bfloat16 where the hardware multiplies it natively, else float32."""
    if device.type == "cuda" or _cpu_has_bf16():
        return torch.bfloat16
    return torch.float32


def _cpu_has_bf16() -> bool:
    flags = ("avx512_bf16", "amx_bf16")
    try:
        return any(flag in Path("/proc/cpuinfo").read_text() for flag in flags)
    except OSError:
        return False
