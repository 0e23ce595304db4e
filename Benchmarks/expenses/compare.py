"""Reads one long statement again and again, in turns, by the expense application and by pdfplumber, holds what is found
in many statements against their truth, and writes RESULTS.md."""

import argparse
import glob
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "..", ".."))
FURTHER = os.path.join(ROOT, "Tests/Statements/further")
MIB = 1 << 20


def run(*command):
    got = subprocess.run(command, capture_output=True, text=True)
    if got.returncode:
        raise SystemExit(f"{command[0]} ended with {got.returncode}: {got.stderr}")
    return got.stdout


def make(folder, *options):
    print(run(os.path.join(ROOT, "scripts/make-statements"), folder, *options), end="")


def read(program, *paths):
    """What the application finds in files, by their names."""
    lines = [json.loads(line) for line in run(program, *paths).splitlines()]
    return {line["file"]: line for line in lines}


def decimal(money):
    """Minor units as the truth writes them."""
    digits = {"JPY": 0, "KRW": 0, "KWD": 3, "BHD": 3}.get(money["currency"], 2)
    sign, minor = ("-" if money["minor"] < 0 else ""), abs(money["minor"])
    return f"{sign}{minor // 10 ** digits}" + (f".{minor % 10 ** digits:0{digits}}" if digits else "")


def holder_name(statement, index):
    return statement["holders"][index]["name"] if index is not None and index < len(statement["holders"]) else None


class Score:
    """How much of the truth was found."""

    def __init__(self):
        self.transactions = self.exact = self.invented = self.held = 0
        self.totals = self.right = 0
        self.missed = []

    def add(self, truth, line):
        wanted = Counter((one["date"], one["merchant"], one["amount"]) for one in truth["transactions"])
        statement = (line.get("document") or {}).get("statement", {}).get("_0")
        found = Counter()
        if statement:
            found = Counter((one["date"], one["merchant"], decimal(one["amount"])) for one in statement["transactions"])
            held = Counter((one["date"], decimal(one["amount"]), holder_name(statement, one.get("holder")))
                           for one in statement["transactions"])
            self.held += sum((held & Counter((one["date"], one["amount"], one["holder"])
                                             for one in truth["transactions"])).values())
        self.transactions += sum(wanted.values())
        self.exact += sum((wanted & found).values())
        self.invented += sum((found - wanted).values())
        for one in (wanted - found):
            self.missed.append((truth["file"], *one))
        for total in truth["totals"]:
            self.totals += 1
            self.right += bool(statement) and self.reconciled(total, truth, statement)

    def reconciled(self, total, truth, statement):
        """Whether the statement's reader says what is printed, and what the transactions add up to."""
        for printed in statement["printed_totals"]:
            scope = printed["scope"]
            if "holder" in scope:
                name = holder_name(statement, scope["holder"]["_0"])
                rows = [one for one in statement["transactions"] if one.get("holder") == scope["holder"]["_0"]]
            else:
                name, rows = None, statement["transactions"]
            computed = sum(one["amount"]["minor"] for one in rows)
            if (printed.get("kind", "net") == "net" and name == total["holder"]
                    and decimal(printed["amount"]) == total["printed"]
                    and decimal({"minor": computed, "currency": statement["currency"]}) == total["true"]):
                return True
        return False

    def row(self, name):
        share = 100 * self.exact / max(1, self.transactions)
        held = 100 * self.held / max(1, self.transactions)
        return (f"| {name} | {self.transactions} | {self.exact} ({share:.2f} %) | {self.invented} | {held:.2f} % | "
                f"{self.right} of {self.totals} |")


def accuracy(program, folder):
    """Scores of the files of a folder, by layout, and of all."""
    truths = []
    for path in sorted(glob.glob(os.path.join(folder, "*.json"))):
        with open(path) as file:
            truth = json.load(file)
        if isinstance(truth, dict) and truth["kind"] == "statement":
            truths.append(truth)
    found = read(program, "--documents", *(os.path.join(folder, truth["file"]) for truth in truths))
    scores = {}
    for truth in truths:
        for name in (truth["layout"], "all"):
            scores.setdefault(name, Score()).add(truth, found.get(truth["file"], {}))
    return scores


def unseen(program, folder, further, seed):
    """Scores of the layouts of a further folder, 20 statements with 1,000 transactions for each."""
    names = sorted(name[:-3] for name in os.listdir(further) if name.endswith(".py"))
    make(folder, "--further", further, "--layouts", ",".join(names), "--seed", str(seed),
         "--statements", str(20 * len(names)), "--transactions", str(1000 * len(names)))
    return accuracy(program, folder)


