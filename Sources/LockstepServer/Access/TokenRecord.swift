import Lockstep

/// What is known of a token besides the token itself, which is shown once and kept nowhere.
public struct TokenRecord: Hashable, Sendable, Encodable {
    /// The first 16 hexadecimal digits of the token's SHA-256: enough to name it, and no help in guessing it.
    public let id: String
    /// Whom it belongs to.
    public let user: String
    /// What it opens, as it is stored.
    public let role: String
    /// The lifecycles that it is bound to; `nil` when it is not.
    public let lifecycles: [String]?
    /// What it is for, in words.
    public let note: String?
    /// When it was made.
    public let createdAt: Timestamp
    /// When it ends by itself.
    public let expiresAt: Timestamp?
    /// When it was last used, to ``SQLTokens/usageGrain``.
    public let lastUsedAt: Timestamp?

    private enum CodingKeys: String, CodingKey {
        case id, user, role, lifecycles, note
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case lastUsedAt = "last_used_at"
    }

    /// Writes the record as every face of Lockstep shows it; what is not there is `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(user, forKey: .user)
        try container.encode(role, forKey: .role)
        try container.encode(lifecycles, forKey: .lifecycles)
        try container.encode(note, forKey: .note)
        try container.encode(createdAt, forKey: .createdAt)
        try container.encode(expiresAt, forKey: .expiresAt)
        try container.encode(lastUsedAt, forKey: .lastUsedAt)
    }
}

/// What a token is to open.
public struct TokenGrant: Hashable, Sendable {
    /// The longest note in bytes.
    public static let longestNote = 255
    /// How many lifecycles a token is bound to at most.
    public static let mostLifecycles = 100

    /// Whom it belongs to: a client sees the jobs of this owner alone.
    public var user: String
    /// What it opens.
    public var role: Identity.Role
    /// For a worker: the lifecycles that it is bound to; `nil` for all.
    public var lifecycles: [String]?
    /// What it is for, in words.
    public var note: String?
    /// How long it opens anything; `.forever` until it is revoked.
    public var lifetime: TimeLimit

    /// Makes a grant.
    public init(
        user: String, role: Identity.Role, lifecycles: [String]? = nil, note: String? = nil,
        lifetime: TimeLimit = .forever
    ) {
        self.user = user
        self.role = role
        self.lifecycles = lifecycles
        self.note = note
        self.lifetime = lifetime
    }

    /// Throws what is wrong with it.
    func check() throws(Failure) {
        func refuse(_ sentence: String) -> Failure { .userFixable(sentence, code: "bad_value") }
        guard (1...NewJob.longestName).contains(user.utf8.count), !user.utf8.contains(0) else {
            throw refuse("a user's name must have 1 to \(NewJob.longestName) bytes of text")
        }
        if let note, note.utf8.count > Self.longestNote || note.utf8.contains(0) {
            throw refuse("a token's note must have at most \(Self.longestNote) bytes of text")
        }
        if let lifecycles {
            guard role == .worker else {
                throw refuse("only a worker's token is bound to lifecycles; leave them out for '\(role)'")
            }
            guard (1...Self.mostLifecycles).contains(lifecycles.count),
                lifecycles.allSatisfy({ $0.utf8.allSatisfy(Self.isPlain) && (1...40).contains($0.utf8.count) }
                )
            else {
                throw refuse(
                    "a token is bound to 1 to \(Self.mostLifecycles) lifecycles, each by its plain name")
            }
        }
        guard lifetime == .forever || lifetime <= .days(APILimits.longestDelay) else {
            throw refuse("a token lasts at most \(APILimits.longestDelay)d, or until it is revoked")
        }
        guard lifetime.microseconds != 0 else { throw refuse("a token must last longer than no time at all") }
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == 95
    }
}
