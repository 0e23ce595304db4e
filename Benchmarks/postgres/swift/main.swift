// Measures the PostgreSQL store: postgres-bench COMMAND [URL [COUNT [WORD…]]] [--OPTION VALUE…].
// Benchmarks/postgres/compare.py and costs.py call it, each command in a process of its own; it speaks the
// commands of Benchmarks/postgres/peers/harness.py, and `crowd`.

import BenchKit
import Foundation
import Lockstep

guard let options = BenchOptions(CommandLine.arguments.dropFirst()) else {
    print(BenchOptions.usage)
    exit(2)
}
if options.command == "info" {
    print(try options.information())
    exit(0)
}
let bench = Bench(try await openStore(options), count: options.count)
switch options.command {
case "setup":
    _ = try await Jobs<Errand>(on: bench.store)
    _ = try await Jobs<Relay>(on: bench.store)
case "enqueue": try await bench.fill(Errand.self)
case "enqueue-flow": try await bench.fill(Relay.self)
case "enq-rate":
    let rates = try await bench.starts()
    print(Measure.json(["enqueue_per_s": rates.single, "batch_enqueue_per_s": rates.batch]))
case "worker" where options.words == ["drain"]:
    try await bench.drain(Errand.self, Errand.handlers, options)
case "worker" where options.words == ["flow"]:
    try await bench.drain(Relay.self, Relay.handlers, options)
case "worker" where options.words == ["latency"]: try await bench.pickUp(options)
case "latency": try await bench.trickle(options)
case "crowd": try await bench.crowd(options)
default:
    print(
        "'\(options.command)' is no command of postgres-bench, or wants other words.\n\(BenchOptions.usage)")
    exit(2)
}
