"""Text embeddings on disk: a caption is encoded once for each text encoder.

A text encoder may be larger than the transformer; with its work kept, it need not be loaded at all.
Files are safetensors named by what decides their content, written whole, dropped oldest first. A
damaged file is the same as none. Knows keys and tensors; knows no tokenizer and no encoder.

Shape legend: L caption tokens, D text dimension.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

import platformdirs
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from engine.protocol.last_used import last_used

_LOG = logging.getLogger(__name__)

MAX_BYTES = 512 * 1024 * 1024


def embeddings_folder() -> Path:
    """Return where this user's embeddings are kept."""
    return Path(platformdirs.user_cache_dir("SmartDirector", appauthor=False)) / "embeddings"


def embedding_key(caption: str, encoder: str, max_tokens: int, dtype: torch.dtype) -> str:
    """Return the name of an embedding.

    Args:
        caption: as it is tokenised.
        encoder: fingerprint of the text encoder and its tokenizer.
        max_tokens: length that captions are cut to.
        dtype: of the encoder's arithmetic.
    """
    parts = (encoder, str(max_tokens), str(dtype), caption)
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


class EmbeddingCache:
    """A folder of embeddings, bounded in size.

    Args:
        folder: made when something is first kept.
        max_bytes: when more is kept, what was longest unused is deleted.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes

    def get(self, key: str, num_tokens: int) -> Tensor | None:
        """Return (1, num_tokens, D) on the CPU, zero past the caption; None where there is none."""
        path = self._path(key)
        try:
            kept_LD = safetensors.torch.load_file(path)["embedding"]
            if kept_LD.ndim != 2 or len(kept_LD) > num_tokens:
                raise ValueError("no embedding of that length")
            os.utime(path)
        except FileNotFoundError:
            return None
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            _LOG.warning("%s is damaged and is made again: %s", path, error)
            return None
        full = kept_LD.new_zeros(1, num_tokens, kept_LD.shape[1])
        full[0, : len(kept_LD)] = kept_LD
        return full

    def put(self, key: str, embedding_1LD: Tensor) -> None:
        """Keep (1, L, D), without the zeros past its caption. A full disk is no failure."""
        rows = embedding_1LD[0].ne(0).any(dim=-1).nonzero()
        length = int(rows[-1]) + 1 if len(rows) else 0
        kept_LD = embedding_1LD[0, :length].detach().cpu().contiguous()
        path = self._path(key)
        temporary = path.with_name(f".{key}.{os.getpid()}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(safetensors.torch.save({"embedding": kept_LD}))
            temporary.replace(path)
            self._shrink()
        except OSError as error:
            _LOG.warning("an embedding could not be kept: %s", error)
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}.safetensors"

    def _shrink(self) -> None:
        files = [(path, path.stat()) for path in self._folder.glob("*.safetensors")]
        total = sum(facts.st_size for _, facts in files)
        now = time.time()
        for path, facts in sorted(files, key=lambda item: last_used(item[1].st_mtime, now)):
            if total <= self._max_bytes:
                return
            path.unlink(missing_ok=True)
            total -= facts.st_size
