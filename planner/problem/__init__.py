"""Scenario + catalog -> Problem: everything resolved to numbers in base units; nothing missing, nothing to look up.

These are the types; `planner/resolve/` makes them. Units: kW, kWh, USD, kgCO2e, litres, bytes, seconds, years.
Every record carries `origin` (scenario `file:line` or catalog `kind/id`); `cites` name the fields behind a number.
"""

from planner.machine import Cite, FailureEvent, Machine
from planner.problem.equipment import FabricClass, StorageTier, Switch
from planner.problem.horizon import Finance, Period, Series
from planner.problem.plant import Battery, Cooling, Generator, PowerTrain, Producer
from planner.problem.problem import Problem, Workload
from planner.problem.site import Hall, Site
from planner.problem.utility import Certificate, Coincident, Green, Grid, Ppa, Ratchet, Shared, Tariff, Window

__all__ = [
    "Battery",
    "Certificate",
    "Cite",
    "Coincident",
    "Cooling",
    "FabricClass",
    "FailureEvent",
    "Finance",
    "Generator",
    "Green",
    "Grid",
    "Hall",
    "Machine",
    "Period",
    "PowerTrain",
    "Ppa",
    "Problem",
    "Producer",
    "Ratchet",
    "Series",
    "Shared",
    "Site",
    "StorageTier",
    "Switch",
    "Tariff",
    "Window",
    "Workload",
]
