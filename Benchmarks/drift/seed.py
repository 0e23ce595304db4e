"""Puts a drift into repositories that have none there, and looks whether drift-bench finds it and nothing else.

seed.py FOLDER REPORTS CASES [PART]: FOLDER holds each repository of CASES (seeded.json, seeds-scripts.json) at its commit,
as owner+name@commit (ten letters of it) or owner+name; REPORTS is where drift-bench's answers are kept, one file each;
PART, where given, is the only part to be looked at. Nothing is fetched. Each case says what is replaced ("edits": a file,
the text, what stands there instead), and the value that must then be said (D1 or D4) with one of the files of "where". A
finding of high confidence that the repository did not have before with high confidence, and that has another value, is
wrong, unless "also" lists its value.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

BENCH = os.environ.get("DRIFT_BENCH", pathlib.Path(__file__).parent.parent.parent / ".build/release/drift-bench")
LEVELS = ["high", "medium", "low"]


def scan(tree, kept):
    if not kept.exists():
        kept.write_bytes(subprocess.run([BENCH, tree], capture_output=True, check=True).stdout)
    return [f for f in json.loads(kept.read_text())["findings"] if f["class"] in ("D1", "D4")]


def edit(tree, edits):
    for change in edits:
        file = tree / change["file"]
        text = file.read_text()
        if change["from"] not in text:
            sys.exit(f"{change['file']} of {tree} does not hold {change['from']!r}.")
        # The copy shares its files with the repository, so a file is made anew instead of being written to.
        file.unlink()
        file.write_text(text.replace(change["from"], change["to"], 1))


def look(case, folder, reports):
    name = case["repository"].replace("/", "+")
    kept = f"{name}@{case['commit'][:10]}"
    tree = folder / kept if (folder / kept).exists() else folder / name
    before = {
        (f["table"], f["column"], f["value"]) for f in scan(tree, reports / f"{kept}.json") if f["confidence"] == "high"
    }
    after = reports / f"{kept}+{case['value']}.json"
    if not after.exists():
        with tempfile.TemporaryDirectory(dir=folder) as place:
            copy = pathlib.Path(place) / name
            shutil.copytree(tree, copy, copy_function=os.link, symlinks=True)
            edit(copy, case["edits"])
            scan(copy, after)
    said = scan(None, after)
    mine = {
        f["confidence"]
        for f in said
        if f["value"] == case["value"] and any(p.rsplit(":", 1)[0] in case["where"] for p in f["places"])
    }
    others = {
        f"{f['table']}.{f['column']} {f['value']}"
        for f in said
        if f["confidence"] == "high"
        and f["value"] not in [case["value"]] + case.get("also", [])
        and (f["table"], f["column"], f["value"]) not in before
    }
    return next((level for level in LEVELS if level in mine), "no"), sorted(others)


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    folder, reports = map(pathlib.Path, sys.argv[1:3])
    reports.mkdir(parents=True, exist_ok=True)
    sums = {}
    print("| repository | part | value | found | others of high confidence |\n|---|---|---|---|---|")
    for case in json.loads(pathlib.Path(sys.argv[3]).read_text()):
        if case["part"] not in sys.argv[4:] + ([] if sys.argv[4:] else [case["part"]]):
            continue
        sure, others = look(case, folder, reports)
        row = sums.setdefault(case["part"], {"cases": 0, "others": 0})
        row["cases"] += 1
        row[sure] = row.get(sure, 0) + 1
        row["others"] += len(others)
        print(
            f"| {case['repository']} | {case['part']} | {case['value']} | {sure} | {', '.join(others) or '–'} |",
            flush=True,
        )
    print()
    for part, row in sums.items():
        print(
            f"- {part}: found with high confidence {row.get('high', 0)} of {row['cases']}, with medium"
            f" {row.get('medium', 0)}; others of high confidence {row['others']}"
        )


if __name__ == "__main__":
    main()
