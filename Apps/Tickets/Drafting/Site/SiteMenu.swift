/// A menu.
public struct SiteMenu: Hashable, Sendable, Codable {
    /// The machine name.
    public var name: String
    /// The name for people.
    public var label: String
    /// Its items, each below its parent.
    public var items: [MenuItem]

    /// Makes a menu.
    public init(name: String, label: String, items: [MenuItem] = []) {
        self.name = name
        self.label = label
        self.items = items
    }
}

/// An item of a menu.
public struct MenuItem: Hashable, Sendable, Codable {
    /// What is shown.
    public var label: String
    /// Where it leads; may be empty.
    public var path: String
    /// The label of the item that it stands below; empty at the top.
    public var parent: String

    /// Makes an item.
    public init(label: String, path: String = "", parent: String = "") {
        self.label = label
        self.path = path
        self.parent = parent
    }
}
