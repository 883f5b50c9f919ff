"""What is told of the machine and of models: the device, its memory, what a folder would cost.

Imports no torch: before the first job the device is read off the system, afterwards torch is asked
where it is there already. A question that cannot be answered never disturbs a job.
"""

from __future__ import annotations

import contextlib
import importlib.util
import math
import os
import platform
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from engine.models.host import host_memory
from engine.protocol.facts import DeviceReport, ModelFacts
from engine.protocol.messages import ModelRole

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
"""What Linux takes for "begin to count the largest resident set anew"."""


def device_report() -> DeviceReport:
    """Return the device that jobs run on, with its memory as it is now."""
    cuda = _cuda()
    if cuda is not None:
        free, total = cuda.mem_get_info()
        return DeviceReport(
            name=cuda.get_device_name(),
            type="cuda",
            total_bytes=total,
            free_bytes=free + cuda.memory_reserved(),
        )
    return _card_without_torch() or _host()


class PeakGauge:
    """Measures the most memory that the device holds from now on."""

    def __init__(self) -> None:
        cuda = _cuda()
        if cuda is not None:
            cuda.reset_peak_memory_stats()
        else:
            with contextlib.suppress(OSError):
                _CLEAR.write_text(_RESET_PEAK)

    def peak_bytes(self) -> int | None:
        """Return the peak in bytes; None where the system does not tell."""
        cuda = _cuda()
        return cuda.max_memory_reserved() if cuda is not None else _status("VmHWM")


def model_facts(folder: Path, role: ModelRole) -> ModelFacts:
    """Return what a model folder costs to run.

    Raises:
        ModelMissing: it is of a kind that cannot be run.
        ValueError, TypeError: its configuration makes no sense.
        OSError: its files cannot be looked at.
    """
    from engine.models.catalogue import read_json, read_settings
    from engine.models.family import read_shape

    shape, settings = read_shape(folder), read_settings(folder)
    net: dict[str, Any] = read_json(folder / "transformer" / "config.json")
    patch = int(net.get("patch_size", (1, 2, 2))[-1])
    width = int(net.get("num_attention_heads", 40)) * int(net.get("attention_head_dim", 128))
    # A run that begins from guessed motion leaves out the steps above that sigma.
    num_steps = max(1, math.ceil(settings.num_steps * settings.guess_until))
    has_cfg = role == "gen" and settings.guidance_scale != 1
    return ModelFacts(
        draft_area=settings.draft_area,
        size_multiple=shape.size_multiple,
        stride=max(1, shape.size_multiple // patch),
        num_layers=int(net.get("num_layers", 40)),
        width=width,
        ffn_width=int(net.get("ffn_dim", 4 * width)),
        num_steps=num_steps * (2 if has_cfg else 1),
        max_window_latents=settings.max_window_latents,
        tile=settings.tile,
        transformer_bytes=_weight_bytes(folder / "transformer"),
        codec_bytes=_weight_bytes(folder / "vae"),
        text_bytes=_weight_bytes(folder / "text_encoder"),
        is_light=shape.codec_class == "AutoencoderKLT",
    )


def _weight_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def _cuda() -> Any:
    """Return ``torch.cuda`` where torch is imported already and finds a card."""
    torch = sys.modules.get("torch")
    cuda = getattr(torch, "cuda", None)
    return cuda if cuda is not None and cuda.is_available() else None


def _card_without_torch() -> DeviceReport | None:
    """Ask the driver's own tool, where torch is built for such cards and not imported yet."""
    if "torch" in sys.modules or not _torch_is_built_for_cuda():
        return None
    query = ["nvidia-smi", "--query-gpu=name,memory.total,memory.free"]
    query.append("--format=csv,noheader,nounits")
    try:
        said = subprocess.run(query, capture_output=True, text=True, timeout=5, check=True).stdout
        name, total, free = said.splitlines()[0].rsplit(",", 2)
        mib = 1024 * 1024
        return DeviceReport(
            name=name.strip(),
            type="cuda",
            total_bytes=int(total) * mib,
            free_bytes=int(free) * mib,
        )
    except (OSError, subprocess.SubprocessError, ValueError, IndexError):
        return None


def _torch_is_built_for_cuda() -> bool:
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    try:
        text = Path(spec.origin).with_name("version.py").read_text(encoding="utf-8")
    except OSError:
        return False
    return re.search(r"^cuda[^=\n]*=\s*['\"]", text, re.MULTILINE) is not None


def _host() -> DeviceReport:
    total, available = host_memory()
    return DeviceReport(
        name=_processor(),
        type="cpu",
        total_bytes=total,
        free_bytes=available + (_status("VmRSS") or 0),
        num_cores=_num_cores(),
    )


def _num_cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line for line in lines if line.startswith("model name")).split(":")[1].strip()
    return platform.processor() or platform.machine() or "CPU"


def _status(name: str) -> int | None:
    """Return a size from the process's own status in bytes."""
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = _STATUS.read_text(encoding="utf-8").splitlines()
        line = next(line for line in lines if line.startswith(f"{name}:"))
        return int(line.split()[1]) * 1024
    return None
