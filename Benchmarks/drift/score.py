"""Holds what drift-bench finds in public repositories against what is known of them.

score.py FOLDER REPORTS [PART]: FOLDER holds each repository of cases.json and cases-t.json at its commit, as
owner+name@commit (ten letters of it) or owner+name; REPORTS is where drift-bench's answers are kept, one file each;
PART, where given, is the only part to be looked at. Nothing is fetched. A finding is right if the cases expect its value
at one of its places, three lines aside at most; D1 and D4 count as one, for which of the two it is depends on what is
called declared. What is said with low confidence counts for nothing. "also" lists what was found and judged right by
reading the code. Precision is of D1 and D4: only of them does a wrong one fail a build.
"""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
BENCH = os.environ.get("DRIFT_BENCH", HERE.parent.parent / ".build/release/drift-bench")
ROWS = {"D1", "D4"}


def near(place, where):
    file, line = place.rsplit(":", 1)
    other, wanted = where.rsplit(":", 1)
    return file == other and abs(int(line) - int(wanted)) <= 3


def fits(finding, expected):
    classes = {expected["class"], expected.get("or")}
    if finding["class"] not in classes and not (finding["class"] in ROWS and classes & ROWS):
        return False
    if classes & (ROWS | {"D2"}) and finding["value"] != expected["value"]:
        return False
    return any(near(place, expected["where"]) for place in finding["places"])


def report(case, folder, reports):
    name = case["repository"].replace("/", "+")
    one = f"{name}@{case['commit'][:10]}"
    kept = reports / f"{one}.json"
    if not kept.exists():
        tree = folder / one if (folder / one).exists() else folder / name
        done = subprocess.run([BENCH, tree], capture_output=True, check=True)
        kept.write_bytes(done.stdout)
    return json.loads(kept.read_text())


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    folder, reports = map(pathlib.Path, sys.argv[1:3])
    part = sys.argv[3] if len(sys.argv) == 4 else None
    cases = [case for file in sorted(HERE.glob("cases*.json")) for case in json.loads(file.read_text())]
    reports.mkdir(parents=True, exist_ok=True)
    sums = {}
    print("| repository | part | lines | seconds | expected | found | high: right / wrong | medium: right / wrong |")
    print("|---|---|---|---|---|---|---|---|")
    for case in cases:
        if part not in (None, case["part"]):
            continue
        answer = report(case, folder, reports)
        expected = case["expected"]
        said = [f for f in answer["findings"] if f["confidence"] != "low"]
        found = sum(any(fits(f, e) for f in said) for e in expected)
        true = expected + case.get("also", [])
        row = {"expected": len(expected), "found": found}
        for sure in ["high", "medium"]:
            mine = [f for f in answer["findings"] if f["class"] in ROWS and f["confidence"] == sure]
            right = sum(any(fits(f, e) for e in true) for f in mine)
            row[sure] = right
            row[f"not {sure}"] = len(mine) - right
        total = sums.setdefault(case["part"], dict.fromkeys(row, 0))
        for key, value in row.items():
            total[key] += value
        seconds = sum(answer["seconds"].values())
        print(
            f"| {case['repository']} | {case['part']} | {answer['lines']} | {seconds:.1f} | {row['expected']} | {found} |"
            f" {row['high']} / {row['not high']} | {row['medium']} / {row['not medium']} |"
        )
    print()
    for part, row in sums.items():
        high = row["high"] + row["not high"]
        both = high + row["medium"] + row["not medium"]
        print(
            f"- {part}: recall {row['found']} of {row['expected']};"
            f" precision of high confidence {row['high']} of {high},"
            f" of high and medium {row['high'] + row['medium']} of {both}"
        )


if __name__ == "__main__":
    main()
