"""Compares PyOD's AutoEncoder (its defaults) with the project's anomaly-bench on tables/*.csv. For Linux.

Usage: compare.py [--pyod-only | --swift-only] [--tables a,b]

Writes pyod.jsonl and swift.jsonl (one line per table and seed) and RESULTS.md from both. A side that is not
run keeps its earlier lines, so RESULTS.md then compares two occasions and says so.
"""

import os

# Before NumPy and torch are imported: they read these once.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import argparse
import datetime
import json
import pathlib
import platform
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SEEDS = range(5)
ALL = sorted(p.stem for p in (HERE / "tables").glob("*.csv"))


# MARK: PyOD

def load(table):
    """Features as numbers, the label, the column count. PyOD scales by itself; the encoding: TABLES.md."""
    import pandas as pd

    # Only an empty cell is missing: words such as "no" or "None" are values.
    frame = pd.read_csv(HERE / "tables" / f"{table}.csv", keep_default_na=False, na_values=[""])
    label = frame.pop("label").to_numpy()
    columns = frame.shape[1]
    numeric = frame.select_dtypes("number")
    text = frame.drop(columns=numeric.columns).fillna("")
    numeric = numeric.fillna(numeric.median())
    parts = [numeric] + ([pd.get_dummies(text, dtype=float)] if len(text.columns) else [])
    return pd.concat(parts, axis=1).to_numpy(dtype=float), label, columns


def fit(X, seed):
    """A fitted detector, and the seconds it took: wall, processor, and the part spent in the epochs alone."""
    from pyod.models.auto_encoder import AutoEncoder

    detector = AutoEncoder(random_state=seed, verbose=0)
    train, epochs = detector.train, []

    def timed(loader):
        start = time.perf_counter()
        train(loader)
        epochs.append(time.perf_counter() - start)

    detector.train = timed
    wall, cpu = time.perf_counter(), time.process_time()
    detector.fit(X)
    return detector, time.perf_counter() - wall, time.process_time() - cpu, epochs[0]


def run_pyod(table):
    from sklearn.metrics import roc_auc_score

    X, label, columns = load(table)
    for seed in SEEDS:
        detector, wall, cpu, train = fit(X, seed)
        auc = float(roc_auc_score(label, detector.decision_scores_))
        yield {
            "table": table, "seed": seed, "roc_auc": round(auc, 6),
            "fit_seconds": round(wall, 4), "cpu_seconds": round(cpu, 4), "train_seconds": round(train, 4),
            "rows": len(label), "columns": columns, "encoded_columns": X.shape[1],
        }


def prepare_pyod():
    import numpy as np
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)
    # The first fit of a process loads parts of torch; that is not training time.
    fit(np.random.RandomState(0).rand(256, 4), 0)


# MARK: Swift

