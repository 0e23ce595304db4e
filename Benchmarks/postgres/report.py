"""Makes the table of the lines that compare.py writes: report.py LINES… [--write RESULTS.md]."""

import json
import statistics
import sys

MARKER = "<!-- figures -->\n"
# River (Go) with 500 and 2,000 workers, measured by another program on another day on a like machine, on which
# PgQueuer did 13,424 jobs/s: a figure to know about, not one of this run.
RIVER = "River 0.43 (Go; 500 / 2,000 workers): 26,100 / 29,200 jobs/s where PgQueuer did 13,400"


class Lines:
    """The runs that count: those that were kept, but for those made while a flush took more than twice, or less than
    half, of what it took in the middle of all runs."""

    def __init__(self, paths):
        every = []
        for path in paths:
            with open(path, encoding="utf-8") as file:
                every += [json.loads(line) for line in file]
        self.settings = next(line["settings"] for line in every if "settings" in line)
        self.notes = [line for line in every if "flush_us" not in line and "settings" not in line]
        self.every = [line for line in every if "flush_us" in line]
        self.runs = [line for line in self.every if line["kept"]]
        self.thrown = len(self.every) - len(self.runs)
        flushes = [value for line in self.runs for value in line["flush_us"]]
        self.flush = statistics.median(flushes) if flushes else 0
        most = max(2, self.settings["moved"])
        odd = [line for line in self.runs
               if not self.flush / most <= statistics.mean(line["flush_us"]) <= self.flush * most]
        self.runs = [line for line in self.runs if line not in odd]
        self.thrown += len(odd)
        self.flushes = [value for line in self.runs for value in line["flush_us"]]

    def values(self, figure, **wanted):
        return [line[figure] for line in self.runs
                if figure in line and all(line.get(name) == value for name, value in wanted.items())]

    def middle(self, figure, **wanted):
        values = self.values(figure, **wanted)
        return statistics.median(values) if values else None

    def drain(self, program):
        """W1 of a program: the medians on a table without statistics and on an analysed one."""
        return [self.middle("jobs_per_s", workload="W1", program=program, state=state)
                for state in ("fresh", "analysed")]

    def w1(self, program):
        """The better of the two for a peer, the worse for Lockstep."""
        known = [value for value in self.drain(program) if value is not None]
        return (min(known) if program == "lockstep" else max(known)) if known else None

    def error(self, **wanted):
        for line in self.notes:
            if "error" in line and all(line.get(name) == value for name, value in wanted.items()):
                return line["error"]
        return None


def short(lines):
    """What has fewer runs behind it than there were rounds."""
    def key(line):
        more = [str(line[name]) for name in ("state", "clients", "workers") if name in line]
        return " ".join([line["program"], line["workload"], *more])

    made = {key(line) for line in lines.notes + lines.every if "workload" in line and "round" in line}
    counts = {name: len([line for line in lines.runs if key(line) == name]) for name in sorted(made)}
    return [f"{name} ({count})" for name, count in counts.items() if count < lines.settings["runs"]]


def number(value, digits=0):
    return "–" if value is None else f"{value:,.{digits}f}"


def ratio(one, other, digits=2):
    return "–" if one is None or not other else f"{one / other:.{digits}f}"


def span(values):
    return "–" if not values else f"{min(values):,.0f}–{max(values):,.0f}"


def rows(head, body):
    return ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)] + ["| " + " | ".join(row) + " |" for row in body]


