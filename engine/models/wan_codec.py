"""Wan's video autoencoder as a :class:`~engine.models.codec.Codec`.

Adapts diffusers' ``AutoencoderKLWan``: latents are the posterior's mode, normalised by the
checkpoint's own statistics. Decoding streams latent by latent with a feature cache of its own, so
two decodes can run side by side and one can be dropped halfway.

Shape legend: B batch, C channels, T frames, N latent frames, H W height and width.
"""

# diffusers annotates the tuple that these methods return only on request.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from diffusers import AutoencoderKLWan
from diffusers.models.autoencoders.autoencoder_kl_wan import patchify, unpatchify
from torch import Tensor, nn

from engine.models.codec import check_chunk, check_part, latent_frames, split_chunk
from engine.models.tiles import decode_tiled
from engine.models.wan_decoder import FastWanDecoder

LARGE_FRAME = 832 * 480
"""Pixels of a frame above which memory, not precision, decides."""

TILE, TILE_MARGIN = (30, 52), 6
"""Latent positions of the fast decoder's tiles, height and width, and of their overlap."""


class WanCodec:
    """Normalised, streaming view of an ``AutoencoderKLWan``.

    Args:
        vae: a loaded autoencoder. Encode in fp32 where memory allows; bf16 decoding is fine.
        decoder: decodes in the place of the autoencoder's own.
        coarse_encoder: encodes clips of large frames in the place of the autoencoder's own, in
            less memory and precision; single frames, which keyframes are, never.
        largest_untiled: latent positions of a frame above which tiles are used, in bounded memory
            and a whole chunk at a time; None means never.
    """

    temporal_stride = 4

    def __init__(
        self,
        vae: AutoencoderKLWan,
        decoder: FastWanDecoder | None = None,
        coarse_encoder: nn.Module | None = None,
        largest_untiled: int | None = None,
    ) -> None:
        self.vae = vae
        self._decoder = decoder
        self._coarse_encoder = coarse_encoder
        self._largest_untiled = largest_untiled
        self.latent_channels = int(vae.config["z_dim"])
        self.spatial_stride = int(vae.config["scale_factor_spatial"])
        self._mean = torch.tensor(vae.config["latents_mean"]).view(1, -1, 1, 1, 1)
        self._std = torch.tensor(vae.config["latents_std"]).view(1, -1, 1, 1, 1)

    @property
    def streams(self) -> bool:
        """Whether chunks are coded latent by latent; in tiles they are not."""
        return self._largest_untiled is None and not self.vae.use_tiling

    @torch.no_grad()
    def encode(self, frames_BCTHW: Tensor) -> Tensor:
        """Encode one chunk to normalised latents, (mode − latents_mean) / latents_std.

        Raises:
            ValueError: not 4n + 1 RGB frames, or a size off the stride. (The autoencoder itself
                would silently drop the tail.)
        """
        check_chunk(frames_BCTHW, self.spatial_stride)
        if self.streams:
            # Not the autoencoder's own loop: its last convolution runs over the whole chunk, and
            # rounds by its length, so that a prefix would not be encoded to the same bits.
            alone = frames_BCTHW.shape[2] == 1
            parts = split_chunk(frames_BCTHW)
            return torch.cat(list(self._encoded(parts, coarsely=not alone)), dim=2)
        stride = self.spatial_stride
        self._choose_tiling(frames_BCTHW.shape[3] // stride * (frames_BCTHW.shape[4] // stride))
        frames = frames_BCTHW.to(_dtype_of(self.vae.encoder))
        return self._normalise(self.vae.encode(frames).latent_dist.mode().float())

    @torch.no_grad()
    def encode_stream(self, parts_BCTHW: Iterable[Tensor]) -> Iterator[Tensor]:
        """Encode a chunk's first frame, then four at a time, bitwise equal to :meth:`encode`.

        The causal cache is this stream's own, so that streams can run side by side.

        Raises:
            ValueError: a part of another length, or a size off the stride.
        """
        if not self.streams:
            # Tiles are blended over whole chunks, so they cannot stream; memory is bounded anyway.
            yield from self.encode(torch.cat(list(parts_BCTHW), dim=2)).split(1, dim=2)
            return
        yield from self._encoded(parts_BCTHW, coarsely=True)

    def _encoded(self, parts_BCTHW: Iterable[Tensor], *, coarsely: bool) -> Iterator[Tensor]:
        """Encode part by part; ``coarsely``: large frames by the coarse encoder, if any."""
        cache: list[Tensor | None] = [None] * self.vae._cached_conv_counts["encoder"]
        encoder: nn.Module = self.vae.encoder
        for index, part in enumerate(parts_BCTHW):
            check_part(part, index, self.spatial_stride)
            if index == 0 and coarsely and self._coarse_encoder is not None:
                is_large = part.shape[3] * part.shape[4] > LARGE_FRAME
                encoder = self._coarse_encoder if is_large else encoder
            x_BCTHW = part.to(_dtype_of(encoder))
            if self.vae.config["patch_size"] is not None:
                x_BCTHW = patchify(x_BCTHW, patch_size=self.vae.config["patch_size"])
            if encoder is self._coarse_encoder:
                x_BCTHW = x_BCTHW.contiguous(memory_format=torch.channels_last_3d)
            out = encoder(x_BCTHW, feat_cache=cache, feat_idx=[0])
            # Mean first, then the logarithm of the variance: the mode is the mean.
            moments = self.vae.quant_conv(out.to(_dtype_of(self.vae.quant_conv)))
            yield self._normalise(moments.chunk(2, dim=1)[0].float())

    @torch.no_grad()
    def decode(self, z_BCNHW: Tensor) -> Tensor:
        """Decode one chunk to frames in [−1, 1]."""
        return torch.cat(list(self.decode_stream(z_BCNHW)), dim=2)

    @torch.no_grad()
    def decode_stream(self, z_BCNHW: Tensor | Iterable[Tensor]) -> Iterator[Tensor]:
        """Decode latent by latent, bitwise equal to the autoencoder's own ``decode``."""
        if not self.streams:
            # Tiles are blended over whole chunks, so they cannot stream; memory is bounded anyway.
            yield from self._decoded_in_tiles(torch.cat(list(latent_frames(z_BCNHW)), dim=2))
            return
        if self._decoder is not None:
            yield from self._decoder.decode_stream(map(self._denormalise, latent_frames(z_BCNHW)))
            return
        cache: list[Tensor | str | None] = [None] * self.vae._cached_conv_counts["decoder"]
        for index, x_BCNHW in enumerate(self._opened(z_BCNHW)):
            out = self.vae.decoder(
                x_BCNHW,
                feat_cache=cache,
                feat_idx=[0],
                first_chunk=index == 0,
            )
            if self.vae.config["patch_size"] is not None:
                out = unpatchify(out, patch_size=self.vae.config["patch_size"])
            yield out.clamp(-1.0, 1.0)

    def _decoded_in_tiles(self, z_BCNHW: Tensor) -> Iterator[Tensor]:
        """Decode a whole chunk, in tiles where its frames are large."""
        z = self._denormalise(z_BCNHW)
        self._choose_tiling(z.shape[3] * z.shape[4])
        if self._decoder is None:
            decoded = self.vae.decode(z).sample
            yield decoded[:, :, :1]
            yield from decoded[:, :, 1:].split(self.temporal_stride, dim=2)
        elif self.vae.use_tiling:
            decode = self._decoder.decode_stream
            yield from decode_tiled(decode, z, self.spatial_stride, TILE, TILE_MARGIN)
        else:
            yield from self._decoder.decode_stream(z)

    def _opened(self, z_BCNHW: Tensor | Iterable[Tensor]) -> Iterable[Tensor]:
        """Return what the decoder takes, a latent frame at a time.

        The first convolution rounds by the number of latents that it is given at once: a chunk that
        is there as a whole goes through it as a whole, as in the autoencoder's own ``decode``.
        """
        if isinstance(z_BCNHW, Tensor):
            return self.vae.post_quant_conv(self._denormalise(z_BCNHW)).split(1, dim=2)
        return (self.vae.post_quant_conv(self._denormalise(z)) for z in z_BCNHW)

    def _normalise(self, z_BCNHW: Tensor) -> Tensor:
        return (z_BCNHW - self._mean.to(z_BCNHW)) / self._std.to(z_BCNHW)

    def _denormalise(self, z_BCNHW: Tensor) -> Tensor:
        z = z_BCNHW.float() * self._std.to(z_BCNHW.device) + self._mean.to(z_BCNHW.device)
        return z.to(_dtype_of(self.vae.post_quant_conv))

    def _choose_tiling(self, num_positions: int) -> None:
        if self._largest_untiled is not None:
            self.vae.use_tiling = num_positions > self._largest_untiled


def _dtype_of(module: nn.Module) -> torch.dtype:
    return next(module.parameters()).dtype
