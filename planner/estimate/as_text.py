"""Answers of `aiplan estimate` as a table and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.estimate.ask_training import Answer
    from planner.estimate.by_topology import Steps

RANGES = ("step_s", "tokens_per_s", "days", "energy_mwh")
DIGITS = 6


def training_json(question: Mapping[str, Any], found: Answer, topologies: Sequence[Steps] = ()) -> str:
    """One object: `question`, `answer` (ranges as low, base, high), `topologies` where a switch was named."""
    made = asdict(found)
    for name in RANGES:
        made[name] = dict(zip(("low", "base", "high"), made[name], strict=True))
    for name in ("error", "whole_run"):
        made[name] = dict(zip(("low", "high"), made[name], strict=True))
    made["allocation"] = found.allocation
    made["energy_kwh"] = {key: value * 1e3 for key, value in made.pop("energy_mwh").items()}
    whole: dict[str, Any] = {"question": dict(question), "answer": made}
    if topologies:
        whole["topologies"] = [
            {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(t).items()} for t in topologies
        ]
    return json.dumps(_short(whole), indent=1, allow_nan=False) + "\n"


def training_table(question: Mapping[str, Any], found: Answer, topologies: Sequence[Steps] = ()) -> str:
    """Plain text with a newline at its end."""
    return "\n".join([*_lines(question, found), *_topologies(question, topologies)]) + "\n"


def _topologies(q: Mapping[str, Any], topologies: Sequence[Steps]) -> Iterator[str]:
    if not topologies:
        return
    yield ""
    yield f"Step by topology, s, with switches of {q['switch_ports']} ports ({q['switch']}); switches of the largest"
    counts = topologies[0].machines
    yield f"{'machines':<18}" + "".join(f"{n:>10,}" for n in counts) + f"{'switches':>10}"
    for t in topologies:
        steps = "".join(f"{'-' if s is None else _number(s):>10}" for s in t.step_s)
        last = t.switches[-1]
        yield f"{t.topology:<18}{steps}{'-' if last is None else format(last, ','):>10}"


def _lines(q: Mapping[str, Any], a: Answer) -> Iterator[str]:
    what = f"adapters of {q['model']}" if q["lora"] else q["model"]
    machines = f"{a.machines} x {q['machine']}"
    yield f"Train {what} on {a.accelerators} x {q['accelerator']} ({machines}), {q['precision']}"
    yield f"{_si(q['tokens'])} tokens in batches of {_si(q['batch_tokens'])}, sequences of {q['sequence_tokens']:,}"
    yield ""
    yield f"{'':<26}{'low':>12}{'base':>12}{'high':>12}"
    for title, values, unit in (
        ("step", a.step_s, "s"),
        ("throughput", a.tokens_per_s, "tokens/s"),
        ("whole run", a.days, "days"),
        ("energy of the machines", tuple(v * 1e3 for v in a.energy_mwh), "kWh"),
    ):
        yield f"{title:<26}" + "".join(f"{_number(v):>12}" for v in values) + f" {unit}"
    yield ""
    yield f"{'layout':<26}{_layout(a)}"
    yield f"{'memory':<26}{a.memory_gb:.1f} GB an accelerator, {a.usable_gb:.1f} GB usable"
    use = a.allocation * a.goodput * a.mfu
    parts = f"allocation {a.allocation:.1%} x goodput {a.goodput:.1%} x MFU {a.mfu:.1%}"
    yield f"{'utilisation':<26}{parts} = {use:.1%}"
    yield f"{'checkpoints':<26}every {a.checkpoint_every_s / 60:.0f} min at best"
    yield ""
    yield from _notes(a)


def serving_json(question: Mapping[str, Any], offers: Sequence[Mapping[str, Any]], refused: Sequence[str]) -> str:
    """One object: `question`, `offers` (one for each precision), `refused`."""
    made = {"question": dict(question), "offers": [dict(o) for o in offers], "refused": list(refused)}
    return json.dumps(_short(made), indent=1, allow_nan=False) + "\n"


def serving_table(question: Mapping[str, Any], offers: Sequence[Mapping[str, Any]], refused: Sequence[str]) -> str:
    """Plain text with a newline at its end."""
    return "\n".join(_serving(question, offers, refused)) + "\n"


def _joined(q: Mapping[str, Any], offers: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Replicas over several machines on each topology: what they do, and what their messages meet."""
    if not q.get("switch"):
        return
    yield ""
    if not offers:
        yield "No replica over several machines does more than one within a machine."
        return
    yield f"Replicas over several machines, by topology of {q['switch']}: requests/s of each machine"
    yield f"{'':<18}{'precision':>10}{'machines':>10}{'base':>10}{'to one':>10}{'switches':>10}{'hand-over':>12}"
    for o in offers:
        size = o.get("split_over_machines") or round(1 / o["replicas_per_machine"])
        over, crossed = o["network_oversubscription"], o["network_switches_crossed"]
        handed = f"{o['transfer_s']:.3g} s" if "transfer_s" in o else "-"
        rate = _number(o["requests_per_s_per_machine"]["base"])
        yield f"{o['topology']:<18}{o['precision']:>10}{size:>10}{rate:>10}{over:>10g}{crossed:>10}{handed:>12}"


