"""The one-site problem in PyPSA with HiGHS. Run by `pypsa_site.py` in an environment that has PyPSA.

    python pypsa_peer.py SERIES.csv SHARE [METHOD]     METHOD: choose, simplex, ipm
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

USD = {"solar": 95_000.0, "wind": 150_000.0, "battery_mw": 22_000.0, "battery_mwh": 26_000.0}
ETA, WEAR, CONNECTION_MW = 0.94, 0.5, 30.0

path, share, method = sys.argv[1], float(sys.argv[2]), (sys.argv[3] if len(sys.argv) > 3 else "choose")
data = pd.read_csv(path)
begin = time.perf_counter()
n = pypsa.Network()
n.set_snapshots(pd.date_range("2019-01-01", periods=len(data), freq="h"))


def column(name):
    return pd.Series(data[name].to_numpy(), n.snapshots)


n.add("Bus", ["dc", "cells"])
n.add("Load", "it", bus="dc", p_set=column("load_mw"))
for name in ("solar", "wind"):
    n.add("Generator", name, bus="dc", p_nom_extendable=True, capital_cost=USD[name], p_max_pu=column(f"{name}_cf"))
n.add("Generator", "grid", bus="dc", p_nom=CONNECTION_MW, marginal_cost=column("grid_price"))
n.add("Store", "energy", bus="cells", e_nom_extendable=True, e_cyclic=True, capital_cost=USD["battery_mwh"])
n.add("Link", "charger", bus0="dc", bus1="cells", efficiency=ETA, p_nom_extendable=True, capital_cost=USD["battery_mw"])
n.add("Link", "discharger", bus0="cells", bus1="dc", efficiency=ETA, p_nom_extendable=True, marginal_cost=WEAR)
m = n.optimize.create_model()
link = m.variables["Link-p_nom"]
dim = link.dims[0]
m.add_constraints(link.sel({dim: "charger"}) - link.sel({dim: "discharger"}) == 0, name="one_inverter")
power = m.variables["Generator-p"]
dim = next(k for k in power.dims if k != "snapshot")
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