def run_swift(table):
    out = subprocess.run(["swift", "run", "-c", "release", "--skip-build", "anomaly-bench",
                          str(HERE / "tables" / f"{table}.csv")],
                         cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [json.loads(line) | {"table": table} for line in out.splitlines() if line.startswith("{")]
    if sorted(line["seed"] for line in lines) != list(SEEDS):
        sys.exit(f"anomaly-bench must report seeds {list(SEEDS)} for {table}; it said:\n{out}")
    yield from lines


def prepare_swift():
    subprocess.run(["swift", "build", "-c", "release", "--product", "anomaly-bench"], cwd=ROOT, check=True)


# MARK: Results

def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def versions():
    import importlib.metadata as metadata

    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout.splitlines()
    cpu = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    packages = ", ".join(f"{p} {metadata.version(p)}" for p in ("pyod", "torch", "numpy", "scikit-learn"))
    return (f"Python {platform.python_version()}, {packages}. {swift[0] if swift else 'no Swift'}. "
            f"CPU: {cpu[0]} ({len(cpu)} cores).")


def report(together):
    sides = {name: {} for name in ("pyod", "swift")}
    for name, tables in sides.items():
        for line in read(HERE / f"{name}.jsonl"):
            tables.setdefault(line["table"], []).append(line)

    def mean(name, table, key):
        return statistics.fmean(line[key] for line in sides[name][table]) if table in sides[name] else None

    def show(value, digits=4):
        return "–" if value is None else f"{value:.{digits}f}"

    head = ["table", "rows", "columns", "AUC PyOD", "AUC Swift", "Swift − PyOD",
            "fit s PyOD", "fit s Swift", "PyOD ÷ Swift"]
    out = ["| " + " | ".join(head) + " |", "|---" + "|---:" * (len(head) - 1) + "|"]
    sums = []
    for table in ALL:
        lines = sides["pyod"].get(table) or sides["swift"].get(table)
        if not lines:
            continue
        auc = [mean(n, table, "roc_auc") for n in sides]
        fit_seconds = [mean(n, table, "fit_seconds") for n in sides]
        sums.append(auc + fit_seconds)
        out.append(row(f"{table} | {lines[0]['rows']} | {lines[0]['columns']}", auc, fit_seconds, show))
    # A side that lacks a table gets no mean: it would not be comparable with the other's.
    means = [statistics.fmean(c) if c and None not in c else None for c in zip(*sums)]
    if means:
        out.append(row("**mean** | |", means[:2], means[2:], show))

    load_average = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    text = [
        "# PyOD AutoEncoder against the project's autoencoder", "",
        "Written by `compare.py`; tables, seeds and rules: `TABLES.md`. Mean over the seeds of each table.",
        "\"fit s\": wall time of training and scoring the same rows (PyOD: `fit()`), without loading or encoding.", "",
        *out, "",
        f"{datetime.date.today()}. {versions()}",
        f"One thread each, both pinned to the same core; load average at the end {load_average}.",
        "Both programs ran in one invocation, taking turns table by table." if together else
        "The programs ran on different occasions, or only one ran: the AUCs compare, the times only roughly.",
    ]
    (HERE / "RESULTS.md").write_text("\n".join(text) + "\n")
    print("\n".join(text))


def row(name, auc, fit_seconds, show):
    difference = None if None in auc else auc[1] - auc[0]
    ratio = None if None in fit_seconds else fit_seconds[0] / fit_seconds[1]
    cells = [name, *map(show, auc), show(difference), *(show(s, 3) for s in fit_seconds), show(ratio, 1)]
    return "| " + " | ".join(cells) + " |"


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--pyod-only", action="store_true")
    only.add_argument("--swift-only", action="store_true")
    parser.add_argument("--tables", default=",".join(ALL), help="comma-separated; default: all")
    options = parser.parse_args()
    tables = options.tables.split(",")
    if unknown := set(tables) - set(ALL):
        sys.exit(f"no such table: {', '.join(sorted(unknown))}")

    sides = {}
    if not options.swift_only:
        prepare_pyod()
        sides["pyod"] = run_pyod
    if not options.pyod_only:
        prepare_swift()
        sides["swift"] = run_swift
    # One core for both, whatever threads they start; after the build, which may use every core.
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    # The other tables' earlier lines stay; each table's lines are saved as soon as they are there.
    kept = {name: [l for l in read(HERE / f"{name}.jsonl") if l["table"] not in tables] for name in sides}
    for number, table in enumerate(tables):
        # Taking turns, and turns about going first, so that a busy spell of the machine favours neither.
        for name in list(sides)[:: 1 if number % 2 == 0 else -1]:
            lines = list(sides[name](table))
            kept[name] += lines
            kept[name].sort(key=lambda l: (l["table"], l["seed"]))
            (HERE / f"{name}.jsonl").write_text("".join(json.dumps(l) + "\n" for l in kept[name]))
            print(name, table, f"AUC {statistics.fmean(l['roc_auc'] for l in lines):.4f}",
                  f"fit {statistics.fmean(l['fit_seconds'] for l in lines):.3f} s", flush=True)
    report(together=len(sides) == 2 and set(tables) == set(ALL))


main()
