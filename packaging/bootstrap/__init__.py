"""From a bare Python to a standing environment, with the standard library only.

Loaded by main.py by its place on disk, because the folder above must never be imported by name.
"""
