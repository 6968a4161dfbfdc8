"""What accounts, items and units of a plan are called in FOCUS: its allowed values, its form of units."""

from __future__ import annotations

from dataclasses import dataclass

PURCHASE, USAGE, ADJUSTMENT = "Purchase", "Usage", "Adjustment"
"""Charge categories."""
ONCE, RECURRING, USED = "One-Time", "Recurring", "Usage-Based"
"""Charge frequencies; a purchase is never `Usage-Based`."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service, the category and subcategory that every charge of it has."""

    name: str
    category: str
    subcategory: str


COMPUTE = Service("Machines", "Compute", "Other (Compute)")
NETWORK = Service("Network", "Networking", "Network Infrastructure")
TRAFFIC = Service("Traffic", "Networking", "Network Connectivity")
STORAGE = Service("Storage", "Storage", "Storage Platforms")
ELECTRICITY = Service("Electricity", "Other", "Other (Other)")
ENERGY_PLANT = Service("Energy plant", "Other", "Other (Other)")
FACILITY = Service("Facility", "Other", "Other (Other)")
SUSTAINABILITY = Service("Carbon and water", "Other", "Other (Other)")
SOFTWARE = Service("Licences", "Other", "Other (Other)")

OF_ORIGIN = {
    "node": COMPUTE,
    "price_node": COMPUTE,
    "price_rental": COMPUTE,
    "accelerator": COMPUTE,
    "switch": NETWORK,
    "circuit_switch": NETWORK,
    "optic": NETWORK,
    "cable": NETWORK,
    "nic": NETWORK,
    "wan": TRAFFIC,
    "storage_unit": STORAGE,
    "storage_scheme": STORAGE,
    "price_storage": STORAGE,
    "energy": ENERGY_PLANT,
}
"""Services by the kind of catalog row that a line comes from; others are the facility's."""

OF_ACCOUNT: dict[str, tuple[Service | None, str, str]] = {
    "purchase": (None, PURCHASE, ONCE),
    "resale": (None, ADJUSTMENT, ONCE),
    "maintenance": (None, PURCHASE, RECURRING),
    "rent": (None, USAGE, RECURRING),
    "licence": (SOFTWARE, PURCHASE, RECURRING),
    "staff": (FACILITY, PURCHASE, RECURRING),
    "space": (FACILITY, PURCHASE, RECURRING),
    "heat_plant": (FACILITY, PURCHASE, RECURRING),
    "reused_heat": (FACILITY, USAGE, USED),
    "traffic": (STORAGE, USAGE, USED),
    "wan": (TRAFFIC, USAGE, USED),
    "wear": (ENERGY_PLANT, USAGE, USED),
    "fuel": (ENERGY_PLANT, USAGE, USED),
    "carbon": (SUSTAINABILITY, ADJUSTMENT, USED),
    "certificates": (SUSTAINABILITY, PURCHASE, RECURRING),
    "water": (SUSTAINABILITY, USAGE, USED),
}
"""Service (none: by the line's origin), category and frequency by account; others are electricity that is used."""

SINGULAR = {"switches": "Switch", "batteries": "Battery", "people": "Person"}
PHYSICAL = ("kW", "kWh", "kWdc", "kWp", "MW", "MWh", "W", "Wh", "TB", "GB", "PB", "B", "kg", "kgCO2e", "L", "t", "m3")
"""Units that are written as they are; of energy and mass FOCUS says nothing."""
TIMES = {"months": "Months", "years": "Years", "hours": "Hours", "days": "Days"}


def service(account: str, origin: str) -> Service:
    """The service of a line."""
    named = OF_ACCOUNT.get(account, (ELECTRICITY, USAGE, USED))[0]
    return named or OF_ORIGIN.get(origin.partition("/")[0], FACILITY)


def category(account: str) -> tuple[str, str]:
    """Charge category and frequency of an account."""
    _, found, often = OF_ACCOUNT.get(account, (ELECTRICITY, USAGE, USED))
    return found, often


def unit(text: str) -> str:
    """A unit in FOCUS's form: `Machines`, `Machine-Years`, `kW-Months`, `kWh`; `Units` where the plan names none.

    What stands after a space (`kW of IT`) says what is measured, and is left to the description.
    """
    count, dash, time = text.partition("-")
    count = count.split(" ")[0]
    if not count:
        return "Units"
    if not dash or time not in TIMES:
        return count if count in PHYSICAL else _capital(count)
    return f"{count if count in PHYSICAL else _capital(_singular(count))}-{TIMES[time]}"


def _singular(noun: str) -> str:
    return SINGULAR.get(noun, noun[:-1] if noun.endswith("s") else noun)


def _capital(noun: str) -> str:
    return noun[:1].upper() + noun[1:]
