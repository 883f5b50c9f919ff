"""Clips painted by code: wallpapers, cut-outs and footage under a camera whose motion is known."""
