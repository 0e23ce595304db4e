import Lockstep

/// How jobs are pushed.
public struct PushOptions: Sendable {
    /// The webhooks that definitions call by name.
    public var targets: [PushTarget]
    /// What deliveries to a URL that stands in a definition itself are signed with.
    public var secrets: [String]
    /// Which addresses deliveries may go to.
    public var addresses: AddressRules
    /// Finds the addresses of hosts.
    public var resolver: any AddressResolver
    /// How many jobs receivers have at once, those included that they acknowledged and still work on.
    public var concurrency: Int
    /// How long a receiver may take for its whole answer.
    public var timeout: Duration
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How long the service goes without asking the store for jobs when no hint comes.
    public var poll: Duration
    /// How long the service counts as alive after a sign of life.
    public var lease: Duration
    /// How long deliveries may go on when the service stops. A job that was acknowledged and is not finished by then is
    /// given back and delivered again by whoever comes next.
    public var grace: Duration

    /// The longest answer that is read, in bytes: 64 KiB.
    public static let longestAnswer = 64 << 10

    /// Makes options.
    public init(
        targets: [PushTarget] = [], secrets: [String] = [], addresses: AddressRules = AddressRules(),
        resolver: any AddressResolver = SystemResolver(), concurrency: Int = 100,
        timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(5),
        poll: Duration = .seconds(1),
        lease: Duration = .seconds(15), grace: Duration = .seconds(30)
    ) {
        self.targets = targets
        self.secrets = secrets
        self.addresses = addresses
        self.resolver = resolver
        self.concurrency = max(1, concurrency)
        self.timeout = timeout
        self.connectTimeout = connectTimeout
        self.poll = poll
        self.lease = lease
        self.grace = grace
    }

    /// The target of a webhook.
    /// - Throws: an administrator's ``Failure`` when nobody knows its address or its secret.
    func target(of webhook: Webhook) throws -> PushTarget {
        if let target = targets.first(where: { $0.name == webhook.text }) { return target }
        guard webhook.isURL else {
            throw Failure.adminRequired(
                "the webhook '\(webhook)' has no address here; give it one, or correct its name in the definition",
                code: "unknown_webhook")
        }
        return try PushTarget(webhook.text, url: webhook.text, secrets: secrets)
    }
}
