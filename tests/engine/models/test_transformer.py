"""The transformer's own parts: what caches find, captions led to their shots, the prior."""

from __future__ import annotations

import torch
from diffusers.hooks._helpers import TransformerBlockRegistry

from engine.models.blocks import DirectorBlock
from engine.models.prior import posterior_sample
from engine.models.transformer import DirectorTransformer


def test_blocks_are_known_to_caches_and_regional_compilation() -> None:
    assert TransformerBlockRegistry.get(DirectorBlock).return_hidden_states_index == 0
    assert DirectorTransformer._repeated_blocks == ["DirectorBlock"]


@torch.no_grad()
def test_a_strong_caption_bias_is_as_good_as_leaving_tokens_out() -> None:
    torch.manual_seed(0)
    net = DirectorTransformer(
        num_attention_heads=2,
        attention_head_dim=24,
        in_channels=8,
        out_channels=8,
        text_dim=16,
        freq_dim=32,
        ffn_dim=64,
        num_layers=2,
    ).eval()
    latent, captions = torch.randn(1, 8, 3, 4, 4), torch.randn(1, 6, 16)
    timestep, bias = torch.full((1, 3), 500.0), torch.zeros(3, 6)
    assert torch.equal(
        net(latent, timestep, captions, caption_bias=bias), net(latent, timestep, captions)
    )
    bias[:, 4:] = -1e4
    led = net(latent, timestep, captions, caption_bias=bias)
    torch.testing.assert_close(led, net(latent, timestep, captions[:, :4]), atol=1e-5, rtol=0)


@torch.no_grad()
def test_prior_leaves_given_latents_alone_and_trusts_agreeing_keyframes() -> None:
    z = torch.randn(1, 4, 5, 2, 2)
    z[:, :, 4] = z[:, :, 0]
    t = torch.tensor([[0.0, 1.0, 1.0, 1.0, 0.0]])
    positions, std = torch.arange(5.0), torch.ones(4)
    out = posterior_sample(torch.zeros_like(z), z, t, positions, std, num_shared=4)
    torch.testing.assert_close(out[:, :, [0, 4]], z[:, :, [0, 4]])
    torch.testing.assert_close(out[:, :, 2], z[:, :, 0])


@torch.no_grad()
def test_prior_without_keyframes_is_the_linear_denoiser() -> None:
    z, t = torch.randn(1, 4, 3, 2, 2), torch.full((1, 3), 0.5)
    std = torch.tensor([2.0, 1.0, 0.5, 0.1])
    out = posterior_sample(torch.zeros_like(z), z, t, torch.arange(3.0), std, num_shared=2)
    gain = 0.5 * std**2 / (0.25 * std**2 + 0.25)
    torch.testing.assert_close(out, z * gain.view(1, -1, 1, 1, 1))
