import Foundation

/// Network namespaces as hosts: one of the database and some of workers, each behind the same router, which drops
/// what it is told to drop without a word.
final class Hosts: Sendable {
    /// What no longer arrives.
    enum Cut: String, CaseIterable, Sendable {
        case toServer
        case fromServer
        case both
    }

    /// Where the server is reached.
    static let address = "10.213.0.2"
    private let prefix: String
    private let workers: Int

    /// Whether hosts can be made here: that takes root and `ip` (iproute2).
    static func canBeMade() async -> Bool {
        let name = "lockstep-\(ProcessInfo.processInfo.processIdentifier)-try"
        do {
            try await Shell.run(["bash", "-c", "ip netns add \(name) && ip netns del \(name)"])
            return true
        } catch {
            print("no network namespaces can be made: \(error)")
            return false
        }
    }

    /// Makes the hosts.
    init(workers: Int) async throws {
        self.workers = workers
        prefix = "lockstep-\(ProcessInfo.processInfo.processIdentifier)-"
        try await Shell.run([
            "bash", "-c",
            """
            set -e
            p=$1 net=0
            # What tests that were killed have left behind.
            for old in $(ip netns list 2>/dev/null | grep -oE '^lockstep-[0-9]+-[a-z0-9]+' || true); do
                pid=${old#lockstep-}
                [ -d "/proc/${pid%%-*}" ] || ip netns del "$old"
            done
            ip netns add "${p}r"
            ip -n "${p}r" link set lo up
            for host in d $(seq -f w%g "$2"); do
                ip netns add "$p$host"
                ip -n "$p$host" link set lo up
                ip link add name "$host" netns "${p}r" type veth peer name net0 netns "$p$host"
                ip -n "${p}r" address add "10.213.$net.1/24" dev "$host"
                ip -n "${p}r" link set dev "$host" up
                ip -n "$p$host" address add "10.213.$net.2/24" dev net0
                ip -n "$p$host" link set dev net0 up
                ip -n "$p$host" route add default via "10.213.$net.1"
                net=$((net + 1))
            done
            ip netns exec "${p}r" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
            """, "bash", prefix, "\(workers)",
        ])
    }

    /// Takes the hosts away; nothing may run there any more.
    func end() async throws {
        try await Shell.run([
            "bash", "-c", "for host in d $(seq -f w%g \"$2\") r; do ip netns del \"$1$host\"; done", "bash",
            prefix,
            "\(workers)",
        ])
    }

    /// What stands before a command that is to run on the database's host.
    var server: [String] { ["ip", "netns", "exec", "\(prefix)d"] }

    /// What stands before a command that is to run on a worker's host, from 1.
    func worker(_ number: Int) -> [String] { ["ip", "netns", "exec", "\(prefix)w\(number)"] }

    /// Drops from now on what a worker's host and the server send each other.
    func cut(_ number: Int, _ cut: Cut) async throws {
        if cut != .fromServer { try await rule("add", "iif", "w\(number)", "to", Self.address) }
        if cut != .toServer { try await rule("add", "iif", "d", "to", "10.213.\(number).2") }
    }

    /// Lets everything through again.
    func heal(_ number: Int, _ cut: Cut) async throws {
        if cut != .fromServer { try await rule("del", "iif", "w\(number)", "to", Self.address) }
        if cut != .toServer { try await rule("del", "iif", "d", "to", "10.213.\(number).2") }
    }

    private func rule(_ words: String...) async throws {
        try await Shell.run(
            ["ip", "-n", "\(prefix)r", "rule", words[0], "priority", "10"] + words.dropFirst() + ["blackhole"]
        )
    }
}
