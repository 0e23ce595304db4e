import Foundation
import Synchronization

/// What a program is put behind: words in front of its own, each a program of util-linux that does its part and then
/// becomes the next one, so that one process is left in the end.
///
/// `unshare` gives it a network without a way out, `prlimit` its limits; `setpriv` has it killed when the thread that
/// started it ends, and takes away what it could gain. The shell closes the last gap: a worker may have died before
/// `setpriv` came to its turn, and then the parent is another one already.
enum Confinement: CaseIterable, Sendable {
    /// A network namespace of its own, for a process that is root.
    case network
    /// A network namespace in a user namespace of its own, for anybody, where the kernel lets them.
    case userAndNetwork
    /// No namespace, as in a container that may make none: the program must be told not to use the network.
    case limitsAlone

    /// Whether there is no network for the program, whatever it tries.
    var isolatesNetwork: Bool { self != .limitsAlone }

    /// The words in front of a program.
    /// - Parameter reachesNetwork: whether it keeps this machine's network; it loses the rights of root all the same.
    func words(
        _ limits: SandboxLimits, tools: Tools, reachesNetwork: Bool = false, parent: Int32 = getpid()
    ) -> [String] {
        var words: [String] = []
        switch self {
        case .network where !reachesNetwork: words = [tools.unshare, "--net"]
        case .userAndNetwork where !reachesNetwork: words = [tools.unshare, "--user", "--net"]
        case .network, .userAndNetwork, .limitsAlone: break
        }
        // The soft limit of time is the hard one: programs may take the softer signal (SIGXCPU) for a wish.
        words += [
            tools.prlimit, "--as=\(limits.memory)", "--cpu=\(limits.processorSeconds)",
            "--fsize=\(limits.output)", "--core=0", "--nofile=256",
        ]
        words += [tools.setpriv, "--no-new-privs"]
        if self == .network { words += ["--bounding-set=-all", "--inh-caps=-all"] }
        words += [
            "--pdeathsig=KILL", "--", "/bin/sh", "-c", "[ \"$PPID\" = \"$0\" ] || exit 125; exec \"$@\"",
            "\(parent)",
        ]
        return words
    }

    /// The programs of util-linux.
    struct Tools: Sendable {
        let unshare: String
        let prlimit: String
        let setpriv: String

        /// Finds them.
        /// - Throws: ``SandboxError`` of kind `notStarted`.
        init() throws {
            unshare = try Program.path(of: "unshare")
            prlimit = try Program.path(of: "prlimit")
            setpriv = try Program.path(of: "setpriv")
        }
    }

    private static let found = Mutex<Confinement?>(nil)

    /// The strongest one that works here; found out once, by trying. It blocks: never call it on the cooperative
    /// pool.
    /// - Throws: ``SandboxError`` of kind `notStarted` when none does.
    static func strongest(_ tools: Tools) throws -> Confinement {
        if let known = found.withLock({ $0 }) { return known }
        var complaints = ""
        let limits = SandboxLimits(time: .seconds(10), processorSeconds: 10, memory: 1 << 30, output: 1 << 20)
        for one in allCases {
            let run = SandboxRun(
                words: one.words(limits, tools: tools) + ["/bin/sh", "-c", "exit 0"], limits: limits,
                folder: "/", environment: [:], name: "sh")
            do {
                var nothing: Void = ()
                _ = try run.run(&nothing) { _, _ in }
                found.withLock { $0 = one }
                return one
            } catch let error as SandboxError {
                complaints = error.complaints.isEmpty ? error.description : error.complaints
            }
        }
        throw SandboxError(
            .notStarted,
            "no program can be run under limits here; prlimit and setpriv of util-linux must work: \(complaints)"
        )
    }
}

/// Where programs are.
enum Program {
    /// The absolute path of a program: of the folders that the environment names, then of the system's own.
    /// - Throws: ``SandboxError`` of kind `notStarted`.
    static func path(of name: String) throws -> String {
        if name.hasPrefix("/") { return name }
        let named = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":").map(String.init) ?? []
        let folders = named.filter { $0.hasPrefix("/") } + ["/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        guard let found = folders.map({ "\($0)/\(name)" }).first(where: Self.isExecutable) else {
            throw SandboxError(
                .notStarted, "the program '\(name)' is not installed here, or not on the PATH; install it")
        }
        return found
    }

    private static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
