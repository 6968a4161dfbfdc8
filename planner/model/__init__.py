"""The model as plain data: columns, rows, hourly buses, ledger and tallies. Knows no solver.

Blocks share nothing but this. A decision that is one number is a *column*; the year lives on *hourly buses*, on which a
block declares what it draws (`column x profile`) and which dispatchable parts there are; only engines expand hours.
Money is posted on the *ledger*, everything counted but not priced on *tallies*. The objective is the sum of the ledger.

Shapes: a profile is a float or an array of shape (hours of the period's calendar,).
Units: kW on hourly buses, kWh in dispatch, USD on the ledger; a tally's unit is the suffix of its name (`co2_kg`).
"""

from planner.model.bus import Bus
from planner.model.calendar import Calendar, Profile
from planner.model.columns import (
    Col,
    Column,
    Cost,
    Count,
    Row,
    Sense,
    Settled,
    TallyKey,
    TallyPrice,
    Terms,
    name_keys,
    name_of,
)
from planner.model.model import Model
from planner.model.parts import Available, Cover, Draw, Export, Import, Meter, Outage, Peak, Store

__all__ = [
    "Available",
    "Bus",
    "Calendar",
    "Col",
    "Column",
    "Cost",
    "Count",
    "Cover",
    "Draw",
    "Export",
    "Import",
    "Meter",
    "Model",
    "Outage",
    "Peak",
    "Profile",
    "Row",
    "Sense",
    "Settled",
    "Store",
    "TallyKey",
    "TallyPrice",
    "Terms",
    "name_keys",
    "name_of",
]
