/// What a node may be made of.
struct NodeRule: Sendable {
    /// The forms that the attributes may have; none means that there are no attributes.
    var attrs: [AttributeShape] = []
    /// Whether the attributes must be there.
    var needsAttrs = false
    /// What may stand in it; `nil` means that there is no content.
    var content: ContentRule?
    /// Whether the content must be there.
    var needsContent = true
    /// The marks that it may have, when the node it stands in does not say it; `nil` means none, not even an
    /// empty list.
    var marks: [Set<String>]?
    /// Whether it is a text node.
    var isText = false

    static func leaf(_ attrs: AttributeShape..., needsAttrs: Bool = true) -> NodeRule {
        NodeRule(attrs: attrs, needsAttrs: needsAttrs)
    }
}

/// What may stand in a node.
struct ContentRule: Sendable {
    /// What may stand first; `nil` means the same as later.
    var first: [ChildRule]?
    /// What may stand there.
    var children: [ChildRule]
    var least = 0
    var most: Int?

    init(_ children: [ChildRule], first: [ChildRule]? = nil, least: Int = 0, most: Int? = nil) {
        self.children = children
        self.first = first
        self.least = least
        self.most = most
    }
}

/// A node that may stand in another.
struct ChildRule: Sendable {
    let type: String
    /// The marks that it may have there, as alternatives: all marks must be of one of these sets. `nil` means what
    /// the node's own rule says.
    let marks: [Set<String>]?

    init(_ type: String, marks: [Set<String>]? = nil) {
        self.type = type
        self.marks = marks
    }
}
