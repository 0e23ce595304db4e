import ContentNotifying
import Foundation
import Lockstep
import LockstepTesting

/// A mail server of `scripts/mail-server`, a process of its own on a free port.
struct Postbox {
    let port: Int
    private let process: ChildProcess
    private var lines: AsyncStream<String>.AsyncIterator

    private struct Silent: Error, CustomStringConvertible { let description: String }

    /// Starts one that behaves as its options say; see `Tests/Mail/server.py`.
    init(_ options: String...) async throws { try await self.init(options) }

    /// Starts one that behaves as its options say.
    init(_ options: [String]) async throws {
        let script = URL(filePath: #filePath).appending(path: "../../../scripts/mail-server").standardized
        process = try ChildProcess(script, options, hasInput: true, complaints: .shared)
        lines = process.lines.makeAsyncIterator()
        let first = await lines.next() ?? ""
        guard let port = try JSONValue(parsing: first)["port"]?.double else {
            throw Silent(description: "the mail server said '\(first)' instead of its port")
        }
        self.port = Int(port)
    }

    /// What happened next.
    mutating func next() async throws -> JSONValue {
        guard let line = await lines.next() else { throw Silent(description: "the mail server has ended") }
        return try JSONValue(parsing: line)
    }

    /// Ends it; what was not heard is given back.
    mutating func end() async throws -> [JSONValue] {
        process.send(SIGTERM)
        var rest: [JSONValue] = []
        while let line = await lines.next() { rest.append(try JSONValue(parsing: line)) }
        return rest
    }
}

/// A folder with what a notifier needs, and one made there.
struct PostOffice {
    let scratch: Scratch
    static let sender = "videos@learn.example.org"

    init() throws { scratch = try Scratch() }

    func notifier(
        _ server: MailServer, name: String = "Lockstep", timeout: Duration = .seconds(60),
        time: any TimeSource = SystemTime()
    ) throws -> MailNotifier {
        guard let sender = MailAddress(Self.sender) else { throw CancellationError() }
        return MailNotifier(
            server, from: sender, named: name, scratch: scratch.path("mail"), timeout: timeout, time: time)
    }

    /// What is left of the files of the moment.
    func left() throws -> [String] {
        let folder = scratch.path("mail")
        guard FileManager.default.fileExists(atPath: folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: folder)
    }
}
