#!/usr/bin/env python3
"""What several clusters carry together, when owners (or lifecycles) are spread over them by a hash.

Owners are not alike: the n-th has a share of the work in proportion to 1 / n**skew. A cluster carries a fixed rate; the
whole carries what it does when the first cluster is full. 200 seeded spreads for each line; prints the median and the
worst of a hundred. Nothing is measured here: it is arithmetic on the figures of docs/scaling.md.

usage: scaling.py [--rate JOBS_PER_SECOND] [--owners N]
"""
import argparse
import random
import statistics

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--rate", type=float, default=10_000, help="what one cluster carries, jobs a second (10,000)")
parser.add_argument("--owners", type=int, default=1_000, help="how many owners (1,000)")
arguments = parser.parse_args()


def carried(clusters, skew, random_source):
    """The rate at which the fullest cluster is full, as a part of what the clusters could carry."""
    shares = [1 / (number + 1) ** skew for number in range(arguments.owners)]
    total = sum(shares)
    loads = [0.0] * clusters
    for share in shares:
        loads[random_source.randrange(clusters)] += share / total
    return 1 / (max(loads) * clusters)


print(f"{arguments.owners:,} owners; one cluster carries {arguments.rate:,.0f} jobs/s")
print("| clusters | all owners alike | some larger (skew 0.5) | a few very large (skew 1) |")
print("|---|---|---|---|")
for clusters in (2, 4, 8, 16):
    cells = []
    for skew in (0, 0.5, 1):
        source = random.Random(clusters * 100 + int(skew * 10))
        parts = sorted(carried(clusters, skew, source) for _ in range(200))
        median, worst = statistics.median(parts), parts[2]
        cells.append(f"{median * clusters * arguments.rate:,.0f} ({worst * clusters * arguments.rate:,.0f})")
    print(f"| {clusters} | {' | '.join(cells)} |")
