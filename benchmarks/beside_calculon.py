"""Beside Calculon on the A100 measurements that it was judged by: the mean error here and there, row for row.

    python benchmarks/beside_calculon.py [--calculon FOLDER]     a checkout of calculon-ai/calculon; half a minute

Rows (benchmarks/data/peers/a100_training.csv): the 109 of vTrain on 64 to 512 GPUs (VIA-Research/vTrain@f8dda847,
data/ground_truth_multi.csv), the 10 of Megatron-LM's table at SC'21 (NVIDIA/Megatron-LM@50a4b5fa,
images/cases_april2021.png; step time by equation 3 of arXiv 2104.04473), the 8 of Calculon's own validation (arXiv
2205.05198, table 5). Of these 44, 8 and 4 are among the rows that coefficients are fitted to; the others, and all of
them by coefficients fitted without the source, are shown apart. With `--calculon` its files are run beside: its A100
80 GB system as shipped, a NIC for each GPU.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from training_fit import fit, unfitted
from training_steps import measured

from planner.validate.books import Books
from planner.validate.entry import Entry
from planner.validate.run import validate

ROWS = Path(__file__).parent / "data" / "peers" / "a100_training.csv"
RESULTS = Path(__file__).parent / "results" / "beside_calculon.json"
PUBLISHED = {"megatron_sc21": 0.103, "megatron_seqsel": 0.0365, "vtrain_multi": 0.154}
"""Mean error of Calculon (@caa4b11) on these rows as measured by us; the second is what its authors print too."""
VOCABULARY = 51_200
NOTES = {"vtrain_multi": "800 Gb/s per node"}
"""The network that the sets' own configurations name, where it is not that of the commonest machine."""
PAPERS = {"megatron_seqsel": "arXiv 2205.05198"}
Record = dict[str, str]
Key = tuple[str, int]


def records() -> list[Record]:
    with ROWS.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def entry(r: Record, index: int) -> Entry:
    """A record in the form of `aiplan validate`."""
    whole = {k: int(r[k]) for k in ("gpus", "batch", "micro_batch", "hidden", "heads", "layers", "sequence")}
    split = {"tp": int(r["tensor"]), "pp": int(r["pipeline"]), "dp": int(r["data"]), "vp": int(r["interleave"])}
    data = {
        "id": f"{r['source']}-{int(r['row']):03}",
        "source": r["source"],
        "model": {
            "name": f"GPT-{r['params_b']}B", "params": float(r["params_b"]) * 1e9, "layers": whole["layers"],
            "hidden": whole["hidden"], "heads": whole["heads"], "kv_heads": whole["heads"],
            "ffn": 4 * whole["hidden"], "vocab": VOCABULARY, "seq_len": whole["sequence"], "glu": False,
        },
        "accelerator": "A100-80GB-SXM",
        "count": whole["gpus"],
        "parallelism": {
            **split, "ep": 1, "cp": 1, "fsdp": False, "seq_par": r["recompute"] == "selective",
            "microbatch": whole["micro_batch"], "global_batch": whole["batch"],
        },
        "precision": "fp16",
        "recompute": r["recompute"],
        "metric": "step_time_s",
        "value": float(r["step_s"]),
        "url_or_repo_path": PAPERS.get(r["source"], ""),
        "notes": NOTES.get(r["source"], ""),
    }  # fmt: skip
    return Entry(data, index, index)


def errors(rows: Sequence[Record], known: Books) -> list[float | None]:
    """Predicted over measured less one, none where a row cannot be predicted."""
    results = validate([entry(r, i + 1) for i, r in enumerate(rows)], known).results
    return [None if result.excluded else result.error for result in results]


