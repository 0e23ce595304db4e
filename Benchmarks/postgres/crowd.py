"""Crowds of Lockstep's workers: W7, and what costs.py looks at. A process of a crowd says `ready`, works from the
first line it is sent, says at the second what it used, and ends with its standard input."""

import json
import struct
import subprocess
import time

from programs import Failed

# PostgreSQL as it comes lets 100 connections in, three of them for administrators; some are left for the others.
CONNECTIONS = 90


def connections(processes):
    """How many connections each process may have, and whether one more of them listens."""
    each = max(1, min(4, CONNECTIONS // processes - 1))
    return each, processes * (each + 1) <= CONNECTIONS


class Crowd:
    """Processes with workers, which wait for the word."""

    def __init__(self, runs, program, processes, workers=1, more=()):
        self.runs, self.program = runs, program
        self.url = runs.server.url(program.database)
        self.tally = runs.file("tally")
        with open(self.tally, "wb") as file:
            file.write(bytes(16))
        each, listens = connections(processes)
        words = [*program.command, "crowd", self.url, str(program.jobs), self.tally, "--workers", str(workers),
                 "--connections", str(each), "--listens", "yes" if listens else "no", *program.options, *more]
        self.members = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
                        for _ in range(processes)]
        try:
            for member in self.members:
                if member.stdout.readline().strip() != "ready":
                    raise Failed(f"a process of the crowd ended with {member.wait(10)} before it was ready")
        except BaseException:
            self.end()
            raise

    def say(self):
        for member in self.members:
            member.stdin.write("\n")
            member.stdin.flush()

    def counted(self):
        """How many handlers have begun, and when the first of them did."""
        with open(self.tally, "rb") as file:
            return struct.unpack("<qQ", file.read(16))

    def drain(self, table):
        """Lets all of them work off the jobs that wait; they are still there afterwards."""
        limit = time.monotonic() + self.runs.limit
        self.say()
        while self.counted()[0] < self.program.jobs:
            self.look(limit)
            time.sleep(0.002)
        import psycopg
        with psycopg.connect(self.url, autocommit=True) as connection:
            question = f"SELECT count(*) FROM {table} WHERE status = 'done'"
            while connection.execute(question).fetchone()[0] < self.program.jobs:
                self.look(limit)
                time.sleep(0.002)
        seconds = (time.monotonic_ns() - self.counted()[1]) / 1e9
        return {"jobs_per_s": self.program.jobs / seconds, "seconds": seconds}

    def look(self, limit):
        if any(member.poll() is not None for member in self.members):
            raise Failed("a process of the crowd ended by itself")
        if time.monotonic() > limit:
            raise Failed(f"not done in {self.runs.limit} s")

    def used(self):
        """What each process used, by its own account."""
        self.say()
        return [json.loads(member.stdout.readline()) for member in self.members]

    def end(self):
        for member in self.members:
            member.stdin.close()
        for member in self.members:
            try:
                member.wait(20)
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()
