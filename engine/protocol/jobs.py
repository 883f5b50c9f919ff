"""What is asked of the nets, a frozen model per kind of job; and what all messages are made of.

Frames are integers counted from the start of the shot, ranges are half-open, rates are rational,
paths are absolute. Nothing here opens a file.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

Join = Literal["cut", "continue"]
Method = Literal["multi_chunk", "direct_insertion", "replication", "pairwise"]
RopeMode = Literal["mc", "continuous", "reset"]
SolverName = Literal["euler", "unipc"]
Upsampling = Literal["latent", "pixel", "guided"]
HeadColour = Literal["off", "match", "pixels"]
Fit = Literal["cover", "contain"]
Bars = Literal["black", "blur", "edge"]

MIN_STRENGTH = 0.2
"""Below, a keyframe would be noise from the start."""


class Message(BaseModel):
    """Base of everything on the wire: frozen, and closed against unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class GrownMessage(Message):
    """A message that got fields later on.

    At their defaults they are left out of the dump: hashes of earlier films and jobs stay.
    """

    later_fields: ClassVar[tuple[str, ...]] = ()

    @model_serializer(mode="wrap")
    def _without_later_fields(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = handler(self)
        for name in self.later_fields:
            if content.get(name) == type(self).model_fields[name].default:
                content.pop(name, None)
        return content


class FrameRate(Message):
    """Frames per second as a fraction: 24/1, 24000/1001."""

    num: int = Field(gt=0, le=1_000_000)
    den: int = Field(default=1, gt=0, le=1_000_000)

    @property
    def fraction(self) -> Fraction:
        """The rate as an exact number."""
        return Fraction(self.num, self.den)

    def __str__(self) -> str:
        return f"{self.num}/{self.den}" if self.den != 1 else str(self.num)


class KeyframeSpec(GrownMessage):
    """An image pinned to a frame of its shot.

    Attributes:
        image: absolute path of the picture.
        frame: requested frame, counted from the start of the shot.
        exact: stand on precisely that frame (planning inserts free heads).
        anchor_x, anchor_y: which part survives the crop, 0 (left, top) to 1 (right, bottom); with
            ``contain``, where the picture stands between its bars.
        fit: ``cover`` fills the frame and crops; ``contain`` shows the whole picture with bars.
        bars: black, a blurred copy of the picture, or the colour of the picture's edge.
        strength: 1 pins the keyframe: its latent is clean throughout. Below, it guides: its latent
            is held at noise level 1 − strength until the run comes down to it, then made freely.
    """

    later_fields: ClassVar[tuple[str, ...]] = ("fit", "bars", "strength")

    image: str
    frame: int = Field(ge=0)
    exact: bool = False
    anchor_x: float = Field(default=0.5, ge=0, le=1)
    anchor_y: float = Field(default=0.5, ge=0, le=1)
    fit: Fit = "cover"
    bars: Bars = "black"
    strength: float = Field(default=1.0, ge=MIN_STRENGTH, le=1)


class ShotSpec(Message):
    """One shot: its length in frames, its caption, its keyframes, its join to the next shot."""

    num_frames: int = Field(gt=0, le=1_000_000)
    caption: str = ""
    join: Join = "cut"
    keyframes: tuple[KeyframeSpec, ...] = ()


class FootageSpec(GrownMessage):
    """Frames of a movie file that stand in a pass as they are: footage to be extended.

    Attributes:
        path: absolute path of the movie.
        start, stop: which of its frames, 4n + 1 of them.
        frame: where the first of them stands, counted from the start of the pass. At 0 the clip
            goes on after it; later, what comes before leads into it.
        fit, bars: how frames of another shape stand in the film's frame, in its middle: see
            :class:`KeyframeSpec`.
    """

    later_fields: ClassVar[tuple[str, ...]] = ("fit", "bars")

    path: str
    start: int = Field(default=0, ge=0)
    stop: int = Field(gt=0)
    frame: int = Field(default=0, ge=0)
    fit: Fit = "cover"
    bars: Bars = "black"


class LoraSpec(Message):
    """A LoRA file and how strongly it counts; 1 is what it was trained for."""

    path: str
    weight: float = Field(default=1.0, ge=-10, le=10)


class Ablation(Message):
    """The paper's comparisons (§4.4): how keyframes are conditioned on, and what time means.

    Attributes:
        method: ``multi_chunk`` is SmartDirector; ``direct_insertion`` puts each keyframe's latent
            into one causal stream; ``replication`` fills a group of four frames with it;
            ``pairwise`` makes the clip between each two keyframes on its own.
        rope: ``mc`` is MC-RoPE (eq. 4); ``continuous`` counts latents; ``reset`` counts anew in
            every chunk.
    """

    method: Method = "multi_chunk"
    rope: RopeMode = "mc"


class ComputeOptions(Message):
    """How the hardware is used. The defaults take no pixel further from the exact ones.

    Attributes:
        memory_gib: device memory to stay within; None means what is free.
        compile: compile the transformer's block and the decoder (seconds at first use of a size).
        attention: a backend of diffusers' attention dispatcher; "auto" leaves the choice to torch.
        fp8: keep the transformer's weights in 8 bits (half the memory, slightly other pixels).
        cache_threshold: residual caching (FirstBlockCache): reuse what hardly changed between
            steps; 0 is off, 0.05 to 0.2 trades likeness for speed.
        fast_decode: on a GPU, decode Wan2.2's latents by fewer multiplications, in parts at higher
            precision than bfloat16: nearer to the exact pixels than the stock decoder, and faster.
        num_gpus: devices that share the tokens of one pass (context parallel).
    """

    memory_gib: float | None = Field(default=None, gt=0, le=4096)
    compile: bool = False
    attention: str = "auto"
    fp8: bool = False
    cache_threshold: float = Field(default=0.0, ge=0, le=1)
    fast_decode: bool = True
    num_gpus: int = Field(default=1, ge=1, le=64)


class DraftJob(Message):
    """Director-Gen on one pass: consecutive shots denoised jointly into a low-resolution clip.

    Attributes:
        folder: the take's folder; results, checkpoints and previews go there.
        footage: clips that are given and stay as they are.
        next_keyframe: the keyframe on which the next pass begins, one frame past this one's end,
            so that both passes share their border; its ``frame`` is not read.
        width, height: size of the finished film; the draft takes its aspect ratio from them.
        model: a name from the catalogue or the path of a model folder.
        num_steps, shift, guidance_scale, guidance_interval, solver: None leaves the choice to the
            model's own defaults. The interval is of sigma: outside of it there is no CFG.
        negative_caption: what CFG leads away from.
        caption_focus: how much more a shot's latents attend to their own caption than to those of
            other shots, as a factor's natural logarithm; 0 is off.
    """

    kind: Literal["draft"] = "draft"
    job_id: str
    folder: str
    shots: tuple[ShotSpec, ...] = Field(min_length=1)
    footage: tuple[FootageSpec, ...] = ()
    next_keyframe: KeyframeSpec | None = None
    caption: str = ""
    negative_caption: str = ""
    rate: FrameRate
    width: int = Field(gt=0, le=16_384)
    height: int = Field(gt=0, le=16_384)
    model: str = "starter"
    loras: tuple[LoraSpec, ...] = ()
    seed: int = Field(default=0, ge=0, lt=2**63)
    num_steps: int | None = Field(default=None, ge=1, le=1000)
    shift: float | None = Field(default=None, gt=0, le=100)
    guidance_scale: float | None = Field(default=None, ge=0, le=100)
    guidance_interval: tuple[float, float] | None = None
    solver: SolverName | None = None
    caption_focus: float = Field(default=0.0, ge=0, le=20)
    ablation: Ablation = Ablation()
    compute: ComputeOptions = ComputeOptions()


class RefineJob(Message):
    """Director-SR on a finished draft: the master, at the size the draft job named.

    Attributes:
        noise: how much noise is laid over z_LR, 0 to 1; None leaves it to the model.
        upsampling, head_colour: how z_LR is lifted, and what is done about the step in colour that
            a chunk head may show; None leaves them to the model.
    """

    kind: Literal["refine"] = "refine"
    job_id: str
    folder: str
    model: str = "starter"
    loras: tuple[LoraSpec, ...] = ()
    num_steps: int | None = Field(default=None, ge=1, le=1000)
    solver: SolverName | None = None
    noise: float | None = Field(default=None, ge=0, le=1)
    upsampling: Upsampling | None = None
    head_colour: HeadColour | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)
    compute: ComputeOptions = ComputeOptions()


class UpscaleJob(Message):
    """Director-SR alone: any movie, with any number of full-resolution reference frames.

    Attributes:
        video: absolute path of the movie; frames ``[start, stop)`` of it, to the end when None.
        references: pictures of single frames, ``frame`` counted from ``start``.
        caption: what is to be seen, as far as the user cares to say.
        width, height: size of the result.
    """

    kind: Literal["upscale"] = "upscale"
    job_id: str
    folder: str
    video: str
    start: int = Field(default=0, ge=0)
    stop: int | None = Field(default=None, gt=0)
    references: tuple[KeyframeSpec, ...] = ()
    caption: str = ""
    width: int = Field(gt=0, le=16_384)
    height: int = Field(gt=0, le=16_384)
    model: str = "starter"
    loras: tuple[LoraSpec, ...] = ()
    num_steps: int | None = Field(default=None, ge=1, le=1000)
    solver: SolverName | None = None
    noise: float | None = Field(default=None, ge=0, le=1)
    upsampling: Upsampling | None = None
    head_colour: HeadColour | None = None
    seed: int = Field(default=0, ge=0, lt=2**63)
    compute: ComputeOptions = ComputeOptions()


ModelJob = DraftJob | RefineJob | UpscaleJob
"""What a net does."""
