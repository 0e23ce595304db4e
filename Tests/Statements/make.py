"""Makes card statements as PDF whose truth is known, and the truth beside each as JSON; see README.md."""

import argparse
import json
import os
import random
import time

import model
from layouts import layouts


def write(folder, name, pdf, truth):
    with open(os.path.join(folder, name + ".pdf"), "wb") as file:
        file.write(pdf.written())
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(truth, file, ensure_ascii=False, indent=1)
        file.write("\n")


def write_directory(folder):
    with open(os.path.join(folder, "directory.json"), "w") as file:
        json.dump(model.directory(), file, ensure_ascii=False, indent=1)
        file.write("\n")


def statement(folder, name, layout, seed, count, rows=None, **more):
    """Writes one statement of `count` transactions, and returns its pages."""
    made = model.make(layout, seed, count, **more)
    pdf = layout.draw(made, rows)
    made.rows.sort(key=lambda row: row.page)
    write(folder, name, pdf, made.truth(name + ".pdf", len(pdf.pages)))
    return len(pdf.pages)


def shares(chance, files, transactions):
    """How many transactions each file has: a few have one or two, a few have hundreds, all together as many as wanted."""
    weights = [chance.lognormvariate(0, 0.8) for _ in range(files)]
    counts = [max(1, int(transactions * weight / sum(weights))) for weight in weights]
    while (missing := transactions - sum(counts)) != 0:
        index = chance.randrange(files)
        if missing > 0 or counts[index] > 1:
            counts[index] += 1 if missing > 0 else -1
    return counts


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where they are written")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same bytes (7)")
    parser.add_argument("--statements", type=int, default=200, help="how many files (200)")
    parser.add_argument("--transactions", type=int, default=10_000, help="how many in all of them (10000)")
    parser.add_argument("--layouts", help="names with commas between, instead of all")
    parser.add_argument("--further", help="a folder with modules of more layouts")
    parser.add_argument("--rows", type=int, help="transactions on a page at most")
    options = parser.parse_args()

    known = layouts(options.further)
    names = options.layouts.split(",") if options.layouts else list(known)
    for name in names:
        if name not in known:
            raise SystemExit(f"There is no layout '{name}'; there are {', '.join(known)}.")
    if not 0 < options.statements <= options.transactions:
        raise SystemExit("Every statement has at least one transaction: --statements is above --transactions.")
    os.makedirs(options.folder, exist_ok=True)
    begin = time.monotonic()
    write_directory(options.folder)
    counts = shares(random.Random(options.seed), options.statements, options.transactions)
    pages = 0
    for index, count in enumerate(counts):
        layout = known[names[index % len(names)]]
        name = f"{index + 1:03}-{layout.NAME}"
        pages += statement(options.folder, name, layout, options.seed * 1000 + index, count, options.rows)
    print(f"{options.folder}: {len(counts)} statements, {sum(counts)} transactions, {pages} pages, "
          f"{time.monotonic() - begin:.1f} s")


if __name__ == "__main__":
    main()
