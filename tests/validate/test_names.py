"""Names as sources write them mean the right catalog rows."""

from __future__ import annotations

import pytest

from planner.catalog import load
from planner.validate.books import Books, books
from planner.validate.entry import Excluded
from planner.validate.labels import family


@pytest.fixture(scope="module")
def known() -> Books:
    return books(load())


@pytest.mark.parametrize(
    ("written", "id"),
    [
        ("A100-80GB-SXM", "nvidia_a100_sxm4_80gb"),
        ("A100-SXM-80GB", "nvidia_a100_sxm4_80gb"),
        ("A100-40GB-SXM", "nvidia_a100_sxm4_40gb"),
        ("A100-PCIe-80GB", "nvidia_a100_pcie_80gb"),
        ("H100-80GB-SXM", "nvidia_h100_sxm_80gb"),
        ("H100-SXM", "nvidia_h100_sxm_80gb"),
        ("H100", "nvidia_h100_sxm_80gb"),
        ("H100-PCIe", "nvidia_h100_pcie_80gb"),
        ("H100-96GB-HBM2e-500W", "nvidia_h100_sxm_96gb_500w"),
        ("H800", "nvidia_h800_sxm_80gb"),
        ("GB200-NVL72", "nvidia_gb200"),
        ("B300-SXM", "nvidia_b300_sxm_288gb"),
        ("MI355X", "amd_mi355x"),
        ("TPU-v5p", "google_tpu_v5p"),
        ("TPUv3", "google_tpu_v3"),
        ("Gaudi3", "intel_gaudi3"),
        ("L40S", "nvidia_l40s"),
        ("L40", "nvidia_l40"),
        ("A100-80G", "nvidia_a100_sxm4_80gb"),
        ("H100 SXM5 80 GB", "nvidia_h100_sxm_80gb"),
        ("H100 x 8", "nvidia_h100_sxm_80gb"),
        ("NVIDIA DGX H100", "nvidia_h100_sxm_80gb"),
        ("NVIDIA H100 GPU", "nvidia_h100_sxm_80gb"),
        ("NVIDIA H100 Tensor Core GPU", "nvidia_h100_sxm_80gb"),
        ("Intel Gaudi 3 AI accelerator", "intel_gaudi3"),
        ("Habana Gaudi2", "intel_gaudi2"),
        ("Cloud TPU v5e", "google_tpu_v5e"),
        ("TPU v5 lite", "google_tpu_v5e"),
        ("v5litepod-8", "google_tpu_v5e"),
        ("trn1.32xlarge", "aws_trainium1"),
        ("inf2.48xlarge", "aws_inferentia2"),
        ("MI300X x8", "amd_mi300x"),
    ],
)
def test_accelerators(known: Books, written: str, id: str) -> None:
    assert known.accelerator(written).id == id


@pytest.mark.parametrize("written", ["L41", "B60", "H900", "", "GPU", "80GB", "80 GB", "NVIDIA DGX Spark", "WSE-9"])
def test_accelerators_that_nobody_knows(known: Books, written: str) -> None:
    with pytest.raises(Excluded, match="no accelerator"):
        known.accelerator(written)


def test_a_chip_sits_in_the_machine_with_the_fastest_network(known: Books) -> None:
    h100 = known.chip(known.accelerator("H100-SXM"))
    assert (h100.count, h100.domain, h100.scale_out) == (8, 8, 50e9)
    assert known.chip(known.accelerator("MI350X")).count == 8


@pytest.mark.parametrize(
    ("model", "name"),
    [("meta-llama/Llama-3.1-70B", "llama"), ("GPT-1.7B", "gpt"), ("deepseek-ai/DeepSeek-V3", "deepseek"), ("", "")],
)
def test_families(model: str, name: str) -> None:
    assert family(model) == name
