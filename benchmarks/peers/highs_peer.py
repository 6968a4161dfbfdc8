"""The one-site problem as sparse arrays handed straight to HiGHS: the floor for every modelling tool.

    python highs_peer.py SERIES.csv SHARE CONSTANTS METHOD     METHOD: simplex, ipm, ipm-no-crossover

CONSTANTS is the JSON object that `benchmarks/site_problem.py` explains.
"""

from __future__ import annotations

import json
import resource
import sys
import time

BEGAN = time.perf_counter()

import highspy
import numpy as np
import scipy.sparse as sp

path, share, k, method = sys.argv[1], float(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4]
USD = [k[f"{n}_usd_per_{unit}"] for n, unit in (("solar", "mw"), ("wind", "mw"), ("battery", "mw"), ("battery", "mwh"))]
ETA = k["eta"]
d = np.genfromtxt(path, delimiter=",", names=True)
begin = time.perf_counter()
T = len(d)
eye, ones = sp.identity(T, format="csc"), np.ones((T, 1))
zero, none = sp.csc_matrix((T, T)), sp.csc_matrix((T, 1))
before = sp.csc_matrix((np.ones(T), (np.arange(T), (np.arange(T) - 1) % T)), shape=(T, T))
# columns: solar wind power energy | solar wind import charge discharge (cells) level export
rows = [
    sp.hstack([none, none, none, none, eye, eye, eye, -eye, ETA * eye, zero, -eye]),
    sp.hstack([-d["solar_cf"][:, None], none, none, none, eye, zero, zero, zero, zero, zero, zero]),
    sp.hstack([none, -d["wind_cf"][:, None], none, none, zero, eye, zero, zero, zero, zero, zero]),
    sp.hstack([none, none, -ones, none, zero, zero, zero, eye, zero, zero, zero]),
    sp.hstack([none, none, -ones, none, zero, zero, zero, zero, eye, zero, zero]),
    sp.hstack([none, none, none, -ones, zero, zero, zero, zero, zero, eye, zero]),
    sp.hstack([none, none, none, none, zero, zero, zero, -ETA * eye, eye, eye - k["keep"] * before, zero]),
    sp.csc_matrix(np.concatenate([np.zeros(4 + 6 * T), np.ones(T)])[None, :]),
]
low = [d["load_mw"], *[np.full(T, -np.inf)] * 5, np.zeros(T), np.array([-np.inf])]
high = [d["load_mw"], *[np.zeros(T)] * 6, np.array([k["export_share"] * d["load_mw"].sum()])]
if share > 0:
    rows.append(sp.csc_matrix(np.concatenate([np.zeros(4 + 2 * T), np.ones(T), np.zeros(4 * T)])[None, :]))
    low.append(np.array([-np.inf]))
    high.append(np.array([(1 - share) * d["load_mw"].sum()]))
a = sp.vstack(rows).tocsc()
lp = highspy.HighsLp()
lp.num_row_, lp.num_col_ = a.shape
price, wear = d["grid_price"], np.full(T, k["wear_usd_per_mwh"])
sale = k["export_discount_usd_per_mwh"] - price
lp.col_cost_ = np.concatenate([USD, np.zeros(2 * T), price, np.zeros(T), wear, np.zeros(T), sale])
lp.col_lower_ = np.zeros(lp.num_col_)
upper = np.full(lp.num_col_, np.inf)
upper[4 + 2 * T : 4 + 3 * T] = k["connection_mw"]
upper[4 + 6 * T :] = k["export_mw"]
lp.col_upper_ = upper
lp.row_lower_, lp.row_upper_ = np.concatenate(low), np.concatenate(high)
lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = a.indptr, a.indices, a.data
h = highspy.Highs()
h.setOptionValue("output_flag", False)
h.setOptionValue("solver", "ipm" if method.startswith("ipm") else method)
if method == "ipm-no-crossover":
    h.setOptionValue("run_crossover", "off")
h.passModel(lp)
h.run()
end = time.perf_counter()
print(
    json.dumps(
        {
            "usd": h.getInfo().objective_function_value,
            "method": method,
            "solve_s": end - begin,
            "whole_s": end - BEGAN,
            "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }
    )
)
