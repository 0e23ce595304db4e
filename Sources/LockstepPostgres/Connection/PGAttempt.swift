import CPostgres
import LockstepSQL

/// One attempt to connect, which libpq makes step by step.
final class PGAttempt {
    /// What an attempt came to.
    enum End {
        case open
        case refused(String)
        /// No answer in time, from this host when it is known which.
        case silent(PGTarget.Host?)
    }

    private(set) var handle: OpaquePointer?
    let notices = PGNotices()
    private let hosts: [PGTarget.Host]

    /// Begins. What stands before the connection string gives way to it, what stands behind it does not.
    ///
    /// A dead network shows within about ten seconds: by what is sent and not acknowledged, and by keepalives where
    /// nothing is sent.
    init(_ connection: String, hosts: [PGTarget.Host], of target: PGTarget) throws {
        self.hosts = hosts
        var options: [(String, String)] = [
            ("fallback_application_name", "lockstep"), ("keepalives", "1"), ("keepalives_idle", "5"),
            ("keepalives_interval", "2"), ("keepalives_count", "3"), ("tcp_user_timeout", "10000"),
            ("dbname", connection),
        ]
        if hosts.count < target.hosts.count {
            options.append(("host", hosts.map(\.name).joined(separator: ",")))
            options.append(("hostaddr", Self.list(hosts.map(\.address))))
            options.append(("port", Self.list(hosts.map(\.port))))
        }
        options.append(("client_encoding", "UTF8"))
        handle = Self.withPointers(options.map(\.0)) { keywords in
            Self.withPointers(options.map(\.1)) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let handle else { throw SQLError(kind: .connection, message: "libpq has no memory left") }
        notices.receive(from: handle)
    }

    deinit { if let handle { PQfinish(handle) } }

    /// Nothing at all means that nothing is said.
    private static func list(_ values: [String]) -> String {
        values.allSatisfy(\.isEmpty) ? "" : values.joined(separator: ",")
    }

    /// The texts as C wants them, with an end.
    private static func withPointers<Result>(
        _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        let buffers = texts.map { text -> UnsafeMutableBufferPointer<CChar> in
            let characters = text.utf8CString
            let buffer = UnsafeMutableBufferPointer<CChar>.allocate(capacity: characters.count)
            _ = buffer.initialize(from: characters)
            return buffer
        }
        defer { for buffer in buffers { buffer.deallocate() } }
        let pointers: [UnsafePointer<CChar>?] = buffers.map { UnsafePointer($0.baseAddress) } + [nil]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }

    /// Waits until the connection is open or refused, or until one host has had its share of the time.
    func finish(until deadline: ContinuousClock.Instant) -> End {
        guard let handle else { return .refused("it was given away") }
        var left = max(hosts.count, 1)
        var host = tried(handle)
        var share = ContinuousClock.now + (deadline - .now) / left
        var status = PQstatus(handle) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while true {
            switch status {
            case PGRES_POLLING_OK: return .open
            case PGRES_POLLING_FAILED: return .refused(PGFault.line(PQerrorMessage(handle)))
            default:
                let isWriting = status == PGRES_POLLING_WRITING
                let ready = PGSocket.wait(
                    PQsocket(handle), toRead: !isWriting, toWrite: isWriting, until: min(share, deadline))
                if ready == .overdue { return .silent(host) }
            }
            status = PQconnectPoll(handle)
            let now = tried(handle)
            if now != host {
                host = now
                left = max(left - 1, 1)
                share = .now + (deadline - .now) / left
            }
        }
    }

    private func tried(_ handle: OpaquePointer) -> PGTarget.Host? {
        hosts.first { $0.isTried(by: handle) }
    }

    /// Gives the open connection away.
    func takeOver() -> OpaquePointer? {
        defer { handle = nil }
        return handle
    }

    /// Where the open connection leads to.
    var place: String {
        func text(_ value: UnsafeMutablePointer<CChar>?) -> String { value.map { String(cString: $0) } ?? "" }
        return "\(text(PQhost(handle))):\(text(PQport(handle)))/\(text(PQdb(handle)))"
    }
}
