// Runs simulations: many seeds with a summary, one seed with its trace, or digests for comparing processes.

import LockstepTesting

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

func complain(_ words: String) -> Never {
    let line = words + "\n"
    _ = write(STDERR_FILENO, line, line.utf8.count)
    exit(2)
}

/// Runs one seed and prints it.
func replay(_ seed: UInt64, _ options: Options) -> Never {
    let result = options.simulation(seed).run(tracing: options.isTracing)
    for line in result.trace { print(line) }
    print("seed \(seed): \(result.steps) steps, \(result.commits) commits, digest \(result.digest)")
    print(result.violation ?? "no violation")
    exit(result.violation == nil ? 0 : 1)
}

/// The line that is kept up to date on a terminal.
struct Progress {
    let total: UInt64
    let began = ContinuousClock.now
    private let isTerminal = isatty(STDOUT_FILENO) == 1
    private var spoken = ContinuousClock.now

    init(total: UInt64) { self.total = total }

    var seconds: Double {
        let spent = ContinuousClock.now - began
        return Double(spent.components.seconds) + Double(spent.components.attoseconds) / 1e18
    }

    /// What this process had of the processor, in seconds: others may be busy on the same machine.
    var processorSeconds: Double {
        var spent = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent)
        return Double(spent.tv_sec) + Double(spent.tv_nsec) / 1e9
    }

    mutating func show(_ done: UInt64, violations: Int) {
        guard done.isMultiple(of: 64), ContinuousClock.now - spoken > .seconds(isTerminal ? 1 : 60) else {
            return
        }
        spoken = ContinuousClock.now
        let share = Int(done * 20 / max(total, 1))
        let bar = String(repeating: "#", count: share) + String(repeating: "-", count: 20 - share)
        let line = "[\(bar)] \(done) of \(total) seeds, \(rate(done)) a second, violations: \(violations)"
        print(isTerminal ? "\r\u{1B}[K\(line)" : line, terminator: isTerminal ? "" : "\n")
        fflush(nil)
    }

    func rate(_ done: UInt64) -> Int { Int(Double(done) / max(seconds, 0.001)) }

    func clear() { if isTerminal { print("\r\u{1B}[K", terminator: "") } }
}

/// Runs many seeds and says what was found.
func runAll(_ options: Options) -> Never {
    var progress = Progress(total: options.seeds)
    var witnessed = Witnesses()
    var (steps, commits, violations) = (0, 0, 0)
    var virtual: Int64 = 0
    var done: UInt64 = 0
    let hunts = options.fault != nil || options.shellFault != nil
    while done < options.seeds, !(hunts && violations > 0) {
        let seed = options.first + done
        let result = options.simulation(seed).run()
        steps += result.steps
        commits += result.commits
        virtual += result.microseconds
        witnessed.add(result.witnessed)
        done += 1
        if let violation = result.violation {
            violations += 1
            progress.clear()
            print("seed \(seed): \(violation)")
            if violations <= 3, !hunts {
                for line in options.simulation(seed).run(tracing: true).trace.suffix(40) {
                    print("  \(line)")
                }
            }
        }
        progress.show(done, violations: violations)
    }
    progress.clear()
    print(
        "\(done) seeds in \(Int(progress.seconds.rounded())) s (\(progress.rate(done)) a second; "
            + "\(Int(Double(done) / progress.processorSeconds)) a second of processor time): \(steps) steps, "
            + "\(commits) commits judged, \(virtual / 3_600_000_000) hours of virtual time, violations: \(violations)"
    )
    let seen = Witness.allCases.map { "\($0) \(witnessed[$0])" }
    print("seen: " + seen.joined(separator: ", "))
    exit(violations == 0 ? 0 : 1)
}

do {
    let options = try Options(Array(CommandLine.arguments.dropFirst()))
    if options.wantsHelp {
        print(Options.usage)
        exit(0)
    }
    if let seed = options.seed { replay(seed, options) }
    if let count = options.digests {
        for seed in options.first..<options.first + count {
            print("\(seed) \(options.simulation(seed).run().digest)")
        }
    } else {
        runAll(options)
    }
} catch {
    complain("\(error)\n\(Options.usage)")
}
