import CSpawn
import Foundation

/// The start of one process by `posix_spawn(3)`: first what it gets, then ``start(_:_:)``, in the end ``end()``.
///
/// Every descriptor made here is closed by the start of any program, from its first moment (`O_CLOEXEC`); only the
/// copies that the child gets as 0, 1 and 2 are not.
struct Spawn {
    #if canImport(Darwin)
        private var actions: posix_spawn_file_actions_t?
        private var attributes: posix_spawnattr_t?
    #else
        private var actions = posix_spawn_file_actions_t()
        private var attributes = posix_spawnattr_t()
    #endif
    private let program: String
    /// The child's ends of its pipes: this process has no use for them.
    private var childEnds: [Int32] = []

    init(_ program: String) {
        self.program = program
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
    }

    /// Lets go of what only the start needed.
    mutating func end() {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
        for one in childEnds { close(one) }
        childEnds = []
    }

    /// Gives it a pipe as standard input.
    /// - Returns: the end that is written to.
    mutating func pipeIn() throws -> Int32 {
        let (reading, writing) = try pipe()
        childEnds.append(reading)
        posix_spawn_file_actions_adddup2(&actions, reading, STDIN_FILENO)
        return writing
    }

    /// Gives it a standard input with nothing in it.
    mutating func emptyInput() -> Int32? {
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        return nil
    }

    /// Gives it a pipe as standard output.
    /// - Returns: the end that is read from.
    mutating func pipeOut() throws -> Int32 {
        let (reading, writing) = try pipe()
        childEnds.append(writing)
        posix_spawn_file_actions_adddup2(&actions, writing, STDOUT_FILENO)
        return reading
    }

    /// Gives it a standard error.
    mutating func complain(to complaints: ChildProcess.Complaints) {
        switch complaints {
        case .dropped:
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        case .shared:
            // A descriptor that is copied to itself stays open.
            posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDERR_FILENO)
        case .withOutput:
            posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        case .file(let path):
            posix_spawn_file_actions_addopen(
                &actions, STDERR_FILENO, path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        }
    }

    /// Lets it start in a folder.
    mutating func begin(in folder: String) { posix_spawn_file_actions_addchdir_np(&actions, folder) }

    /// Starts it.
    /// - Returns: its process id.
    mutating func start(_ arguments: [String], _ environment: [String: String]) throws -> Int32 {
        // The threads of Swift's pool block signals, and this process may ignore some: a program expects neither.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var defaults = none
        for signal in [SIGHUP, SIGINT, SIGPIPE, SIGTERM] { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        var flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        #if canImport(Darwin)
            flags |= Int32(POSIX_SPAWN_CLOEXEC_DEFAULT)
        #elseif canImport(Glibc)
            // What others have opened without O_CLOEXEC.
            posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1)
        #endif
        posix_spawnattr_setflags(&attributes, Int16(truncatingIfNeeded: flags))

        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var pid: Int32 = 0
        let code = posix_spawn(&pid, program, &actions, &attributes, &words, &settings)
        guard code == 0 else {
            throw SpawnError("'\(program)' cannot be started: \(String(cString: strerror(code)))")
        }
        return pid
    }

    private func pipe() throws -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [-1, -1]
        #if canImport(Darwin)
            // There the child closes everything by itself.
            let made = Foundation.pipe(&ends)
        #else
            let made = pipe2(&ends, O_CLOEXEC)
        #endif
        guard made == 0 else {
            throw SpawnError(
                "a pipe for '\(program)' cannot be made: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }
}

/// A process that could not be started.
package struct SpawnError: Error, CustomStringConvertible {
    /// One sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}
