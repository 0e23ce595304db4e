import Foundation
import Lockstep
import LockstepTesting
import NIOHTTP1
import Testing

/// `lockstep serve` pushes what its files say, to the receiver of the examples.
@Suite struct ServePushTests {
    private static func lifecycle(_ webhook: String) -> String {
        """
        lifecycle: shout
        initial: queued
        failure: failed
        statuses:
          queued: {queues_for: running, within: 1h}
          running: {works: 5m, attempts: 3, moves_to: done, webhook: \(webhook)}
          done: {succeeds: 1d}
          failed: {fails: 1d}
        """
    }

    private static let secret = "a secret of the tests"
    private static let receiver = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "examples/python-push-receiver.py").path

    @Test(.timeLimit(.minutes(5))) func aJobStartedOverHTTPIsPushedAndEnds() async throws {
        let python = try ChildProcess(
            URL(filePath: "/usr/bin/env"), ["python3", Self.receiver, "0"],
            environment: ProcessInfo.processInfo.environment.merging(["LOCKSTEP_PUSH_SECRETS": Self.secret]) {
                $1
            },
            complaints: .shared)
        defer { python.send(SIGTERM) }
        var said = python.lines.makeAsyncIterator()
        let port = try #require(await said.next()?.split(separator: " ").last)

        let place = try Served.Place(Self.lifecycle("shouter"))
        try "# made by the tests\n*=\(Self.secret)\n".write(
            toFile: place.scratch.path("secrets"), atomically: true, encoding: .utf8)
        let served = try await Served(
            place, "--webhook", "shouter=http://localhost:\(port)/", "--webhook-secrets", "secrets",
            "--webhook-allow", "127.0.0.1", "--webhook-allow", "::1")
        let id = try await served.start("shout", ["input": ["text": "hello"]])
        let did = try #require(await said.next())
        #expect(did == "did \(id).2")
        // Its end comes with the answer, a moment after the receiver has said so.
        var job = try await served.call(.GET, "/v1/jobs/\(id)").json
        while job["status"] != "done", job["status"] != "failed" {
            job = try await served.call(.GET, "/v1/jobs/\(id)").json
        }
        #expect(job["status"] == "done" && job["output"] == "HELLO")

        // A file that names a webhook without an address is not taken over.
        try place.define(Self.lifecycle("somebody"))
        served.child.send(SIGHUP)
        #expect(try await served.line(with: "were not taken over").contains("'somebody' has no address here"))
        #expect(await served.terminate() == .exited(0))
    }

    @Test(.timeLimit(.minutes(5))) func aWebhookThatCannotBePushedToIsRefusedAtTheStart() async throws {
        let place = try Served.Place(Self.lifecycle("shouter"))
        let faults: [([String], String)] = [
            ([], "the webhook 'shouter' has no address here"),
            (["--webhook", "shouter=https://work.example.org/"], "the webhook 'shouter' has no secret"),
            (["--webhook", "shouter"], "--webhook is a name and a URL"),
            (["--webhook-allow", "localhost"], "is no block of addresses"),
            (["--webhook-secrets", "nowhere"], "the secrets file 'nowhere' cannot be read"),
        ]
        for (arguments, sentence) in faults {
            let child = try ChildProcess(
                try Tool.program(), place.arguments + arguments, environment: ["PATH": "/usr/bin:/bin"],
                in: place.scratch.folder, complaints: .withOutput)
            let said = await child.text()
            #expect(said.contains(sentence), "\(said)")
            #expect(await child.ended() != .exited(0))
        }
    }
}
