"""How this machine computes: a preference of its owner, and no part of any film."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from engine.protocol.jobs import ComputeOptions


class Hardware(BaseModel):
    """See ``ComputeOptions``; fields of other versions are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    memory_gib: float | None = Field(default=None, gt=0, le=4096)
    compile: bool = False
    attention: str = Field(default="auto", min_length=1, max_length=60)
    fp8: bool = False
    cache_threshold: float = Field(default=0.0, ge=0, le=1)
    num_gpus: int = Field(default=1, ge=1, le=64)

    def options(self) -> ComputeOptions:
        """Return them as the engine takes them."""
        return ComputeOptions(**self.model_dump())
