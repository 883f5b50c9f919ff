"""How a net is put on the hardware: where its weights lie, and which shortcuts it takes.

What each option does to the pixels is said at :class:`~engine.protocol.jobs.ComputeOptions`.
Knows the device's memory and diffusers' machinery for it; knows no schedules and no jobs.
"""

from __future__ import annotations

import copy
import importlib.util
import logging
from typing import Any, Protocol, cast

import torch
from diffusers import AutoencoderKLWan
from diffusers.hooks import FirstBlockCacheConfig, apply_group_offloading
from torch import Tensor, nn

from engine.models.blocks import DirectorAttnProcessor
from engine.models.fp8 import quantize_linears
from engine.models.memory import free_memory, total_memory
from engine.models.transformer import DirectorTransformer
from engine.models.wan_codec import WanCodec
from engine.models.wan_decoder import FastWanDecoder, supports

_LOG = logging.getLogger(__name__)

GIB = 1024**3

FLASH_4 = "flash_4"
"""FlashAttention 4 (the ``flash-attn-4`` package) instead of one of diffusers' own backends."""

_WORKING_SET = 3.5 * GIB
"""What a 1080p pass of 81 frames needs beside the weights of the 5B (see docs/experiments.md)."""

_DECODING_SET = 12 * GIB
"""What decoding 1080p whole needs, weights and encoder included."""

_DRAFT_POSITIONS = 52 * 30
"""Latent positions of a frame of 832×480."""


class Compute(Protocol):
    """What is read of :class:`engine.protocol.jobs.ComputeOptions`."""

    @property
    def memory_gib(self) -> float | None: ...
    @property
    def compile(self) -> bool: ...
    @property
    def attention(self) -> str: ...
    @property
    def fp8(self) -> bool: ...
    @property
    def cache_threshold(self) -> float: ...
    @property
    def fast_decode(self) -> bool: ...
    @property
    def num_gpus(self) -> int: ...


def place_transformer(
    transformer: DirectorTransformer,
    device: torch.device,
    compute: Compute,
    *,
    spares: bool = False,
) -> DirectorTransformer:
    """Put a transformer on a device, whole or streamed block by block, with the asked shortcuts.

    Args:
        spares: stream it, however much memory is free.

    Raises:
        ValueError: an attention backend is not known, or is not installed.
    """
    transformer.eval().requires_grad_(False)
    if compute.fp8:
        _LOG.info("%d layers in 8 bits", quantize_linears(transformer.blocks))
    if compute.compile:
        compile_blocks(transformer, whole=compute.num_gpus == 1)
    needed = weight_bytes(transformer) + _WORKING_SET
    if device.type == "cuda" and (needed > budget(device, compute) or spares):
        stream_blocks(transformer, device)
    else:
        nn.Module.to(transformer, device)  # diffusers' own takes no torch.device in its types
    choose_attention(transformer, compute.attention)
    if compute.cache_threshold > 0:
        transformer.enable_cache(FirstBlockCacheConfig(threshold=compute.cache_threshold))
    return transformer


def place_autoencoder(
    vae: AutoencoderKLWan, device: torch.device, compute: Compute, *, spares: bool = False
) -> WanCodec:
    """Put Wan's autoencoder on a device as a codec.

    On a GPU it encodes in fp32, as keyframes deserve (clips of large frames in bfloat16), and
    decodes by the fast decoder, or else in bfloat16. Where memory is short, all is in bfloat16 and
    frames larger than a draft's go through it in tiles; with ``spares``, it counts as short.
    """
    vae.eval().requires_grad_(False)
    if device.type != "cuda":
        nn.Module.to(vae, device)
        return WanCodec(vae)
    fast = compute.fast_decode and supports(vae)
    # In bfloat16 the stream cannot overflow, whatever the checkpoint; products are in fp16.
    decoder = FastWanDecoder(vae, "winograd4", torch.bfloat16, device) if fast else None
    if fast:
        vae.decoder = cast("Any", None)
    if budget(device, compute) < _DECODING_SET or spares:
        nn.Module.to(vae, device, torch.bfloat16)
        return WanCodec(vae, decoder, largest_untiled=_DRAFT_POSITIONS)
    # The copy before anything is narrowed: the encoder itself must keep every bit of its weights.
    coarse = copy.deepcopy(vae.encoder)
    nn.Module.to(coarse, device, torch.bfloat16)
    nn.Module.to(vae, device)
    if not fast:
        nn.Module.to(vae.decoder, torch.bfloat16)
        nn.Module.to(vae.post_quant_conv, torch.bfloat16)
    return WanCodec(vae, decoder, _channels_last(coarse))


