import CPostgres

/// What a server says unasked: kept off standard error, and looked through for a farewell.
final class PGNotices {
    /// Whether the server has said that it hangs up.
    private(set) var endsConnection = false

    /// Receives the notices of a connection; must live as long as that.
    func receive(from connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context else { return }
                let notices = Unmanaged<PGNotices>.fromOpaque(context).takeUnretainedValue()
                if PGFault(result).endsConnection { notices.endsConnection = true }
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