def programs_table(lines):
    body = []
    for name, info in lines.settings["programs"].items():
        fresh, analysed = lines.drain(name)
        single = lines.middle("enqueue_per_s", workload="W2", program=name)
        batch = lines.middle("batch_enqueue_per_s", workload="W2", program=name)
        latency = [lines.middle(figure, workload="W3", program=name)
                   for figure in ("p50_ms", "p99_ms", "call_p50_ms", "call_p99_ms")]
        body.append([
            f"{name} {info['version']}", number(fresh) + failed(lines, name, "fresh"),
            number(analysed) + failed(lines, name, "analysed"), number(single), number(batch),
            f"{number(latency[0], 2)} / {number(latency[1], 1)}", f"{number(latency[2], 2)} / {number(latency[3], 1)}",
            number(lines.middle("rss_mb", workload="W1", program=name)),
            number(lines.middle("jobs_per_s", workload="W5", program=name))])
    body = [row for row in body if any(character.isdigit() for cell in row[1:] for character in cell)]
    return rows(["program", "W1 jobs/s, fresh table", "W1, analysed", "W2 one per call, 8 callers", "W2 1,000 per call",
                 "W3 p50 / p99 ms", "W3 from the call", "W4 MB", "W5 jobs/s"], body) if body else []


def failed(lines, program, state):
    return " (failed)" if lines.error(workload="W1", program=program, state=state) else ""


def raw_table(lines):
    found = dict.fromkeys((line["program"], line["clients"]) for line in lines.runs if line["workload"] == "raw")
    body = [[name, str(clients), number(lines.middle("jobs_per_s", workload="raw", program=name, clients=clients)),
             span(lines.values("jobs_per_s", workload="raw", program=name, clients=clients))]
            for name, clients in found]
    return rows(["raw", "clients", "jobs/s", "(range)"], body) if body else []


def best_peer(lines, value):
    """The best of the peers, and who it is."""
    found = [(value(name), name) for name in lines.settings["programs"] if name != "lockstep"]
    found = [pair for pair in found if pair[0] is not None]
    return max(found) if found else (None, None)


def goals_table(lines):
    def raw(name, clients):
        return lines.middle("jobs_per_s", workload="raw", program=name, clients=clients)

    def single(name):
        return lines.middle("enqueue_per_s", workload="W2", program=name)

    def flows(name):
        return lines.middle("jobs_per_s", workload="W5", program=name)

    own, body = lines.w1("lockstep"), []
    peers = [name for name in lines.settings["programs"] if name != "lockstep"]
    if own is not None:
        goals = {"pgqueuer": "≥ 4"}
        body.append(["W1 drain", "raw, cycle100, 4 clients", "≥ 0.9", ratio(own, raw("cycle100", 4))])
        body += [["W1 drain", name, goals.get(name, ""), ratio(own, lines.w1(name), 1)] for name in peers]
    if (starts := single("lockstep")) is not None:
        best, who = best_peer(lines, single)
        body.append(["W2 one per call", "raw, insert1, 8 clients", "≥ 0.8", ratio(starts, raw("insert1", 8))])
        body.append(["W2 one per call", f"the best peer ({who})", "≥ 3", ratio(starts, best, 1)])
        batch = lines.middle("batch_enqueue_per_s", workload="W2", program="lockstep")
        body.append(["W2 1,000 per call", "raw, insert1000, 1 client", "≥ 0.6", ratio(batch, raw("insert1000", 1))])
    latency = [lines.middle(figure, workload="W3", program="lockstep") for figure in ("p50_ms", "p99_ms")]
    if latency[0] is not None:
        body.append(["W3 pick-up, p50 / p99 ms", "–", "≤ 0.8 / ≤ 3", f"{latency[0]:.2f} / {latency[1]:.2f}"])
    if (memory := lines.middle("rss_mb", workload="W1", program="lockstep")) is not None:
        body.append(["W4 resident, MB", "–", "≤ 25", number(memory)])
    if (own_flows := flows("lockstep")) is not None:
        best, who = best_peer(lines, flows)
        body.append(["W5 four stages", f"the best peer ({who})", "≥ 20", ratio(own_flows, best, 1)])
    body += age_rows(lines)
    guarded, unguarded = [lines.middle("jobs_per_s", workload="guard", state=state) for state in ("guarded", "unguarded")]
    if guarded and unguarded:
        body.append(["enforcement in the database", "W1 without CHECK and guards", "≤ 5 %",
                     f"{(1 - guarded / unguarded) * 100:.0f} %"])
    crowd = crowd_values(lines)
    if 64 in crowd:
        body.append(["W7 64 workers", "the best crowd", "≥ 0.8", ratio(crowd[64], max(crowd.values()))])
    return rows(["workload", "beside", "goal", "reached"], body)


