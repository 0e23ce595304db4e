import Hummingbird
import Logging
import NIOCore

/// What a request carries from the middlewares to the routes.
public struct AppContext: RequestContext {
    /// What Hummingbird needs.
    public var coreContext: CoreRequestContextStorage
    /// Who sent the request; `nil` before ``BearerAuth`` and on the paths that it leaves open.
    public var identity: Identity?
    /// Whether the token of the request still opens what it opened when the request came: what goes on for long asks
    /// again and again. It throws what the token checker throws.
    var isStillValid: @Sendable () async throws -> Bool = { true }
    /// What the forms of the session's pages have to carry, and their scripts' requests in the header
    /// `X-Lockstep-Form`; `nil` without a session.
    public internal(set) var formToken: String?
    /// The connection that the request came by; `nil` for one without a connection.
    let channel: (any Channel)?
    /// The address at the other end of the connection; a proxy's, where one stands between.
    let remoteAddress: SocketAddress?

    /// Makes the context of a request.
    public init(source: ApplicationRequestContextSource) {
        channel = source.channel
        remoteAddress = source.channel.remoteAddress
        coreContext = CoreRequestContextStorage(source: source)
    }

    /// A context without a connection, for asking a router what it would do.
    init(probing logger: Logger) {
        channel = nil
        remoteAddress = nil
        coreContext = CoreRequestContextStorage(source: Probe(logger: logger))
    }

    /// Who sent the request.
    /// - Throws: ``Problem`` 401 when nobody is known.
    public func requireIdentity() throws -> Identity {
        guard let identity else {
            throw Problem.unauthorized("send a bearer token in the Authorization header")
        }
        return identity
    }

    /// The number that the log gives to the request.
    var requestID: String? { logger[metadataKey: "hb.request.id"]?.description }

    private struct Probe: RequestContextSource {
        let logger: Logger
    }
}
