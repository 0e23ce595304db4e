/// A type of content, such as an article.
public struct ContentType: Hashable, Sendable, Codable {
    /// The machine name.
    public var name: String
    /// The name for people.
    public var label: String
    /// What it is for; empty when the export does not say.
    public var about: String
    /// Its fields, in order.
    public var fields: [SiteField]

    private enum CodingKeys: String, CodingKey {
        case name, label, fields
        case about = "description"
    }

    /// Makes a type.
    public init(name: String, label: String, about: String = "", fields: [SiteField] = []) {
        self.name = name
        self.label = label
        self.about = about
        self.fields = fields
    }
}

/// A field of a type of content.
public struct SiteField: Hashable, Sendable, Codable {
    /// The machine name.
    public var name: String
    /// The name for people.
    public var label: String
    /// What it holds, in the words of the export: `text`, `image`, `reference`.
    public var type: String
    /// Whether it must be filled in.
    public var isRequired: Bool
    /// Whether it holds more than one value.
    public var isMultiple: Bool
    /// What a reference leads to, or the values of a choice; empty when there is no such thing.
    public var target: String
    /// The help for editors; may be empty.
    public var help: String

    private enum CodingKeys: String, CodingKey {
        case name, label, type, target, help
        case isRequired = "required"
        case isMultiple = "multiple"
    }

    /// Makes a field.
    public init(
        name: String, label: String, type: String, isRequired: Bool = false, isMultiple: Bool = false,
        target: String = "", help: String = ""
    ) {
        self.name = name
        self.label = label
        self.type = type
        self.isRequired = isRequired
        self.isMultiple = isMultiple
        self.target = target
        self.help = help
    }
}
