/// A connection of a site to another system.
public struct Integration: Hashable, Sendable, Codable {
    /// The machine name.
    public var name: String
    /// The name for people.
    public var label: String
    /// How they talk: `rest`, `oauth`, `webhook`, `feed`.
    public var kind: String
    /// The address of the other system; may be empty.
    public var endpoint: String
    /// Which way data goes: `in`, `out`, `both`; may be empty.
    public var direction: String
    /// How often; may be empty.
    public var schedule: String
    /// The machine name of the type whose content goes over it; may be empty.
    public var contentType: String

    private enum CodingKeys: String, CodingKey {
        case name, label, kind, endpoint, direction, schedule
        case contentType = "content_type"
    }

    /// Makes a connection.
    public init(
        name: String, label: String, kind: String = "", endpoint: String = "", direction: String = "",
        schedule: String = "", contentType: String = ""
    ) {
        self.name = name
        self.label = label
        self.kind = kind
        self.endpoint = endpoint
        self.direction = direction
        self.schedule = schedule
        self.contentType = contentType
    }
}
