"""Makes card statements as PDF whose truth is known, and the truth beside each as JSON; see README.md."""

import argparse
import json
import os
import random
import time

import hostile
import model
import receipts
from layouts import layouts


def write(folder, name, data, truth):
    with open(os.path.join(folder, name + ".pdf"), "wb") as file:
        file.write(data)
    with open(os.path.join(folder, name + ".json"), "w") as file:
        json.dump(truth, file, ensure_ascii=False, indent=1)
        file.write("\n")


def write_directory(folder):
    with open(os.path.join(folder, "directory.json"), "w") as file:
        json.dump(model.directory(), file, ensure_ascii=False, indent=1)
        file.write("\n")


def statement(folder, name, layout, seed, count, rows=None, **more):
    """Writes one statement of `count` transactions, and returns it."""
    made = model.make(layout, seed, count, **more)
    pdf = layout.draw(made, rows)
    made.rows.sort(key=lambda row: row.page)
    write(folder, name, pdf.written(), made.truth(name + ".pdf", len(pdf.pages)))
    return made


def shares(chance, files, transactions):
    """How many transactions each file has: a few have one or two, a few have hundreds, all together as many as wanted."""
    weights = [chance.lognormvariate(0, 0.8) for _ in range(files)]
    counts = [max(1, int(transactions * weight / sum(weights))) for weight in weights]
    while (missing := transactions - sum(counts)) != 0:
        index = chance.randrange(files)
        if missing > 0 or counts[index] > 1:
            counts[index] += 1 if missing > 0 else -1
    return counts


def many(options, known, names):
    """A crowd of statements, and receipts for some of their transactions."""
    chance = random.Random(options.seed)
    counts = shares(chance, options.statements, options.transactions)
    all_made = []
    for index, count in enumerate(counts):
        layout = known[names[index % len(names)]]
        name = f"{index + 1:03}-{layout.NAME}"
        made = statement(options.folder, name, layout, options.seed * 1000 + index, count, options.rows)
        all_made.append((made, name + ".pdf"))
    for index in range(options.receipts):
        # Every fifth is for nothing on these statements.
        receipt(options.folder, f"receipt-{index + 1:03}", chance, *(chance.choice(all_made) if index % 5 else ()))


def receipt(folder, name, chance, *of, **more):
    pdf, truth = receipts.written(chance, name, *of, **more)
    write(folder, name, pdf.written(), truth)


def make_hostile(folder, known):
    for name, data, truth in hostile.files(known):
        write(folder, name, data, {"file": name + ".pdf"} | truth)


def samples(folder, known):
    """The files of the seven cases, as Apps/Expenses/Samples has them."""
    def case(name, layout, seed, count, **more):
        return statement(folder, name, known[layout], seed, count, **{"off": False, "holders": ["exact"], **more})

    one = case("1-one", "northbank", 11, 24)
    case("2-three-a", "ledger", 21, 18, currency="EUR")
    case("2-three-b", "karte", 22, 30, currency="EUR", holders=["exact", "alias", "misspelt"])
    case("2-three-c", "meridian", 23, 26, holders=["exact", "exact"], off=True)
    case("3-long", "releve", 31, 540, rows=10, currency="EUR", holders=["exact", "alias", "exact", "exact"])
    case("4-incomplete", "karte", 41, 20, currency="CHF", holders=["exact", "unknown", "ambiguous"])
    case("5-credits", "pacific", 51, 40, currency="USD", credits=0.5)
    case("6-first", "globex", 61, 60, currency="JPY")
    case("6-second", "globex", 62, 60, currency="KWD")
    wanted = {"not-a-pdf", "truncated", "encrypted", "empty", "image-only"}
    for name, data, truth in hostile.files(known):
        if name in wanted:
            write(folder, f"7-{name}", data, {"file": f"7-{name}.pdf"} | truth)
            wanted.remove(name)
        if not wanted:
            break
    chance = random.Random(8)
    for index, shape in enumerate(receipts.DRAWN):
        receipt(folder, f"8-receipt-{index + 1}", chance, one, "1-one.pdf", shape=shape)
    # The bank's statement of the following week, with transactions that the first had too.
    again = model.make(known["northbank"], 11, 24, off=False, holders=["exact"])
    again.rows = again.rows[12:]
    again.before += sum(row.amount for row in one.rows[:12])
    pdf = known["northbank"].draw(again)
    write(folder, "9-again", pdf.written(), again.truth("9-again.pdf", len(pdf.pages)))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", help="where they are written")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same bytes (7)")
    parser.add_argument("--statements", type=int, default=200, help="how many files (200)")
    parser.add_argument("--transactions", type=int, default=10_000, help="how many in all of them (10000)")
    parser.add_argument("--receipts", type=int, default=0, help="how many receipts, most for one of the transactions (0)")
    parser.add_argument("--layouts", help="names with commas between, instead of all")
    parser.add_argument("--further", help="a folder with modules of more layouts")
    parser.add_argument("--rows", type=int, help="transactions on a page at most")
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--long", action="store_true", help="one statement of 200 pages with 5,000 transactions")
    kinds.add_argument("--hostile", action="store_true", help="files that a reader must refuse or survive")
    kinds.add_argument("--samples", action="store_true", help="the files of the seven cases")
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
    if options.hostile:
        make_hostile(options.folder, known)
    elif options.samples:
        samples(options.folder, known)
    elif options.long:
        layout = known[options.layouts or "meridian"]
        statement(options.folder, "long", layout, options.seed, 5000, 25, off=False, holders=["exact"])
    else:
        many(options, known, names)
    write_directory(options.folder)
    print(f"{options.folder}: {told(options.folder)}, {time.monotonic() - begin:.1f} s")


def told(folder):
    """What the folder holds, counted from the truths."""
    files = transactions = pages = 0
    for file in os.listdir(folder):
        if file.endswith(".json") and file != "directory.json":
            with open(os.path.join(folder, file)) as opened:
                truth = json.load(opened)
            files += 1
            transactions += len(truth.get("transactions", ()))
            pages += truth.get("pages", 0)
    return f"{files} files, {transactions} transactions, {pages} pages"


if __name__ == "__main__":
    main()
