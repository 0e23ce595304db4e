import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Testing

/// However the work ends, nothing of it goes on.
@Suite struct SandboxEndTests {
    /// Whether a process is there and no zombie.
    static func lives(_ pid: Int32) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
            return false
        }
        let state = stat.split(separator: ")").last?.split(separator: " ").first
        return state != "Z" && state != "X"
    }

    /// Waits until processes are gone.
    static func gone(_ pids: [Int32], within limit: Duration = .seconds(10)) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if !pids.contains(where: lives) { return true }
            await Task.yield()
        }
        return false
    }

    @Test(.timeLimit(.minutes(1))) func cancellingEndsTheWholeGroup() async throws {
        let scratch = try Scratch()
        let (pids, tell) = AsyncStream<[Int32]>.makeStream()
        let limits = SandboxTests.limits
        let work = Task {
            try await SandboxFolder.with(in: scratch.folder) { folder in
                // A child and a grandchild, neither of which would end by itself.
                _ = try await Sandbox(limits: limits).run(
                    "sh", ["-c", "sleep 1000 & echo $$ $!; wait"], in: folder.newPlace(), into: [UInt8]()
                ) { text, bytes in
                    text += bytes
                    guard text.last == UInt8(ascii: "\n") else { return }
                    tell.yield(
                        String(decoding: text, as: UTF8.self).split(whereSeparator: \.isWhitespace)
                            .compactMap { Int32($0) })
                }
            }
        }
        var iterator = pids.makeAsyncIterator()
        let started = try #require(await iterator.next())
        #expect(started.count == 2 && started.allSatisfy(Self.lives))
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(await Self.gone(started))
        // The folder goes too.
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
    }

    @Test(.timeLimit(.minutes(1))) func whatIsLeftBehindIsEndedWithTheProgram() async throws {
        let scratch = try Scratch()
        let (text, _) = try await SandboxFolder.with(in: scratch.folder) { folder in
            try await Sandbox(limits: SandboxTests.limits).run(
                "sh", ["-c", "sleep 1000 > /dev/null 2>&1 & echo $!"], in: folder.newPlace(), into: [UInt8]()
            ) { $0 += $1 }
        }
        let pid = try #require(
            Int32(String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(await Self.gone([pid]))
    }

    @Test(.timeLimit(.minutes(1))) func aTaskThatIsCancelledAlreadyStartsNothing() async throws {
        let scratch = try Scratch()
        let mark = scratch.path("mark")
        let place = scratch.path("place")
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        let work = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await Sandbox(limits: SandboxTests.limits).run("touch", [mark], in: place)
        }
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(!FileManager.default.fileExists(atPath: mark))
    }

    /// A process of its own runs a sandbox, tells the ids of what runs in it, and is killed.
    @Test(.timeLimit(.minutes(2))) func nothingOutlivesAParentThatIsKilled() async throws {
        for _ in 0..<5 {
            let scratch = try Scratch()
            let parent = try ChildProcess(
                try ChildProcess.built("sandbox-parent"), [scratch.folder], hasInput: true)
            var lines = parent.lines.makeAsyncIterator()
            let line = try #require(await lines.next())
            let pid = try #require(Int32(line), "\(line)")
            #expect(Self.lives(pid))
            await parent.end(SIGKILL) { Issue.record("\($0)") }
            #expect(await Self.gone([pid]), "process \(pid) has outlived its parent")
            // What it has left behind is erased by whoever comes next.
            #expect(try !FileManager.default.contentsOfDirectory(atPath: scratch.folder).isEmpty)
            try await SandboxFolder.with(in: scratch.folder) { _ in }
            #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
        }
    }

    @Test(.timeLimit(.minutes(1))) func aFolderInUseIsNotErased() async throws {
        let scratch = try Scratch()
        try await SandboxFolder.with(in: scratch.folder) { outer in
            try await SandboxFolder.with(in: scratch.folder) { _ in
                #expect(FileManager.default.fileExists(atPath: outer.path))
            }
            #expect(FileManager.default.fileExists(atPath: outer.path))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.folder) == [])
    }
}
