import Foundation
import Lockstep
import LockstepSandbox

/// What the sandbox's tests kill: a process that runs a program without an end in a sandbox, and says its id.
@main
struct Parent {
    static func main() async throws {
        // When the tests end, in whatever way, so does this.
        Thread.detachNewThread {
            while readLine() != nil {}
            exit(0)
        }
        let limits = SandboxLimits(
            time: .seconds(300), processorSeconds: 100, memory: 1 << 30, output: 1 << 20)
        try await SandboxFolder.with(in: CommandLine.arguments[1]) { folder in
            _ = try await Sandbox(limits: limits).run(
                "sh", ["-c", "echo $$; exec sleep 1000"], in: folder.newPlace(), into: [UInt8]()
            ) { _, bytes in
                FileHandle.standardOutput.write(Data(bytes))
            }
        }
    }
}
