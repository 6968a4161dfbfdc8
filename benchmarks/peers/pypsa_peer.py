"""The one-site problem in PyPSA with HiGHS. Run by `pypsa_site.py` in an environment that has PyPSA.

    python pypsa_peer.py SERIES.csv SHARE CONSTANTS [METHOD]     METHOD: choose, simplex, ipm

CONSTANTS is the JSON object that `benchmarks/site_problem.py` explains.
"""

import json
import logging
import resource
import sys
import time
import warnings

BEGAN = time.perf_counter()
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

import pandas as pd
import pypsa

path, share, k = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3])
method = sys.argv[4] if len(sys.argv) > 4 else "choose"
ETA = k["eta"]
data = pd.read_csv(path)
begin = time.perf_counter()
n = pypsa.Network()
n.set_snapshots(pd.date_range("2019-01-01", periods=len(data), freq="h"))


def column(name):
    return pd.Series(data[name].to_numpy(), n.snapshots)


n.add("Bus", ["dc", "cells"])
n.add("Load", "it", bus="dc", p_set=column("load_mw"))
for name in ("solar", "wind"):
    usd = k[f"{name}_usd_per_mw"]
    n.add("Generator", name, bus="dc", p_nom_extendable=True, capital_cost=usd, p_max_pu=column(f"{name}_cf"))
n.add("Generator", "grid", bus="dc", p_nom=k["connection_mw"], marginal_cost=column("grid_price"))
if k["export_mw"]:
    sale = column("grid_price") - k["export_discount_usd_per_mwh"]
    n.add("Generator", "sale", bus="dc", p_nom=k["export_mw"], p_min_pu=-1, p_max_pu=0, marginal_cost=sale)
n.add(
    "Store", "energy", bus="cells", e_nom_extendable=True, e_cyclic=True, capital_cost=k["battery_usd_per_mwh"],
    standing_loss=1 - k["keep"],
)
inverter = {"efficiency": ETA, "p_nom_extendable": True}
n.add("Link", "charger", bus0="dc", bus1="cells", capital_cost=k["battery_usd_per_mw"], **inverter)
n.add("Link", "discharger", bus0="cells", bus1="dc", marginal_cost=k["wear_usd_per_mwh"], **inverter)
m = n.optimize.create_model()
link = m.variables["Link-p_nom"]
dim = link.dims[0]
m.add_constraints(link.sel({dim: "charger"}) - link.sel({dim: "discharger"}) == 0, name="one_inverter")
power = m.variables["Generator-p"]
dim = next(k for k in power.dims if k != "snapshot")
if k["export_mw"]:
    sold = -power.sel({dim: "sale"}).sum()
    m.add_constraints(sold <= k["export_share"] * float(data["load_mw"].sum()), name="sold")
if share > 0:
    most = (1 - share) * float(data["load_mw"].sum())
    m.add_constraints(power.sel({dim: "grid"}).sum() <= most, name="share")
built = time.perf_counter()
n.optimize.solve_model(solver_name="highs", solver_options={"solver": method, "output_flag": False})
end = time.perf_counter()
print(
    json.dumps(
        {
            "usd": float(m.objective.value),
            "build_s": built - begin,
            "solve_s": end - begin,
            "whole_s": end - BEGAN,
            "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
