import Foundation
import Lockstep
import Logging
import Synchronization

/// Runs programs on files that nobody vouches for.
///
/// A program runs as the leader of a process group of its own, in a folder that is empty, with an empty standard input
/// (or a few bytes of ours) and next to nothing in its environment. It has limits of time, processors, memory and output
/// (``SandboxLimits``), no network where the kernel lets a namespace be made (``isolatesNetwork()``), and cannot gain
/// rights. Cancelling the waiting task ends the group; so does the end of this process, in whatever way, within
/// moments.
///
/// What a program *reads* is not confined: tell it by its own options which formats and protocols it may follow.
///
/// ```swift
/// let sandbox = Sandbox(limits: limits)
/// let (bytes, use) = try await SandboxFolder.with(in: scratch) { folder in
///     try await sandbox.run("ffprobe", [path], in: folder.newPlace(), into: [UInt8]()) { $0 += $1 }
/// }
/// ```
public struct Sandbox: Sendable {
    /// What a program may use.
    public var limits: SandboxLimits
    /// Whether programs have this machine's network. It is for those alone that are to speak to somebody, on data that
    /// we have made ourselves.
    public var reachesNetwork = false
    /// Words in front of the program's own, such as a tracer's, under the same limits.
    package var tracer: [String] = []

    private let logger: Logger
    private static let hasSaid = Atomic(false)

    /// Makes a sandbox.
    public init(limits: SandboxLimits, logger: Logger = Logger(label: "lockstep.sandbox")) {
        self.limits = limits
        self.logger = logger
    }

    /// Whether programs have no network here, whatever they try.
    /// - Throws: ``SandboxError`` of kind `notStarted` when no program can be confined here.
    public static func isolatesNetwork() async throws -> Bool {
        try await Offload.run { _ in try Confinement.strongest(try Confinement.Tools()).isolatesNetwork }
    }

    /// Runs a program to its end and gathers what it writes to its standard output.
    /// - Parameters:
    ///   - program: its name on the PATH, or its absolute path.
    ///   - place: the folder that it starts in; it must be empty.
    ///   - input: all that it can read at its standard input, at most 4096 bytes. Others can see a program's arguments
    ///     and its environment, but not this: a password belongs here.
    ///   - value: what `read` begins with.
    ///   - read: is given what the program writes, piece after piece, on a thread of its own; nothing else of it is
    ///     kept. While it computes the program waits.
    /// - Returns: the value in the end, and what the program has used.
    /// - Throws: ``SandboxError``; `CancellationError`; what `read` throws, which ends the program.
    public func run<Value: Sendable>(
        _ program: String, _ arguments: [String], in place: String, given input: [UInt8] = [],
        into value: Value, read: @escaping @Sendable (inout Value, UnsafeRawBufferPointer) throws -> Void
    ) async throws -> (value: Value, use: SandboxUse) {
        let run = try await Offload.run { [self] _ in try prepare(program, arguments, input, in: place) }
        return try await withTaskCancellationHandler {
            try await Offload.run { _ in
                var value = value
                let use = try run.run(&value, read: read)
                return (value, use)
            }
        } onCancel: {
            run.cancel()
        }
    }

    /// Runs a program to its end that writes nothing of interest to its standard output.
    /// - Throws: ``SandboxError``; `CancellationError`.
    @discardableResult
    public func run(_ program: String, _ arguments: [String], in place: String) async throws -> SandboxUse {
        try await run(program, arguments, in: place, into: NoValue()) { _, _ in }.use
    }

    private func prepare(
        _ program: String, _ arguments: [String], _ input: [UInt8], in place: String
    ) throws -> SandboxRun {
        let tools = try Confinement.Tools()
        let confinement = try Confinement.strongest(tools)
        if !reachesNetwork, !confinement.isolatesNetwork, !Self.hasSaid.exchange(true, ordering: .relaxed) {
            logger.notice(
                "no network namespace can be made here: what programs of a sandbox may reach is left to their options"
            )
        }
        guard try FileManager.default.contentsOfDirectory(atPath: place).isEmpty else {
            throw SandboxError(
                .notStarted,
                "the folder that '\(program)' was to start in is not empty; give it one of its own")
        }
        let path = try Program.path(of: program)
        return SandboxRun(
            words: confinement.words(limits, tools: tools, reachesNetwork: reachesNetwork) + tracer + [path]
                + arguments, input: input, limits: limits, folder: place,
            environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": place, "TMPDIR": place],
            name: (path as NSString).lastPathComponent)
    }
}
