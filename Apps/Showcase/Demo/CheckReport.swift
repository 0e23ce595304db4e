import ArgumentParser

/// What was verified on the way.
struct CheckReport: Sendable {
    /// One thing that must hold.
    struct Check: Sendable {
        let what: String
        let found: String
        /// Why it does not hold, in one sentence; `nil` when it does.
        let fault: String?
    }

    private(set) var checks: [Check] = []

    /// Notes whether something holds.
    mutating func note(_ what: String, found: String, holds: Bool, else fault: @autoclosure () -> String) {
        checks.append(Check(what: what, found: found, fault: holds ? nil : fault()))
    }

    /// Prints the table, and a sentence for each fault.
    /// - Throws: the exit code 1 when there is a fault.
    func conclude(on terminal: Terminal) throws {
        let width = checks.map(\.what.count).max() ?? 0
        terminal.line()
        for check in checks {
            let mark = check.fault == nil ? terminal.paint("ok  ", .green) : terminal.paint("FAIL", .red)
            let padding = String(repeating: " ", count: width - check.what.count)
            terminal.line("\(mark)  \(check.what)\(padding)  \(check.found)")
        }
        let faults = checks.compactMap(\.fault)
        terminal.line()
        guard faults.isEmpty else {
            for fault in faults { terminal.line(fault) }
            throw ExitCode.failure
        }
        terminal.line("All \(checks.count) checks hold.")
    }
}
