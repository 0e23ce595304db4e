/// What requests to an S3 storage are signed with. It prints without its secrets.
public struct S3Credentials: Sendable {
    /// The name of the key, which is sent with every request.
    public var accessKey: String
    /// The key itself, which is never sent.
    var secretKey: String
    /// What belongs to credentials that are lent for a while (AWS STS).
    var sessionToken: String?

    /// Takes credentials.
    /// - Parameter sessionToken: of credentials that are lent for a while. A permit that is signed with them ends when
    ///   they do, if that is earlier.
    public init(accessKey: String, secretKey: String, sessionToken: String? = nil) {
        self.accessKey = accessKey
        self.secretKey = secretKey
        self.sessionToken = sessionToken
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name of the key alone.
    public var description: String { "S3Credentials(\(accessKey))" }
    /// The name of the key alone.
    public var debugDescription: String { description }
    /// The name of the key alone: `dump` and messages about failed expectations look here.
    public var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey]) }
}
