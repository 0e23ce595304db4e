import Foundation
import Lockstep

/// What the command line says.
struct BenchOptions: Sendable {
    static let usage = """
        usage: postgres-bench info
               postgres-bench setup URL
               postgres-bench enqueue|enqueue-flow|enq-rate URL COUNT
               postgres-bench worker URL COUNT drain|flow|latency OUT
               postgres-bench latency URL COUNT OUT
               postgres-bench crowd URL COUNT TALLY
        options: --workers N  --batch N  --concurrency N  --connections N  --listens yes|no
        """

    /// The schema of the store's tables, as lockstep_tables.py knows it.
    let schema = "lockstep"
    /// The command.
    let command: String
    /// Where the database is.
    let url: String
    /// How many jobs.
    let count: Int
    /// What stands between the count and the file.
    let words: [String]
    /// The file that takes the result, or holds the tally of a crowd.
    let file: String
    /// Workers in this process.
    var workers = 1
    /// Jobs per claim and per commit.
    var batch = 100
    /// Jobs at once, of every worker.
    var concurrency = 1000
    /// Connections at most.
    var connections = 4
    /// Whether a connection more listens for hints.
    var listens = true

    /// Reads the command line; `nil` when it is not as ``usage`` says.
    init?(_ arguments: ArraySlice<String>) {
        var plain: [String] = []
        var named: [(String, String)] = []
        var rest = arguments
        while let word = rest.popFirst() {
            if word.hasPrefix("--") {
                guard let value = rest.popFirst() else { return nil }
                named.append((word, value))
            } else {
                plain.append(word)
            }
        }
        let takesFile = ["worker", "latency", "crowd"].contains(plain.first)
        let least = plain.first == "info" ? 1 : plain.first == "setup" ? 2 : takesFile ? 4 : 3
        guard plain.count >= least else { return nil }
        command = plain[0]
        url = plain.count > 1 ? plain[1] : ""
        guard let count = plain.count > 2 ? Int(plain[2]) : 0 else { return nil }
        self.count = count
        file = takesFile ? plain[plain.count - 1] : ""
        words = Array(plain.dropFirst(3).dropLast(takesFile ? 1 : 0))
        for (name, value) in named where !set(name, value) { return nil }
    }

    private mutating func set(_ name: String, _ value: String) -> Bool {
        switch (name, Int(value)) {
        case ("--workers", let number?): workers = number
        case ("--batch", let number?): batch = number
        case ("--concurrency", let number?): concurrency = number
        case ("--connections", let number?): connections = number
        case ("--listens", _) where ["yes", "no"].contains(value): listens = value == "yes"
        default: return false
        }
        return true
    }

    /// The worker's options.
    var worker: WorkerOptions { WorkerOptions(concurrency: concurrency, batch: batch) }

    private struct Information: Encodable {
        var version: String
        var settings: String
        var flow = "one lifecycle of four working statuses"
    }

    /// What the table says about this program, as JSON.
    func information() throws -> String {
        let settings =
            "one process, \(connections) connections\(listens ? " and one that listens" : ""), "
            + "\(concurrency) jobs at once, batches of \(batch), CHECK, triggers and history on"
        return String(
            decoding: try JSONEncoder().encode(Information(version: "this tree", settings: settings)),
            as: UTF8.self)
    }
}
