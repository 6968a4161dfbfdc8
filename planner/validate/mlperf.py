"""What MLPerf Inference leaves out of its result files: lengths of its data sets, latency bounds, kinds of work.

Lengths are means over the data set in tokens of the model: prompts from the task forces' descriptions and reference
implementations (confidence: memory, medium), answers where a row gives none. Bounds are of rules v4.1 and v5.1: seconds
to the first token and from token to token.
"""

from __future__ import annotations

LENGTHS = {
    "llama-2-70b": (284.0, 294.0),
    "gpt-j-6b": (778.0, 69.0),
    "llama-3.1-8b": (778.0, 128.0),
    "mixtral-8x7b": (240.0, 145.0),
    "llama-3.1-405b": (9428.0, 652.0),
    "deepseek-v3": (800.0, 3700.0),
}
"""Tokens of prompt and answer by model of the catalogs."""

TARGETS_S = {
    ("llama-2-70b", "Server"): (2.0, 0.2),
    ("llama-2-70b", "Interactive"): (0.45, 0.04),
    ("llama-3.1-8b", "Server"): (2.0, 0.1),
    ("llama-3.1-8b", "Interactive"): (0.5, 0.03),
    ("llama-3.1-405b", "Server"): (6.0, 0.175),
    ("llama-3.1-405b", "Interactive"): (4.5, 0.08),
    ("mixtral-8x7b", "Server"): (2.0, 0.2),
    ("deepseek-v3", "Server"): (2.0, 0.08),
    ("gpt-j-6b", "Server"): (20.0, 0.2),
}

WORKS = {
    "resnet50": "vision",
    "bert": "embedding",
    "dlrm-v2": "recommendation",
    "dlrm": "recommendation_dlrm1",
    "retinanet": "detection",
    "3d-unet": "imaging",
    "stable-diffusion-xl": "image_generation",
    "whisper": "speech",
    "rnnt": "speech_rnnt",
    "rgat": "graph",
}
"""Kind of work (rows of kind `service`) by the beginning of a benchmark's name, the longest that fits."""

TUNED = "maxq"
"""Word of a system's name: run with its power limits lowered for the best work per watt."""


def work_of(model: str) -> str:
    """The kind of work a benchmark stands for; empty where it is none that is looked up."""
    fits = [name for name in WORKS if model.lower().startswith(name)]
    return WORKS[max(fits, key=len)] if fits else ""


def tuned(system: str) -> bool:
    """Whether a system ran with its power limits lowered."""
    return TUNED in system.lower()
