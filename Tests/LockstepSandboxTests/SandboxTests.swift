import Foundation
import Lockstep
import LockstepSandbox
import LockstepTesting
import Testing

@Suite struct SandboxTests {
    static let limits = SandboxLimits(
        time: .seconds(60), processorSeconds: 30, memory: 512 << 20, output: 1 << 20)

    /// Runs a script of the shell in an empty folder, and gives back what it wrote.
    private static func shell(
        _ script: String, limits: SandboxLimits = limits, arguments: [String] = []
    ) async throws -> (text: String, use: SandboxUse) {
        let scratch = try Scratch()
        return try await SandboxFolder.with(in: scratch.folder) { folder in
            let (bytes, use) = try await Sandbox(limits: limits).run(
                "sh", ["-c", script] + arguments, in: folder.newPlace(), into: [UInt8]()
            ) { $0 += $1 }
            return (String(decoding: bytes, as: UTF8.self), use)
        }
    }

    /// The error of a script that is to have one.
    private static func error(_ script: String, limits: SandboxLimits = limits) async throws -> SandboxError {
        try #require(await #expect(throws: SandboxError.self) { _ = try await shell(script, limits: limits) })
    }

    // MARK: What a program finds

    @Test func itFindsAnEmptyFolderAndNextToNothingElse() async throws {
        let (text, use) = try await Self.shell(
            "ls -A | wc -l; pwd; ls /proc/self/fd | wc -l; cat | wc -c; env | cut -d= -f1 | sort | tr '\\n' ' '; ulimit -c"
        )
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "0")
        #expect(lines[1].hasSuffix("/place-1"))
        // Its own three, and the folder that ls reads.
        #expect(lines[2] == "4")
        #expect(lines[3] == "0")
        #expect(lines[4] == "HOME LC_ALL PATH PWD TMPDIR 0")
        #expect(use.output == Int64(text.utf8.count) && use.memory > 0)
    }

    @Test func aFolderThatIsNotEmptyIsRefused() async throws {
        let scratch = try Scratch()
        try Data("x".utf8).write(to: URL(filePath: scratch.path("x")))
        let error = await #expect(throws: SandboxError.self) {
            try await Sandbox(limits: Self.limits).run("true", [], in: scratch.folder)
        }
        #expect(error?.kind == .notStarted)
    }

    @Test func itLeadsAGroupOfItsOwnAndGainsNothing() async throws {
        let (text, _) = try await Self.shell(
            "echo $$ $(cut -d' ' -f5 /proc/$$/stat); grep NoNewPrivs /proc/self/status; grep CapEff /proc/self/status"
        )
        let lines = text.split(separator: "\n")
        let numbers = lines[0].split(separator: " ")
        #expect(numbers.count == 2 && numbers[0] == numbers[1])
        #expect(lines[1] == "NoNewPrivs:\t1")
        #expect(lines[2] == "CapEff:\t0000000000000000")
    }

    @Test func thereIsNoNetwork() async throws {
        guard try await Sandbox.isolatesNetwork() else {
            print("the sandbox's network: not tried, for no network namespace can be made here")
            return
        }
        // All that is left is a loopback that is down.
        let (text, _) = try await Self.shell("tail -n +3 /proc/net/dev | cut -d: -f1; cat /proc/net/route")
        #expect(text.split(whereSeparator: \.isWhitespace) == ["lo"])
        let script = """
            import socket
            for target in [("127.0.0.1", 80), ("192.0.2.1", 80)]:
                try:
                    socket.create_connection(target, 5)
                    print("reached")
                except OSError as error:
                    print("unreachable" if error.errno == 101 else error)
            """
        let (answer, _) = try await Self.shell("python3 -c '\(script.replacing("'", with: "\""))'")
        #expect(answer == "unreachable\nunreachable\n")
    }

    @Test func whatItIsGivenItReadsAndThenTheEnd() async throws {
        let scratch = try Scratch()
        let most = [UInt8](repeating: UInt8(ascii: "x"), count: 4096)
        try await SandboxFolder.with(in: scratch.folder) { folder in
            let sandbox = Sandbox(limits: Self.limits)
            for input in [Array("a\nb".utf8), most] {
                let (bytes, _) = try await sandbox.run(
                    "cat", [], in: folder.newPlace(), given: input, into: [UInt8]()
                ) { $0 += $1 }
                #expect(bytes == input)
            }
            // Not to read it is no fault.
            _ = try await sandbox.run("true", [], in: folder.newPlace(), given: most, into: 0) { _, _ in }
            let error = await #expect(throws: SandboxError.self) {
                try await sandbox.run("cat", [], in: folder.newPlace(), given: most + [0], into: 0) { _, _ in
                }
            }
            #expect(error?.kind == .notStarted && error?.description.contains("4097") == true)
        }
    }

    @Test func whoMayReachTheNetworkHasNoOtherRights() async throws {
        let scratch = try Scratch()
        try await SandboxFolder.with(in: scratch.folder) { folder in
            var sandbox = Sandbox(limits: Self.limits)
            sandbox.reachesNetwork = true
            let (bytes, _) = try await sandbox.run(
                "sh", ["-c", "readlink /proc/self/ns/net; grep CapEff /proc/self/status; ulimit -f"],
                in: folder.newPlace(), into: [UInt8]()
            ) { $0 += $1 }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
            let ours = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
            #expect(lines.first == ours)
            if try await Sandbox.isolatesNetwork() { #expect(lines[1] == "CapEff:\t0000000000000000") }
            #expect(lines[2] == "2048")
        }
    }

    // MARK: Limits

    @Test func theTimeIsLimited() async throws {
        var limits = Self.limits
        limits.time = .seconds(1)
        let error = try await Self.error("while :; do sleep 5; done", limits: limits)
        #expect(error.kind == .time && error.description == "sh has not ended within 1 seconds")
        #expect(error.failure.audience == .userFixable && error.failure.code == "sandbox_time")
    }

    @Test func theProcessorsAreLimited() async throws {
        var limits = Self.limits
        limits.processorSeconds = 1
        let error = try await Self.error("while :; do :; done", limits: limits)
        #expect(
            error.kind == .processor && error.description == "sh has used more than 1 seconds of a processor")
    }

    @Test func theMemoryIsLimited() async throws {
        let error = try await Self.error("python3 -c 'x = bytearray(1 << 30)'")
        #expect(error.kind == .memory && error.description == "sh wanted more than 512 MiB of memory")
    }

    @Test func theOutputIsLimited() async throws {
        let written = try await Self.error("yes")
        #expect(written.kind == .output && written.description == "sh has written more than 1048576 bytes")
        let file = try await Self.error("exec head -c 2000000 /dev/zero > file")
        #expect(file.kind == .output)
        #expect(file.description == "sh has written more than 1048576 bytes into a file")
    }

    @Test func aProgramThatFailsSaysWhy() async throws {
        let error = try await Self.error("echo one >&2; echo 'two words' >&2; exit 3")
        #expect(error.kind == .failed && error.description == "sh has ended with code 3: two words")
        #expect(error.complaints == "one\ntwo words" && error.exitCode == 3)
        let killed = try await Self.error("kill -KILL $$")
        #expect(killed.kind == .killed && killed.failure.audience == .temporary && killed.exitCode == nil)
        let scratch = try Scratch()
        let missing = await #expect(throws: SandboxError.self) {
            try await Sandbox(limits: Self.limits).run("no-such-program-here", [], in: scratch.folder)
        }
        #expect(missing?.kind == .notStarted && missing?.failure.audience == .adminRequired)
    }

    // MARK: Much, and none

    @Test func muchOutputFillsNoMemory() async throws {
        var limits = Self.limits
        limits.output = 4 << 30
        let scratch = try Scratch()
        let before = try Self.residentBytes()
        let (count, use) = try await SandboxFolder.with(in: scratch.folder) { [limits] folder in
            try await Sandbox(limits: limits).run(
                "head", ["-c", "1000000000", "/dev/zero"], in: folder.newPlace(), into: 0
            ) { $0 += $1.count }
        }
        #expect(count == 1_000_000_000 && use.output == 1_000_000_000)
        // Other tests run at the same time; a gigabyte would be seen beside them.
        #expect(try Self.residentBytes() - before < 500 << 20)
    }

    @Test func complaintsWithoutEndFillNoMemory() async throws {
        let error = try await Self.error("yes 'it is broken' | head -n 8000000 >&2; exit 1")
        #expect(error.kind == .failed && error.complaints.utf8.count <= 8 << 10)
        #expect(error.description == "sh has ended with code 1: it is broken")
    }

    @Test func aReaderThatThrowsEndsTheProgram() async throws {
        struct Enough: Error {}
        let scratch = try Scratch()
        await #expect(throws: Enough.self) {
            try await SandboxFolder.with(in: scratch.folder) { folder in
                _ = try await Sandbox(limits: Self.limits).run("yes", [], in: folder.newPlace(), into: 0) {
                    _, _ in
                    throw Enough()
                }
            }
        }
    }

    private static func residentBytes() throws -> Int {
        let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
        return try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 4096
    }
}
