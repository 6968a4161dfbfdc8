"""What the rows of each kind must hold, what they point at, and which figures a plan rests on."""

from __future__ import annotations

REQUIRED: dict[str, tuple[str, ...]] = {
    "node": (
        "accelerators",
        "cores",
        "embodied_kgco2e",
        "idle_w",
        "max_w",
        "nic_gbps",
        "nics",
        "rack_units",
        "sustained_w",
    ),
    "price_node": ("purchase_usd",),
    "price_rental": ("usd_per_hour",),
    "price_cloud": ("usd_per_hour",),
    "switch": ("port_gbps", "ports", "rack_units", "typical_w"),
    "price_switch": ("price_usd",),
    "optic": ("gbps", "w_each"),
    "cable": ("gbps", "reach_m", "w_each"),
    "price_cable": ("price_usd",),
    "price_optic": ("price_usd",),
    "nic": ("port_gbps",),
    "model": ("params_b",),
}
"""Figures without which a row of the kind does not load."""

REQUIRED_TEXT: dict[str, tuple[str, ...]] = {
    "accelerator": ("family", "vendor"),
    "node": ("class", "cooling", "vendor"),
    "price_rental": ("node", "plan", "provider", "region"),
    "model": ("modality",),
}
"""Texts without which a row of the kind does not load."""

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("accelerator", "family"): ("asic", "gpu", "tpu"),
    ("node", "class"): ("accelerated", "cpu"),
    ("node", "cooling"): ("air", "liquid"),
    ("price_rental", "plan"): ("1y", "3y", "on_demand", "spot"),
    ("energy", "behaviour"): ("as_produced", "dispatchable", "stored"),
    ("energy", "mounting"): ("roof", "tracker"),
    ("energy", "resource"): ("solar", "wind"),
    ("model", "modality"): ("embedding", "llm", "vision"),
    ("model", "attention"): ("gqa", "mha", "mla"),
}
"""Texts that are one of a few words, by kind and field."""

USED: dict[str, tuple[str, ...]] = {
    "accelerator": (
        "bf16_tflops",
        "fp8_tflops",
        "mem_gb",
        "mem_gb_per_s",
        "scale_up_domain",
        "scale_up_gb_per_s",
        "tdp_w",
    ),
    "node": ("local_nvme_tb", "ram_gb"),
}
"""Figures that a plan uses where a row has them, beside the required ones."""

REFERENCES: tuple[tuple[str, str, str], ...] = (
    ("node", "accelerator", "accelerator"),
    ("price_accelerator", "accelerator", "accelerator"),
    ("price_cloud", "accelerator", "accelerator"),
    ("price_node", "node", "node"),
    ("price_rental", "node", "node"),
)
"""Kind, text field, kind that it names an id of."""

BEHAVIOURS: dict[str, tuple[str, ...]] = {
    "as_produced": ("capex_usd_per_kw", "embodied_kgco2e_per_kw", "fixed_om_usd_per_kw_year", "life_years"),
    "dispatchable": ("capex_usd_per_kw", "electric_efficiency_hhv", "fuel_kgco2e_per_kwh", "life_years"),
    "stored": (
        "embodied_kgco2e_per_kwh",
        "energy_usd_per_kwh",
        "fixed_om_fraction",
        "life_years",
        "power_usd_per_kw",
        "round_trip_efficiency",
        "usable_fraction",
    ),
}
"""Figures without which an energy row of a behaviour cannot be planned with, though it may be looked at."""

PRICED: tuple[tuple[str, str], ...] = (
    ("price_cable", "cable"),
    ("price_node", "node"),
    ("price_optic", "optic"),
    ("price_storage", "storage_unit"),
    ("price_switch", "switch"),
)
"""Kinds of prices whose rows carry the id of what they price."""


def needed(kind: str) -> tuple[str, ...]:
    """The figures that a plan reads from a row of the kind; empty where every figure counts."""
    return (*REQUIRED.get(kind, ()), *USED.get(kind, ()))
