/// A list or page that shows content.
public struct SiteView: Hashable, Sendable, Codable {
    /// The machine name.
    public var name: String
    /// The name for people.
    public var label: String
    /// Where it is shown, such as `/news`; empty for a block.
    public var path: String
    /// How it shows its rows: `page`, `block`, `feed`.
    public var display: String
    /// The machine name of the type that it shows; empty for several.
    public var contentType: String
    /// What visitors can narrow it down by.
    public var filters: [String]
    /// What it is sorted by; may be empty.
    public var sort: String

    private enum CodingKeys: String, CodingKey {
        case name, label, path, display, filters, sort
        case contentType = "content_type"
    }

    /// Makes a view.
    public init(
        name: String, label: String, path: String = "", display: String = "page", contentType: String = "",
        filters: [String] = [], sort: String = ""
    ) {
        self.name = name
        self.label = label
        self.path = path
        self.display = display
        self.contentType = contentType
        self.filters = filters
        self.sort = sort
    }
}
