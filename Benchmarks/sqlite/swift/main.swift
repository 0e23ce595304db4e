// Measures the SQLite store: sqlite-bench COMMAND DATABASE COUNT [WORKERS]. Benchmarks/sqlite/compare.py calls it,
// each command in a process of its own.

import BenchKit
import Foundation
import Lockstep
import LockstepSQL
import LockstepSQLite

let words = CommandLine.arguments
guard words.count >= 4, let count = Int(words[3]) else {
    print(
        "usage: sqlite-bench fill|fill-relay|age|drain|relay|starts|pick-up|pick-up-here|trickle DATABASE COUNT [WORKERS]"
    )
    exit(2)
}
let bench = Bench(try await SQLiteStore(path: words[2]), count: count)
let workers = words.count > 4 ? Int(words[4]) ?? 1 : 1

/// Drains a lifecycle and prints what was measured.
func drain<Status: Lifecycle>(_ lifecycle: Status.Type, _ handlers: (Tally) -> [Handler]) async throws {
    let tally = Tally(count)
    let batch = Int(ProcessInfo.processInfo.environment["BATCH"] ?? "") ?? 100
    let figures = try await bench.drain(
        lifecycle, from: TableNames(Definition(lifecycle).name).jobs, workers: workers,
        options: WorkerOptions(concurrency: 1000, batch: batch), handlers: handlers(tally), tally: tally)
    print(Measure.json(figures))
}

/// An idle worker; prints a line per handler: number and time.
func pickUp() async {
    await bench.pickUp(ready: { Measure.line("ready") }, begun: { Measure.line("handler \($0) \($1)") })
}

/// Starts jobs; prints a line per start: number and time of the acknowledgement.
func trickle() async throws {
    try await bench.trickle { number, _, acknowledged in Measure.line("started \(number) \(acknowledged)") }
}

switch words[1] {
case "fill": try await bench.fill(Errand.self)
case "fill-relay": try await bench.fill(Relay.self)
case "age": try await bench.age()
case "drain": try await drain(Errand.self, Errand.handlers)
case "relay": try await drain(Relay.self, Relay.handlers)
case "starts":
    let rates = try await bench.starts()
    print(Measure.json(["single_per_s": rates.single, "batch_per_s": rates.batch]))
case "pick-up": await pickUp()
case "pick-up-here":
    async let picking: Void = pickUp()
    try await trickle()
    await picking
case "trickle": try await trickle()
default:
    print("'\(words[1])' is no command of sqlite-bench")
    exit(2)
}
