"""Puts one drift into each of some sound repositories and sees whether drift-bench finds it, and nothing else.

seeded.py FOLDER REPORTS [PART]: FOLDER holds each repository of seeded.json at its commit, as owner+name; REPORTS is
where drift-bench's answers are kept, one file each; PART, where given, is the only part to be looked at. Nothing is
fetched. Each case says what is to be replaced in which files ("edits": a file, the text, what stands there
afterwards), and the value that must be reported as D1 or D4 in one of the files of "where". Whatever else of high
confidence the edited repository has, and the untouched one has not, is counted as wrong.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
BENCH = os.environ.get("DRIFT_BENCH", HERE.parent.parent / ".build/release/drift-bench")
ROWS = {"D1", "D4"}


def scan(tree, kept):
    if not kept.exists():
        done = subprocess.run([BENCH, tree], capture_output=True, check=True)
        kept.write_bytes(done.stdout)
    return [f for f in json.loads(kept.read_text())["findings"] if f["class"] in ROWS]


def edited(tree, edits, into):
    """A copy of the tree that shares its files, but for those that are edited."""
    shutil.copytree(tree, into, copy_function=os.link, symlinks=True)
    for edit in edits:
        file = into / edit["file"]
        text = file.read_text()
        if edit["from"] not in text:
            sys.exit(f"{tree.name}: {edit['file']} does not hold {edit['from']!r}.")
        file.unlink()
        file.write_text(text.replace(edit["from"], edit["to"], 1))


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    folder, reports = map(pathlib.Path, sys.argv[1:3])
    reports.mkdir(parents=True, exist_ok=True)
    sums = {}
    print("| repository | part | value | found | others of high confidence |")
    print("|---|---|---|---|---|")
    for case in json.loads((HERE / "seeded.json").read_text()):
        if len(sys.argv) == 4 and case["part"] != sys.argv[3]:
            continue
        name = f"{case['repository'].replace('/', '+')}@{case['commit'][:10]}"
        tree = folder / case["repository"].replace("/", "+")
        tree = tree if tree.exists() else folder / name
        before = {
            (f["table"], f["column"], f["value"]) for f in scan(tree, reports / f"{name}.json") if f["confidence"] == "high"
        }
        with tempfile.TemporaryDirectory(dir=folder) as place:
            copy = pathlib.Path(place) / "tree"
            edited(tree, case["edits"], copy)
            found = scan(copy, reports / f"{name}+{case['value']}.json")
        mine = [
            f
            for f in found
            if f["value"] == case["value"]
            and any(p.rsplit(":", 1)[0] in case["where"] for p in f["places"])
        ]
        sure = next((s for s in ("high", "medium", "low") if any(f["confidence"] == s for f in mine)), "no")
        others = sorted(
            {
                f"{f['table']}.{f['column']} {f['value']}"
                for f in found
                if f["confidence"] == "high"
                and f["value"] != case["value"]
                and (f["table"], f["column"], f["value"]) not in before
            }
        )
        row = sums.setdefault(case["part"], {"cases": 0, "high": 0, "medium": 0, "others": 0})
        row["cases"] += 1
        if sure in row:
            row[sure] += 1
        row["others"] += len(others)
        print(f"| {case['repository']} | {case['part']} | {case['value']} | {sure} | {', '.join(others) or '-'} |", flush=True)
    print()
    for part, row in sums.items():
        print(
            f"- {part}: {row['high']} of {row['cases']} found with high confidence, {row['medium']} with medium;"
            f" {row['others']} others of high confidence"
        )


if __name__ == "__main__":
    main()
