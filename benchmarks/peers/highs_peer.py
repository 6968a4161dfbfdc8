"""The one-site problem as sparse arrays handed straight to HiGHS: the floor for every modelling tool.

    python highs_peer.py SERIES.csv SHARE METHOD     METHOD: simplex, ipm, ipm-no-crossover
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

USD = (95_000.0, 150_000.0, 22_000.0, 26_000.0)
ETA, WEAR, CONNECTION_MW = 0.94, 0.5, 30.0

path, share, method = sys.argv[1], float(sys.argv[2]), sys.argv[3]
d = np.genfromtxt(path, delimiter=",", names=True)
begin = time.perf_counter()
T = len(d)
eye, ones = sp.identity(T, format="csc"), np.ones((T, 1))
zero, none = sp.csc_matrix((T, T)), sp.csc_matrix((T, 1))
before = sp.csc_matrix((np.ones(T), (np.arange(T), (np.arange(T) - 1) % T)), shape=(T, T))
# columns: solar wind power energy | solar wind import charge discharge (cells) level
rows = [
    sp.hstack([none, none, none, none, eye, eye, eye, -eye, ETA * eye, zero]),
    sp.hstack([-d["solar_cf"][:, None], none, none, none, eye, zero, zero, zero, zero, zero]),
    sp.hstack([none, -d["wind_cf"][:, None], none, none, zero, eye, zero, zero, zero, zero]),
    sp.hstack([none, none, -ones, none, zero, zero, zero, eye, zero, zero]),
    sp.hstack([none, none, -ones, none, zero, zero, zero, zero, eye, zero]),
    sp.hstack([none, none, none, -ones, zero, zero, zero, zero, zero, eye]),
    sp.hstack([none, none, none, none, zero, zero, zero, -ETA * eye, eye, eye - before]),
]
low = [d["load_mw"], *[np.full(T, -np.inf)] * 5, np.zeros(T)]
high = [d["load_mw"], *[np.zeros(T)] * 6]
if share > 0:
    rows.append(sp.csc_matrix(np.concatenate([np.zeros(4 + 2 * T), np.ones(T), np.zeros(3 * T)])[None, :]))
    low.append(np.array([-np.inf]))
    high.append(np.array([(1 - share) * d["load_mw"].sum()]))
a = sp.vstack(rows).tocsc()
lp = highspy.HighsLp()
lp.num_row_, lp.num_col_ = a.shape
lp.col_cost_ = np.concatenate([USD, np.zeros(2 * T), d["grid_price"], np.zeros(T), np.full(T, WEAR), np.zeros(T)])
lp.col_lower_ = np.zeros(lp.num_col_)
upper = np.full(lp.num_col_, np.inf)
upper[4 + 2 * T : 4 + 3 * T] = CONNECTION_MW
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
