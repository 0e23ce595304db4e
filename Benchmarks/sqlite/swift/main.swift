// Measures the SQLite store: sqlite-bench COMMAND DATABASE COUNT [WORKERS]. Benchmarks/sqlite/compare.py calls it,
// each command in a process of its own.

import Foundation
import Lockstep

let words = CommandLine.arguments
guard words.count >= 4, let count = Int(words[3]) else {
    print(
        "usage: sqlite-bench fill|fill-relay|age|drain|relay|starts|pick-up|pick-up-here|trickle DATABASE COUNT [WORKERS]"
    )
    exit(2)
}
let bench = Bench(path: words[2], count: count)
let tally = Tally(count)
let workers = words.count > 4 ? Int(words[4]) ?? 1 : 1
switch words[1] {
case "fill": try await bench.fill(Errand.self)
case "fill-relay": try await bench.fill(Relay.self)
case "age": try await bench.age()
case "drain":
    let handler = Handler(Errand.running) { work in
        tally.hit()
        return .done
    }
    try await bench.drain(Errand.self, workers: workers, [handler], tally: tally)
case "relay":
    let handlers = [
        Handler(Relay.first) { work in
            tally.begin()
            return .second
        },
        Handler(Relay.second) { work in .third },
        Handler(Relay.third) { work in .fourth },
        Handler(Relay.fourth) { work in
            tally.hit()
            return .done
        },
    ]
    try await bench.drain(Relay.self, workers: workers, handlers, tally: tally)
case "starts": try await bench.starts()
case "pick-up": try await bench.pickUp()
case "pick-up-here": try await bench.pickUpHere()
case "trickle": try await bench.trickle()
default:
    print("'\(words[1])' is no command of sqlite-bench")
    exit(2)
}