def calculon(rows: Sequence[Record], folder: Path) -> list[float | None]:
    """The same by Calculon."""
    sys.path.insert(0, folder.as_posix())
    from calculon.llm import Llm  # type: ignore[import-not-found]
    from calculon.system import System  # type: ignore[import-not-found]

    system = System(json.loads((folder / "systems" / "a100_80g.json").read_text(encoding="utf-8")))
    log = logging.getLogger("calculon")
    log.setLevel(logging.ERROR)
    return [_calculon(r, Llm, system, log) for r in rows]


def _calculon(r: Record, llm: type, system: object, log: logging.Logger) -> float | None:
    n = {k: int(v) for k, v in r.items() if k not in ("source", "params_b", "recompute", "step_s")}
    selective = r["recompute"] == "selective"
    shape = {
        "hidden": n["hidden"], "feedforward": 4 * n["hidden"], "seq_size": n["sequence"], "attn_heads": n["heads"],
        "attn_size": n["hidden"] // n["heads"], "num_blocks": n["layers"], "name": r["source"],
    }  # fmt: skip
    execution = {
        "num_procs": n["gpus"], "tensor_par": n["tensor"], "pipeline_par": n["pipeline"], "data_par": n["data"],
        "tensor_par_net": 0 if n["tensor"] <= 8 else 1, "pipeline_par_net": 1, "data_par_net": 1,
        "batch_size": n["batch"], "microbatch_size": n["micro_batch"], "datatype": "float16",
        "fused_activation": False, "attention_type": "multihead",
        "activation_recompute": "attn_only" if selective else "full", "pipeline_interleaving": n["interleave"],
        "optimizer_sharding": False, "tensor_par_comm_type": "rs_ag" if selective else "ar",
        "tensor_par_overlap": "none", "seq_par_ag_redo": selective, "data_par_overlap": False,
        "weight_offload": False, "activations_offload": False, "optimizer_offload": False, "training": True,
    }  # fmt: skip
    try:
        made = llm(llm.Application(shape), log)  # type: ignore[attr-defined]
        made.compile(system, llm.Execution.from_json(execution))  # type: ignore[attr-defined]
        made.run(system)
        return float(made.get_stats_json(False)["total_time"]) / float(r["step_s"]) - 1
    except Exception as why:  # its own errors say what layout it refuses
        print(f"Calculon refuses {r['source']}-{r['row']}: {why}", file=sys.stderr)
        return None


def mean(found: Sequence[float | None]) -> float | None:
    kept = [abs(e) for e in found if e is not None]
    return round(sum(kept) / len(kept), 4) if kept else None


def compared(peer: Callable[[Sequence[Record]], list[float | None]] | None) -> Iterator[dict[str, object]]:
    """Mean errors by source: here, here of rows never fitted, here by a fit without the source, and Calculon's."""
    known, found, rows = measured(unfitted)
    fitted = {str(e.data.get("id")) for e in found}
    everything = records()
    for source, there in PUBLISHED.items():
        mine = [r for r in everything if r["source"] == source]
        here = errors(mine, known)
        unseen = [e for r, e in zip(mine, here, strict=True) if f"{source}-{int(r['row']):03}" not in fitted]
        without = replace(known, coefficients=fit([r for r in rows if r.source != source]).coefficients(known))
        yield {
            "source": source,
            "n": len(mine),
            "mape": mean(here),
            "never_fitted_n": len(unseen),
            "never_fitted": mean(unseen),
            "left_out": mean(errors(mine, without)),
            "calculon": mean(peer(mine)) if peer else there,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calculon", type=Path, help="a checkout of it, to run beside")
    folder = parser.parse_args().calculon
    made = list(compared((lambda rows: calculon(rows, folder)) if folder else None))
    print(f"{'rows':<18}{'n':>6}{'all':>10}{'never fitted':>16}{'source left out':>18}{'Calculon':>12}")
    for g in made:
        cells = f"{g['mape']:>10.1%}{g['never_fitted']:>16.1%}{g['left_out']:>18.1%}{g['calculon']:>12.1%}"
        print(f"{g['source']:<18}{g['n']:>6}{cells}")
    RESULTS.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