def _channels_last(module: nn.Module) -> nn.Module:
    """Lay out the weights of convolutions as tensor cores want them, which spares cuDNN copies."""
    for part in module.modules():
        if isinstance(part, nn.Conv3d | nn.Conv2d):
            layout = torch.channels_last if part.weight.ndim == 4 else torch.channels_last_3d
            part.weight.data = part.weight.data.contiguous(memory_format=layout)
    return module


def budget(device: torch.device, compute: Compute) -> int:
    """Return the bytes of device memory that may be used, and hold torch to an asked limit."""
    index = cast("int | None", device.index)  # torch's annotation forgets a bare "cuda"
    index = torch.cuda.current_device() if index is None else index
    if compute.memory_gib is None:
        torch.cuda.set_per_process_memory_fraction(1.0, index)
        return free_memory(device)
    total = total_memory(device)
    limit = min(int(compute.memory_gib * GIB), total)
    torch.cuda.set_per_process_memory_fraction(limit / total, index)
    return min(free_memory(device), limit - torch.cuda.memory_allocated(device))


def weight_bytes(module: nn.Module) -> int:
    """Return the size of a net's weights and buffers in bytes."""
    tensors = [*module.parameters(), *module.buffers()]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def compile_blocks(
    transformer: DirectorTransformer, *, whole: bool, backend: str = "inductor"
) -> None:
    """Compile the blocks' own work, once for all of them.

    To be called before anything hooks into the blocks: what streams weights, caches or exchanges
    around a block cannot be compiled, and diffusers' ``compile_repeated_blocks`` would try.

    Args:
        transformer: the net.
        whole: refuse anything in a block that cannot be compiled, instead of stepping out for it;
            the exchange between GPUs is such a thing.
        backend: one of torch's compilers.
    """
    for block in transformer.blocks:
        block.forward = torch.compile(block.forward, fullgraph=whole, backend=backend)


def stream_blocks(transformer: DirectorTransformer, device: torch.device) -> None:
    """Keep the weights in pinned host memory and bring each block in while the last one works."""
    _LOG.info("weights are streamed block by block")
    apply_group_offloading(
        transformer,
        onload_device=device,
        offload_device=torch.device("cpu"),
        offload_type="block_level",
        num_blocks_per_group=1,
        use_stream=True,
        record_stream=True,
        non_blocking=True,
    )


def choose_attention(transformer: DirectorTransformer, backend: str) -> None:
    """Select who computes self-attention.

    Args:
        transformer: the net.
        backend: "auto" (torch's own choice), "flash_4", or a name that diffusers knows.

    Raises:
        ValueError: the backend is not known, or is not installed.
    """
    function = flash_attention_4() if backend == FLASH_4 else None
    for attention in transformer.attentions():
        processor: Any = attention.processor
        assert isinstance(processor, DirectorAttnProcessor)
        processor.flash_attention = function
    if backend in ("auto", FLASH_4):
        transformer.reset_attention_backend()
        return
    try:
        transformer.set_attention_backend(backend)
    except (ValueError, RuntimeError, ImportError) as error:
        raise ValueError(f"The attention backend {backend} cannot be used: {error}") from error


def flash_attention_4() -> Any:
    """Return FlashAttention 4 as an operation that compiled blocks can call.

    Raises:
        ValueError: the package is not installed.
    """
    if not _is_installed("flash_attn", "flash_attn.cute"):
        raise ValueError(
            "The attention backend flash_4 is not installed; install the package flash-attn-4."
        )
    from flash_attn.cute import (  # pyright: ignore[reportMissingImports]  # optional
        flash_attn_func,
    )

    if not hasattr(torch.ops.smartdirector, "flash_attention_4"):

        @torch.library.custom_op("smartdirector::flash_attention_4", mutates_args=())
        def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            out = flash_attn_func(query, key, value)
            return out[0] if isinstance(out, tuple) else out

        @attend.register_fake
        def _(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
            del key, value
            return torch.empty_like(query)

    return torch.ops.smartdirector.flash_attention_4


def _is_installed(*names: str) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in names)
