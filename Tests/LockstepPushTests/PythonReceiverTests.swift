import Foundation
import Lockstep
import LockstepPush
import LockstepTesting
import Testing

/// The receiver of the examples, in Python: what it verifies and how it answers.
@Suite struct PythonReceiverTests {
    private static let script = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "examples/python-push-receiver.py").path

    private func python(_ arguments: [String], secrets: String) throws -> ChildProcess {
        var environment = ProcessInfo.processInfo.environment
        environment["LOCKSTEP_PUSH_SECRETS"] = secrets
        return try ChildProcess(
            URL(filePath: "/usr/bin/env"), ["python3"] + arguments, environment: environment,
            complaints: .shared)
    }

    @Test(.timeLimit(.minutes(5))) func itDoesTheWorkOnce() async throws {
        let receiver = try python([Self.script, "0"], secrets: "another secret,\(Field.secret)")
        defer { receiver.send(SIGTERM) }
        var lines = receiver.lines.makeAsyncIterator()
        let greeting = try #require(await lines.next())
        let port = try #require(greeting.split(separator: " ").last.flatMap { Int($0) })
        let store = MemoryStore()
        let (job, _) = try await Field.run(
            try Field.options("http://127.0.0.1:\(port)/"), on: store, ["text": "shout"]
        ) { !$0.isLive }
        #expect(job.status == "done" && job.output == "\"SHOUT\"")
        #expect(await lines.next() == "did \(job.id).2")
    }

    @Test(.timeLimit(.minutes(5))) func itRefusesWhatItsSecretsDidNotSign() async throws {
        let receiver = try python([Self.script, "0"], secrets: "another secret")
        defer { receiver.send(SIGTERM) }
        var lines = receiver.lines.makeAsyncIterator()
        let greeting = try #require(await lines.next())
        let port = try #require(greeting.split(separator: " ").last.flatMap { Int($0) })
        let (job, _) = try await Field.run(
            try Field.options("http://127.0.0.1:\(port)/"), on: MemoryStore()
        ) { $0.failure != nil }
        #expect(job.parkedAt != nil && job.failure?.code == "http_401")
    }

    /// The same cases as in Swift, asked of the function that the example verifies by.
    @Test(.timeLimit(.minutes(5))) func itVerifiesAsSwiftDoes() async throws {
        let program = """
            import importlib.util, sys
            spec = importlib.util.spec_from_file_location("receiver", sys.argv[1])
            receiver = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(receiver)
            header, body = sys.argv[2], sys.argv[3].encode()
            def say(*cases): print(" ".join("yes" if case else "no" for case in cases))
            say(receiver.is_genuine(header, body, 1767225600), receiver.is_genuine(header, body, 1767225899),
                receiver.is_genuine(header, body, 1767225901), receiver.is_genuine(header, body, 1767225299),
                receiver.is_genuine(header, body + b" ", 1767225600),
                receiver.is_genuine(header.replace("600", "601"), body, 1767225600),
                receiver.is_genuine("t=1767225600", body, 1767225600), receiver.is_genuine("", body, 1767225600),
                receiver.is_genuine(None, body, 1767225600), receiver.is_genuine("t=\\u00b2,v1=00", body, 1767225600),
                receiver.is_genuine("t=1767225600,v1=\\u00e9", body, 1767225600))
            """
        let child = try python(
            [
                "-c", program, Self.script, PushSignatureTests.header,
                String(decoding: PushSignatureTests.body, as: UTF8.self),
            ], secrets: "the older secret")
        #expect(await child.text() == "yes yes no no no no no no no no no\n")
        #expect(await child.ended() == .exited(0))
    }
}
