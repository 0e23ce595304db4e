/// The structure of a site, as its exports tell it.
public struct Site: Hashable, Sendable, Codable {
    /// The types of content.
    public var contentTypes: [ContentType]
    /// The lists and pages that show content.
    public var views: [SiteView]
    /// The menus.
    public var menus: [SiteMenu]
    /// What the site talks to.
    public var integrations: [Integration]

    private enum CodingKeys: String, CodingKey {
        case views, menus, integrations
        case contentTypes = "content_types"
    }

    /// Makes a site.
    public init(
        contentTypes: [ContentType] = [], views: [SiteView] = [], menus: [SiteMenu] = [],
        integrations: [Integration] = []
    ) {
        self.contentTypes = contentTypes
        self.views = views
        self.menus = menus
        self.integrations = integrations
    }

    /// Whether there is nothing to make tickets of.
    public var isEmpty: Bool { subjects.isEmpty }

    /// What tickets are made of, in the order of the exports: types, views, menus, integrations.
    public var subjects: [SiteSubject] {
        contentTypes.map { SiteSubject(.contentType, $0.name) } + views.map { SiteSubject(.view, $0.name) }
            + menus.map { SiteSubject(.menu, $0.name) }
            + integrations.map { SiteSubject(.integration, $0.name) }
    }
}

/// One thing of a site that a ticket is about. Its text (`view:news`) stays the same from draft to draft.
public struct SiteSubject: Hashable, Sendable, Codable, CustomStringConvertible {
    /// What kind of thing it is.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A type of content.
        case contentType = "content_type"
        /// A list or page.
        case view
        /// A menu.
        case menu
        /// A connection to another system.
        case integration
    }

    /// What kind of thing it is.
    public let kind: Kind
    /// Its machine name.
    public let name: String

    /// Makes a subject.
    public init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// Reads what ``description`` wrote; `nil` for anything else.
    public init?(_ text: String) {
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            return nil
        }
        self.init(kind, String(text[text.index(after: colon)...]))
    }

    /// The kind and the name, such as `view:news`.
    public var description: String { "\(kind.rawValue):\(name)" }
}