def table(scores):
    names = sorted(name for name in scores if name != "all") + ["all"]
    return ["| layout | transactions | exact in date, amount and merchant | invented | with date, amount and holder | totals |",
            "|---|---|---|---|---|---|", *(scores[name].row(name) for name in names)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts (3)")
    parser.add_argument("--seed", type=int, default=7, help="of the statements (7)")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/expenses-bench"), help="ours")
    parser.add_argument("--only", choices=("speed", "accuracy"), help="one half, printed and not written")
    parser.add_argument("--further", help="a folder with layouts that are scored alone, printed and not written")
    parser.add_argument("--results", default=os.path.join(HERE, "RESULTS.md"), help="the file that is written")
    options = parser.parse_args()

    with tempfile.TemporaryDirectory(prefix="lockstep-expenses-", dir=os.environ.get("WORK")) as work:
        if options.further:
            scores = unseen(options.program, os.path.join(work, "further"), options.further, options.seed)
            print("\n".join(table(scores)))
            for missed in scores["all"].missed[:20]:
                print("missed:", *missed, sep=" | ")
            return
        speed = measure(options, os.path.join(work, "long")) if options.only != "accuracy" else None
        scores = later = None
        if options.only != "speed":
            make(os.path.join(work, "many"), "--seed", str(options.seed))
            scores = accuracy(options.program, os.path.join(work, "many"))
            later = unseen(options.program, os.path.join(work, "later"), FURTHER, options.seed)
        if options.only:
            print("\n".join(table(scores) + table(later)) if scores else speed)
        else:
            write(options, speed, scores, later)


def measure(options, folder):
    make(folder, "--long", "--seed", str(options.seed))
    path = os.path.join(folder, "long.pdf")
    ours, theirs = [], []
    load = os.getloadavg()[0]
    # The first round warms up.
    for number in range(options.rounds + 1):
        turns = [lambda: ours.append(read(options.program, path)["long.pdf"]),
                 lambda: theirs.append(json.loads(run(sys.executable, os.path.join(HERE, "peer.py"), path)))]
        for turn in turns if number % 2 else turns[::-1]:
            turn()
        print(f"round {number}: ours {ours[-1]}, pdfplumber {theirs[-1]}", flush=True)
        if "error" in ours[-1]:
            raise SystemExit(f"The statement could not be read: {ours[-1]['error']}")
    return ours[1:], theirs[1:], load


def write(options, speed, scores, later):
    ours, theirs, load = speed
    pages = ours[0]["pages"]

    def middle(lines, *names):
        return statistics.median(sum(line[name] for name in names) for line in lines)

    def row(name, lines, *names):
        rates = [pages / sum(line[name] for name in names) for line in lines]
        memory = max(line["own_memory"] + line.get("child_memory", 0) for line in lines) / MIB
        return (f"| {name} | {statistics.median(rates):.0f} | {min(rates):.0f}–{max(rates):.0f} | "
                f"{middle(lines, *names):.2f} | {memory:.0f} |")

    whole = middle(theirs, "read_seconds") / middle(ours, "read_seconds", "parse_seconds")
    words = middle(theirs, "read_seconds") / middle(ours, "read_seconds")
    peak = max(line["own_memory"] + line["child_memory"] for line in ours) / MIB
    share = scores["all"].exact / scores["all"].transactions * 100
    lines = [
        "# Reading statements", "",
        "`Benchmarks/expenses/compare.sh` writes this file.", "",
        f"**A statement of {pages} pages with {ours[0]['transactions']} transactions is read in "
        f"{middle(ours, 'read_seconds', 'parse_seconds'):.2f} s with {peak:.0f} MiB at most: {whole:.1f} times the pages per "
        f"second of pdfplumber ({words:.1f} times without the reading of transactions, which pdfplumber does not do). "
        f"Of {scores['all'].transactions} transactions {share:.2f} % are exact in date, amount and merchant.**", "",
        f"| {pages} pages | pages a second, median | range | seconds | largest resident set, MiB |", "|---|---|---|---|---|",
        row("file to words", ours, "read_seconds"),
        row("file to transactions", ours, "read_seconds", "parse_seconds"),
        row("pdfplumber, `extract_words`", theirs, "read_seconds"), "",
        *table(scores), "",
        "Layouts of `Tests/Statements/further`, which are no longer unseen; docs/expenses.md says what was found in them at "
        "first sight.", "",
        *table(later), "",
        "## How", "",
        f"- {options.rounds} rounds after one that warms up, in turns, whoever was first being last in the next; medians. "
        "Each is a new process; its start and its imports do not count, the start of pdftotext in its sandbox does.",
        "- pdfplumber closes every page when it has its words; without that its memory grows with the pages.",
        "- Memory is ours and that of pdftotext added up, although they may not be at their most at once.",
        f"- The statements are `scripts/make-statements` with seed {options.seed}. A transaction is exact when date, amount "
        "and all words of the merchant are; `invented` are those that no statement has. A total counts when the printed "
        "amount was found with its holder and the transactions found add up to the true sum, so that a total that is "
        "printed wrongly is off by the right amount.",
        f"- The machine's load average before the run was {load:.1f}: above 1 others were at work on it, and the ratio wants "
        "measuring again on a quiet one.",
        f"- {processor()}, {len(os.sched_getaffinity(0))} processors; {tool()}; pdfplumber {peer_version()} on Python "
        f"{platform.python_version()}; Linux {platform.release()}.",
    ]
    with open(options.results, "w") as file:
        file.write("\n".join(lines) + "\n")
    print("\n".join(lines))


def tool():
    got = subprocess.run(["pdftotext", "-v"], capture_output=True, text=True)
    return got.stderr.splitlines()[0]


def peer_version():
    import importlib.metadata

    return importlib.metadata.version("pdfplumber")


def processor():
    with open("/proc/cpuinfo") as file:
        return re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)[1].strip()


if __name__ == "__main__":
    main()
