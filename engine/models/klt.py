"""The starter codec: a linear, fitted block transform with Wan's causal geometry.

A chunk head is one frame, every other latent covers four; a latent holds ``latent_channels``
coefficients of a fitted orthonormal basis (KLT) over 8 × 8 × 3 (× 4 frames) blocks. Before
blocking, a lapped pre-filter mixes the samples on both sides of every block edge, and its transpose
undoes it after decoding, so that basis functions overlap and coarse latents do not look blocky.

In a group, channels below ``num_shared`` hold the mean over time of the same spatial component
that this channel holds in a head, so that a still picture has the same values there in both; the
others hold temporal detail. Coefficients are scaled by a power of their deviation (``whitening``:
0 plain, 0.5 root, 1 white). Everything is a matrix product: a CPU handles 1080p. Fitting lives in
``engine.training.fit_klt``.

Source: T. Tran, J. Liang, C. Tu, "Lapped transform via time-domain pre- and post-filtering", 2003.

Shape legend: B batch, T frames, N latent frames, Y X pixels, H W blocks, C latent channels,
P = 192 values of a spatial block, Q = 4·P values of a group block.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from diffusers.configuration_utils import ConfigMixin, register_to_config
from diffusers.models.modeling_utils import ModelMixin
from torch import Tensor

from engine.models.codec import check_chunk, check_part, latent_frames, split_chunk

GROUP = 4
"""Frames that a latent covers after a chunk head."""


class AutoencoderKLT(ModelMixin, ConfigMixin):
    """The linear codec; a :class:`~engine.models.codec.Codec`.

    Args:
        latent_channels: coefficients kept, C.
        block: side of a spatial block in pixels.
        lapped: whether the pre- and post-filter is on.
        num_shared: leading channels that mean the same in heads and groups.
        whitening: exponent of the deviation by which coefficients were scaled when fitted.
        latent_std: deviation of each channel over groups, as fitted; for nets that want to know it.
    """

    temporal_stride = GROUP
    streams = True

    @register_to_config
    def __init__(
        self,
        latent_channels: int = 64,
        block: int = 8,
        lapped: bool = True,
        num_shared: int = 32,
        whitening: float = 0.5,
        latent_std: list[float] | None = None,
    ) -> None:
        super().__init__()
        self.latent_channels = latent_channels
        self.spatial_stride = block
        self.lapped = lapped
        p, c = 3 * block * block, latent_channels
        # Rows are orthonormal, so that decoding is the transpose; scales are kept apart.
        self.head_basis = torch.nn.Parameter(torch.eye(p)[:c], requires_grad=False)
        self.group_basis = torch.nn.Parameter(torch.eye(GROUP * p)[:c], requires_grad=False)
        self.head_scale = torch.nn.Parameter(torch.ones(c), requires_grad=False)
        self.group_scale = torch.nn.Parameter(torch.ones(c), requires_grad=False)
        self.mean = torch.nn.Parameter(torch.zeros(3), requires_grad=False)
        self.overlap = torch.nn.Parameter(lapped_filter(block), requires_grad=False)

    @torch.no_grad()
    def encode(self, frames_BCTHW: Tensor) -> Tensor:
        """Encode one chunk of 4n + 1 frames in [−1, 1] to a (B, C, n + 1, H, W) latent.

        Raises:
            ValueError: not 4n + 1 RGB frames, or sides that are no multiples of the block.
        """
        check_chunk(frames_BCTHW, self.spatial_stride)
        return torch.cat(list(self.encode_stream(split_chunk(frames_BCTHW))), dim=2)

    @torch.no_grad()
    def encode_stream(self, parts_BCTHW: Iterable[Tensor]) -> Iterator[Tensor]:
        """Encode a chunk's first frame, then four frames at a time: (B, C, 1, H, W) each.

        Raises:
            ValueError: a part of another length, or sides that are no multiples of the block.
        """
        for index, part in enumerate(parts_BCTHW):
            check_part(part, index, self.spatial_stride)
            yield self.encode_groups(part.unsqueeze(2)) if index else self.encode_heads(part)

    @torch.no_grad()
    def decode(self, z_BCNHW: Tensor) -> Tensor:
        """Decode one chunk to frames in [−1, 1]."""
        return torch.cat(list(self.decode_stream(z_BCNHW)), dim=2)

    @torch.no_grad()
    def decode_stream(self, z_BCNHW: Tensor | Iterable[Tensor]) -> Iterator[Tensor]:
        """Decode latent by latent: (B, 3, 1, Y, X) for the head, then (B, 3, 4, Y, X) each."""
        for index, z in enumerate(latent_frames(z_BCNHW)):
            if index == 0:
                yield self.decode_heads(z).clamp(-1.0, 1.0)
            else:
                yield self.decode_groups(z).squeeze(2).clamp(-1.0, 1.0)

    def encode_heads(self, frames_BCNYX: Tensor) -> Tensor:
        """Encode single frames, each as a chunk head: (B, 3, N, Y, X) to (B, C, N, H, W)."""
        blocks_BNHWP = self.blocks(frames_BCNYX)
        z = blocks_BNHWP @ (self.head_basis * self.head_scale[:, None]).T.to(blocks_BNHWP.dtype)
        return z.permute(0, 4, 1, 2, 3)

    def encode_groups(self, frames_BCNQYX: Tensor) -> Tensor:
        """Encode groups of four frames: (B, 3, N, 4, Y, X) to (B, C, N, H, W)."""
        n = frames_BCNQYX.shape[2]
        blocks = self.blocks(frames_BCNQYX.flatten(2, 3)).unflatten(1, (n, GROUP))
        blocks_BNHWQ = blocks.permute(0, 1, 3, 4, 2, 5).flatten(-2)
        z = blocks_BNHWQ @ (self.group_basis * self.group_scale[:, None]).T.to(blocks.dtype)
        return z.permute(0, 4, 1, 2, 3)

    def decode_heads(self, z_BCNHW: Tensor) -> Tensor:
        """Decode latents as chunk heads to (B, 3, N, Y, X), not clamped."""
        z_BNHWC = z_BCNHW.permute(0, 2, 3, 4, 1)
        basis = (self.head_basis / self.head_scale[:, None]).to(z_BNHWC.dtype)
        return self.frames(z_BNHWC @ basis)

    def decode_groups(self, z_BCNHW: Tensor) -> Tensor:
        """Decode latents as groups to (B, 3, N, 4, Y, X), not clamped."""
        z_BNHWC = z_BCNHW.permute(0, 2, 3, 4, 1)
        n = z_BNHWC.shape[1]
        basis = (self.group_basis / self.group_scale[:, None]).to(z_BNHWC.dtype)
        blocks = (z_BNHWC @ basis).unflatten(-1, (GROUP, -1)).permute(0, 1, 4, 2, 3, 5)
        return self.frames(blocks.flatten(1, 2)).unflatten(2, (n, GROUP))

    def blocks(self, frames_BCTYX: Tensor) -> Tensor:
        """Return the pre-filtered spatial blocks of frames: (B, T, H, W, P), mean removed."""
        x = frames_BCTYX - self.mean.to(frames_BCTYX.dtype).view(1, 3, 1, 1, 1)
        if self.lapped and x.is_cuda:
            # One dense product per axis is what a GPU does best.
            x = axis_filter(self.overlap, x.shape[-2]).to(x.dtype) @ x
            x = x @ axis_filter(self.overlap, x.shape[-1]).to(x.dtype).T
        elif self.lapped:
            x = across_edges(across_edges(x, self.overlap, -1), self.overlap, -2)
        s = self.spatial_stride
        x = x.unflatten(-1, (-1, s)).unflatten(-3, (-1, s))  # B 3 T H s W s
        return x.permute(0, 2, 3, 5, 1, 4, 6).flatten(-3)

    def frames(self, blocks_BTHWP: Tensor) -> Tensor:
        """Invert :meth:`blocks`: (B, T, H, W, P) to (B, 3, T, Y, X)."""
        s = self.spatial_stride
        x = blocks_BTHWP.unflatten(-1, (3, s, s)).permute(0, 4, 1, 2, 5, 3, 6)
        x = x.flatten(-2).flatten(-3, -2)
        if self.lapped:
            x = across_edges(across_edges(x, self.overlap.T, -2), self.overlap.T, -1)
        return x + self.mean.to(x.dtype).view(1, 3, 1, 1, 1)


def lapped_filter(block: int) -> Tensor:
    """Return the orthogonal (block, block) pre-filter across a block edge, the fast LOT's.

    With M = block, I and J of M/2: P = ½ [[I, J], [J, −I]] · diag(I, V) · [[I, J], [J, −I]] and
    V = J · C_IIᵀ · C_IV · J (Tran et al., §III).
    """
    half = block // 2
    k = torch.arange(half, dtype=torch.float64)
    dct2 = torch.cos(torch.pi / half * k[:, None] * (k[None] + 0.5)) * (2 / half) ** 0.5
    dct2[0] /= 2**0.5
    dct4 = torch.cos(torch.pi / half * (k[:, None] + 0.5) * (k[None] + 0.5)) * (2 / half) ** 0.5
    eye = torch.eye(half, dtype=torch.float64)
    flip = eye.flip(0)
    rotation = flip @ dct2.T @ dct4 @ flip
    butterfly = torch.cat([torch.cat([eye, flip], 1), torch.cat([flip, -eye], 1)], 0)
    return (0.5 * butterfly @ torch.block_diag(eye, rotation) @ butterfly).float()


def axis_filter(matrix: Tensor, length: int) -> Tensor:
    """Return the (length, length) matrix that :func:`across_edges` applies to one axis."""
    return across_edges(torch.eye(length, device=matrix.device), matrix, -1).T


def across_edges(x: Tensor, matrix: Tensor, dim: int) -> Tensor:
    """Apply ``matrix`` to the samples around every block edge of one axis; the border stays."""
    block = matrix.shape[0]
    half, length = block // 2, x.shape[dim]
    if length <= block:
        return x
    inner = x.narrow(dim, half, length - block).unflatten(dim, (-1, block))
    mixed = torch.einsum("ij,...j->...i", matrix.to(x.dtype), inner.movedim(dim, -1))
    mixed = mixed.movedim(-1, dim).flatten(dim - 1, dim)
    ends = (x.narrow(dim, 0, half), x.narrow(dim, length - half, half))
    return torch.cat([ends[0], mixed, ends[1]], dim=dim)
