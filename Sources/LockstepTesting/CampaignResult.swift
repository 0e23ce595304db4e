import Foundation

/// What a campaign came to, as a line of the results page (`scripts/torture`).
package struct CampaignResult: Sendable {
    /// What was done, such as "workers and clients killed".
    package var name: String
    /// How often.
    package var rounds: Int
    /// What a round is, in the plural: "kills", "rounds".
    package var unit: String
    /// What was counted on the way, for people.
    package var details: String
    /// How many promises were not kept.
    package var violations: Int
    private let started = ContinuousClock().now

    /// Begins a campaign.
    package init(_ name: String, unit: String) {
        self.name = name
        rounds = 0
        self.unit = unit
        details = ""
        violations = 0
    }

    /// Prints it, and adds it to the file that `LOCKSTEP_RESULTS` names.
    /// - Throws: when that file cannot be written.
    package func record() throws {
        let seconds = Int(((ContinuousClock().now - started) / .seconds(1)).rounded())
        print("\(name): \(rounds) \(unit), \(violations) violations, \(seconds) s; \(details)")
        guard let path = ProcessInfo.processInfo.environment["LOCKSTEP_RESULTS"] else { return }
        let line = "\(name)\t\(rounds) \(unit)\t\(seconds)\t\(violations)\t\(details)\n"
        if !FileManager.default.fileExists(atPath: path) {
            try Data().write(to: URL(filePath: path))
        }
        let file = try FileHandle(forWritingTo: URL(filePath: path))
        defer { file.closeFile() }
        try file.seekToEnd()
        try file.write(contentsOf: Data(line.utf8))
    }
}

/// The seed of a test: `LOCKSTEP_SEED`, or one that is printed.
package func testSeed(_ what: String) -> UInt64 {
    let seed = UInt64(ProcessInfo.processInfo.environment["LOCKSTEP_SEED"] ?? "") ?? .random(in: 1...999_999)
    print("\(what): seed \(seed) (LOCKSTEP_SEED repeats it)")
    return seed
}
