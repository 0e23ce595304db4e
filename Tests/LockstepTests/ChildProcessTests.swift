import Foundation
import LockstepTesting
import Synchronization
import Testing

/// The processes that tests start.
@Suite struct ChildProcessTests {
    private static func shell(_ script: String, hasInput: Bool = false) throws -> ChildProcess {
        try ChildProcess(URL(filePath: "/bin/sh"), ["-c", script], hasInput: hasInput)
    }

    #if os(Linux)
        @Test func childrenStartedAtOnceHoldNothingOfEachOther() async throws {
            // A pipe that its maker did not mark is not theirs either.
            let stray = Pipe()
            let children = try await withThrowingTaskGroup(of: ChildProcess.self) { group in
                for _ in 0..<24 {
                    group.addTask { try ChildProcess(URL(filePath: "/bin/cat"), hasInput: true) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for child in children {
                // Once it answers it has opened and closed what a program opens to begin.
                child.tell("here")
                for await line in child.lines {
                    #expect(line == "here")
                    break
                }
                let held = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(child.pid)/fd")
                #expect(held.sorted() == ["0", "1", "2"])
            }
            // One after the other: each is noticed while the others go on.
            for child in children {
                let end = await child.end(SIGTERM) { Issue.record("\($0)") }
                #expect(end == .killed(SIGTERM))
            }
            withExtendedLifetime(stray) {}
        }
    #endif

    @Test func anEndIsTold() async throws {
        #expect(await (try Self.shell("exit 3")).ended() == .exited(3))
        #expect(await (try Self.shell("kill -9 $$")).ended() == .killed(SIGKILL))
        let child = try Self.shell("exit 0")
        await child.ended()
        #expect(child.hasEnded)
        #expect(await child.ended() == .exited(0))
    }

    @Test func whatItWritesComesLineByLine() async throws {
        let heard = Mutex<[String]>([])
        let child = try ChildProcess(
            URL(filePath: "/bin/sh"), ["-c", "pwd; echo $NAME; echo wrong >&2; printf rest"],
            environment: ["NAME": "tess"], in: "/", complaints: .withOutput
        ) { line in
            heard.withLock { $0.append(line) }
        }
        #expect(await child.text() == "/\ntess\nwrong\nrest\n")
        #expect(heard.withLock { $0 } == ["/", "tess", "wrong", "rest"])
    }

    @Test func itEndsWithItsInput() async throws {
        var child: ChildProcess? = try Self.shell("trap '' TERM; cat; echo over", hasInput: true)
        child?.tell("line")
        let lines = try #require(child?.lines)
        for await line in lines where line == "line" { break }
        // Nobody has it any more: its input ends, and it is killed.
        child = nil
        for await line in lines { #expect(line == "over") }
    }

    @Test func oneThatDoesNotEndIsNamedAndKilled() async throws {
        let child = try Self.shell("trap '' TERM; echo deaf; exec cat", hasInput: true)
        for await line in child.lines where line == "deaf" { break }
        let said = Mutex<[String]>([])
        let end = await child.end(SIGTERM, within: .milliseconds(20)) { text in
            said.withLock { $0.append(text) }
        }
        #expect(end == .killed(SIGKILL))
        let text = try #require(said.withLock { $0.first })
        #expect(text.hasPrefix("sh -c (process \(child.pid)) has not ended within"), "\(text)")
    }

    @Test func aCancelledWaitKills() async throws {
        let child = try Self.shell("exec cat", hasInput: true)
        let waiting = Task { await child.ended() }
        waiting.cancel()
        #expect(await waiting.value == .killed(SIGKILL))
    }

    @Test func whatIsNotThereIsAnError() throws {
        #expect(throws: SpawnError.self) { try ChildProcess(URL(filePath: "/bin/no-such-program")) }
        #expect(throws: SpawnError.self) {
            try ChildProcess(URL(filePath: "/bin/cat"), in: "/no-such-folder")
        }
        #expect(throws: SpawnError.self) { try ChildProcess.built("no-such-program") }
    }
}
