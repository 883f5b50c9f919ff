"""Speed and memory at the true size, ours against stock diffusers, on random weights.

``python -m engine.evaluation.benchmark`` runs it; a CUDA device, torch and diffusers are enough.
Random weights say nothing of pictures, and cost exactly what trained ones do.
"""
