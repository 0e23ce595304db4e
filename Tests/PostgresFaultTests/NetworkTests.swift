import Foundation
import Lockstep
import LockstepPostgres
import LockstepTesting
import Synchronization
import Testing

@testable import lockstep_crew

/// Hears when a listener said that something changed.
private final class Ear: Sendable {
    private let waiting = Mutex<Signal?>(nil)

    func hear(_ line: String) {
        guard line == "wake" else { return }
        waiting.withLock { signal in
            signal?.send()
            signal = nil
        }
    }

    /// How many seconds pass until the next wake; `nil` when that takes longer than the limit.
    func next(within limit: Duration) async throws -> Double? {
        let began = CallLog.now()
        let signal = Signal()
        waiting.withLock { $0 = signal }
        let impatience = Task {
            try await pause(limit)
            signal.send()
        }
        try await signal.wait()
        impatience.cancel()
        let seconds = Double(CallLog.now() - began) / 1e6
        return seconds < limit / .seconds(1) ? seconds : nil
    }
}

/// Workers on three hosts, and a network that drops what they and the database's host send each other.
@Suite(
    .serialized,
    .enabled("Network namespaces take root and the program ip (Debian: iproute2).") {
        await Hosts.canBeMade()
    })
struct NetworkTests {
    static let workers = 3
    /// How long a listener may take to hear again once the network is back.
    static let healing = Duration.seconds(15)
    /// What a pick-up may take besides the interval of polling (200 ms), in the long campaign, which has the machine to
    /// itself. Beside other tests, on few cores, nothing can be said about times.
    static let slack = 1.0
    /// What a host may hold of which only the answers are lost: it locks what it is about to claim, hears nothing, and
    /// the server undoes that after two leases (``lockstep_crew/Crew``).
    static let held = 4.0

    @Test(.timeLimit(.minutes(3))) func twoPartitionsBreakNoPromise() async throws {
        try await Self.campaign(rounds: 2, longest: 3)
    }

    /// - Parameter longest: a partition, in seconds.
    static func campaign(rounds: Int, longest: Double) async throws {
        var random = SeededGenerator(seed: testSeed("partitions"))
        var result = CampaignResult("hosts cut off from PostgreSQL", unit: "partitions")
        let hosts = try await Hosts(workers: workers)
        let cluster = Cluster(in: hosts.server)
        try await cluster.start(["-c", "fsync=off", "-c", "listen_addresses=127.0.0.1,\(Hosts.address)"])
        try await Shell.run([
            "bash", "-c", "echo 'host all all 10.213.0.0/16 trust' >>\"$1/data/pg_hba.conf\"", "bash",
            cluster.folder,
        ])
        try await cluster.sql("SELECT pg_reload_conf()")
        try await cluster.make("network")
        let crowd = try await Crowd(at: cluster.socket("network"))
        let url = "postgres://postgres@\(Hosts.address):\(try cluster.port)/network"
        var ears: [Ear] = []
        for number in 1...workers {
            let ear = Ear()
            ears.append(ear)
            try await crowd.fill("worker-w\(number)", at: url, in: hosts.worker(number))
            try await crowd.fill("listener-w\(number)", at: url, in: hosts.worker(number), onLine: ear.hear)
        }
        for seat in ["client-cleo", "client-carl"] {
            try await crowd.fill(seat, at: cluster.socket("network"))
        }
        try await pause(.seconds(2))

        var (cuts, heard, probes): ([String: Int], [Double], [(job: JobID, cut: Hosts.Cut)]) = ([:], [], [])
        while result.rounds < rounds {
            let number = Int.random(in: 1...workers, using: &random)
            let cut = Hosts.Cut.allCases[result.rounds % 3]
            try await hosts.cut(number, cut)
            let length = Double.random(in: 1...longest, using: &random)
            for _ in 0..<Int(length * 2) {
                try await pause(.milliseconds(500))
                // The hosts that are left must pick it up.
                let probe = try crowd.errands.new(["n": 1], in: .queued, priority: 1)
                if case .started(let record) = try await crowd.errands.store.start([probe])[0] {
                    probes.append((record.id, cut))
                }
            }
            try await hosts.heal(number, cut)
            if let seconds = try await ears[number - 1].next(within: healing) {
                heard.append(seconds)
            } else {
                result.violations += 1
                Issue.record("host \(number) heard nothing within \(healing) after \(length) s of \(cut)")
            }
            cuts["\(cut)", default: 0] += 1
            result.rounds += 1
            if rounds > 2 { print("partitions: \(result.rounds) of \(rounds)") }
        }

        var (pickUps, late): ([Double], Int) = ([], 0)
        let store = crowd.store
        let summary = try await crowd.close(allowance: .seconds(20)) {
            for probe in probes {
                let history = try await store.history(of: probe.job, in: Errand.name, after: 0)
                guard let start = history.first,
                    let claim = history.first(where: { $0.from == "queued" && $0.to == "fetching" })
                else { continue }
                let seconds = (claim.at - start.at) / .seconds(1)
                pickUps.append(seconds)
                if seconds > 0.2 + slack + (probe.cut == .fromServer ? held : 0) { late += 1 }
            }
        }
        result.take(summary)
        if isTorture, late > 0 {
            Issue.record("\(late) of \(pickUps.count) jobs were picked up later than by polling")
            result.violations += late
        }
        result.details =
            cuts.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
            + "; \(summary.calls.count) calls, \(summary.unknown) without an answer; \(summary.jobs) jobs; heard again "
            + "\(seconds(heard)) after the network's return; \(pickUps.count) jobs picked up meanwhile after "
            + String(format: "%.2f s (largest %.2f s)", pickUps.quantile(0.5), pickUps.max() ?? 0)
        try result.record()
        try await cluster.stop()
        try await hosts.end()
    }
}

/// Thirty partitions; only `make torture` has the time.
@Suite(
    .serialized, .enabled(if: isTorture),
    .enabled("Network namespaces take root and the program ip (Debian: iproute2).") {
        await Hosts.canBeMade()
    })
struct NetworkTortureTests {
    @Test(.timeLimit(.minutes(30))) func thirtyPartitionsBreakNoPromise() async throws {
        try await NetworkTests.campaign(rounds: 30, longest: 12)
    }
}