def age_rows(lines):
    body, settings = [], lines.settings
    for one, other, name, goal in (
            ("aged", "young", f"beside {settings['age']:,} ended jobs", "≥ 0.9; p99 ≤ 1.2"),
            ("held", "before", f"a snapshot held for {settings['held_minutes']:g} minutes", "p99 ≤ 3")):
        drains = [lines.middle("jobs_per_s", workload="W6 drain", state=state) for state in (one, other)]
        slowest = [lines.middle("p99_ms", workload="W6 pick-up", state=state) for state in (one, other)]
        if drains[0] is not None:
            body.append([f"W6 {name}", f"the same {'on a fresh table' if other == 'young' else 'before'}", goal,
                         f"{ratio(*drains)}; p99 {ratio(*slowest)}"])
    return body


def crowd_values(lines):
    counts = sorted({line["workers"] for line in lines.runs if line["workload"] == "W7"})
    return {count: lines.middle("jobs_per_s", workload="W7", workers=count) for count in counts}


def words(lines):
    s = lines.settings
    text = [
        f"{s['date']}, commit {s['commit']}: {s['runs']} rounds on {s['cores']} cores with {s['memory_gib']} GiB, "
        f"PostgreSQL {s['postgres']} ({', '.join(s['server'])}; everything else as initdb leaves it), Linux {s['linux']}, "
        f"Swift {s['swift']}, Python {s['python']}.",
    ]
    if lines.flushes:
        text.append(f"A flush of 8 kB took {min(lines.flushes)} to {max(lines.flushes)} µs (median {lines.flush:.0f}); "
                    f"{lines.thrown} runs were thrown away because it moved.")
    if few := short(lines):
        text.append(f"Fewer runs than rounds stand behind: {', '.join(few)}.")
    aged = next((line["aged_gib"] for line in lines.notes if "aged_gib" in line), None)
    if aged:
        text.append(f"The aged database has {aged} GiB.")
    text.append(f"Measured elsewhere: {RIVER}.")
    errors = [f"{line['program']}, {line['workload']}{', ' + line['state'] if 'state' in line else ''}: {line['error']}"
              for line in lines.notes if "error" in line]
    settings = [f"{name}: {info['settings']}; W5 is {info['flow']}; jobs in W1, W2, W5: "
                f"{', '.join(format(count, ',') for count in s['jobs'][name].values())}"
                for name, info in s["programs"].items()]
    return "\n".join(text) + "\n\n" + "\n".join(f"- {line}" for line in settings) + (
        "\n\nWhat failed:\n\n" + "\n".join(f"- {line}" for line in errors) if errors else "")


def table(paths):
    lines = Lines(paths)
    parts = [goals_table(lines), programs_table(lines), raw_table(lines)]
    crowd = crowd_values(lines)
    if crowd:
        most = max(crowd.values())
        parts.append(["W7, jobs/s:", "", "```"] + [
            f"{count:>3} workers {'█' * max(1, round(24 * value / most))} {value:,.0f}"
            for count, value in crowd.items()] + ["```"])
    return "\n\n".join(["\n".join(part) for part in parts if part] + [words(lines)]) + "\n"


def write(text, page):
    """Puts the table between the page's two marks."""
    with open(page, encoding="utf-8") as file:
        parts = file.read().split(MARKER)
    with open(page, "w", encoding="utf-8") as file:
        file.write(parts[0] + MARKER + text + MARKER + parts[2])


if __name__ == "__main__":
    given = sys.argv[1:]
    page = given.pop(given.index("--write") + 1) if "--write" in given else None
    made = table([word for word in given if word != "--write"])
    print(made)
    if page:
        write(made, page)