def _serving(q: Mapping[str, Any], offers: Sequence[Mapping[str, Any]], refused: Sequence[str]) -> Iterator[str]:
    yield f"Serve {q['model']} on {q['machine']} ({q['accelerator']})"
    lengths = f"{q['input_tokens']:g} tokens in, {q['output_tokens']:g} out"
    yield f"{lengths}; first token within {q['ttft']:g} s at the 95th percentile, then {q['tpot']:g} s a token"
    for o in (o for o in offers if "topology" not in o):
        yield ""
        rate = o["requests_per_s_per_machine"]
        yield f"{o['precision']:<26}{'low':>12}{'base':>12}{'high':>12}"
        yield f"{'each machine':<26}" + "".join(f"{_number(rate[k]):>12}" for k in rate) + " requests/s"
        out = [rate[k] * q["output_tokens"] for k in rate]
        yield f"{'':<26}" + "".join(f"{_number(v):>12}" for v in out) + " tokens/s"
        yield f"{'replica':<26}{_replica(o)}"
        late = f"first token {o['ttft_p95_s']:.3g} s at the 95th percentile"
        yield f"{'latency':<26}{late}, then {o['tpot_s']:.3g} s a token"
        for name, key in (("first token", "ttft"), ("each token", "tpot")):
            at = ", ".join(f"p{p} {o[f'{key}_p{p}_s']:.3g} s" for p in (50, 95, 99))
            yield f"{'':<26}{name}: {at}"
        energy = f"{o['energy_wh_per_request']:.3g} Wh a request, {o['requests_per_s_per_kw']:.3g} requests/s a kW"
        served = _number(o["requests_per_s_per_kw"] * o["power_w_per_machine"] / 1e3)
        yield f"{'power':<26}{o['power_w_per_machine']:,.0f} W a machine at its wall at {served} requests/s, {energy}"
        if o["machines"] is not None:
            yield f"{'machines':<26}{o['machines']} for {q['requests_per_s']:g} requests/s, spares not counted"
        low, high = o["error"]["low"] - 1, o["error"]["high"] - 1
        yield f"{o['basis'].capitalize()}: published throughput lay {low:+.0%} to {high:+.0%} from such a prediction."
    yield from _joined(q, [o for o in offers if "topology" in o])
    if q.get("decode_speedup", 1.0) > 1 and q.get("draft_params_b") is None:
        yield ""
        yield "The memory that the weights of a draft take is not counted: say how many with --draft-params-b."
    if refused:
        yield ""
        yield from (f"Not possible: {text}." for text in refused)


def _replica(o: Mapping[str, Any]) -> str:
    stages = f", pipeline {o['pipeline_parallel']}" if o["pipeline_parallel"] > 1 else ""
    if "prefill_engines" in o:
        machines = f"machine{'s' if o['split_over_machines'] > 1 else ''}"
        stages += f", {o['prefill_engines']} engines for prefill and {o['decode_engines']} for decode"
        stages += f" on {o['split_over_machines']} {machines}"
    batch = f"batch {o['batch']:g} (bound by {o['batch_limit']})"
    over = f"experts over {o['expert_parallel']}" if "expert_parallel" in o else f"tensor {o['tensor_parallel']}"
    return f"{over}{stages}, {batch}, planned at {o['load']:.0%} load"


def _layout(a: Answer) -> str:
    lay = a.layout
    degrees = {"tensor": lay.tensor, "pipeline": lay.pipeline, "context": lay.context, "expert": lay.expert}
    named = [f"{name} {degree}" for name, degree in degrees.items() if degree > 1]
    named += [f"data {lay.data}", f"micro-batch {lay.micro}"]
    if lay.interleave > 1:
        named.append(f"interleaved {lay.interleave}")
    named.append("full recomputation" if lay.full_recompute else "selective recomputation")
    return ", ".join(named)


def _notes(a: Answer) -> Iterator[str]:
    low, high = a.error[0] - 1, a.error[1] - 1
    if a.basis == "calibrated":
        yield f"Calibrated: published throughput not used to fit lay {low:+.0%} to {high:+.0%} from such a prediction."
    else:
        yield "Estimated: no published training throughput of this accelerator at this precision stands behind it."
        yield f"Accelerators left out and estimated so lay {low:+.0%} to {high:+.0%} from such a prediction."
    least, most = a.whole_run
    yield f"Whole published runs took {least:.1f} to {most:.1f} times the hours of their steps: restarts, evaluation,"
    yield "older software; that is not in the figures above."


def _number(value: float) -> str:
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.1f}"


def _si(value: float) -> str:
    for suffix, scale in (("T", 1e12), ("B", 1e9), ("M", 1e6), ("K", 1e3)):
        if value >= scale:
            return f"{value / scale:.4g}{suffix}"
    return f"{value:.4g}"


def _short(value: Any) -> Any:
    """Numbers to a few digits."""
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    return value
