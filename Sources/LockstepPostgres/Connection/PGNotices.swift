import CPostgres

/// What a server says unasked: kept off standard error, and looked through for a farewell and for a commit that a
/// standby may not have.
final class PGNotices {
    /// Whether the server has said that it hangs up.
    private(set) var endsConnection = false
    /// Whether the server has said, since a turn began, that it has committed without its standby: waiting for that was
    /// cancelled, and the commit then counts as a success (PostgreSQL's manual, "Synchronous Replication").
    private(set) var isNotReplicated = false

    /// Something is sent.
    func beginTurn() { isNotReplicated = false }

    /// Receives the notices of a connection; must live as long as that.
    func receive(from connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context else { return }
                let notices = Unmanaged<PGNotices>.fromOpaque(context).takeUnretainedValue()
                let notice = PGFault(result)
                if notice.endsConnection { notices.endsConnection = true }
                if notice.isCancelledReplication { notices.isNotReplicated = true }
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
