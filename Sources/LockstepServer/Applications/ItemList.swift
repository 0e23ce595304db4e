/// What a user has, as a list on a page: each item with its status, its progress and the way to its own page.
public struct ItemList: Sendable {
    /// An item of the list, in plain text.
    public struct Item: Hashable, Sendable {
        /// What it is called.
        public var title: String
        /// A local path.
        public var link: String
        /// What is said under its name.
        public var note: String
        /// Where it is; a bar shows its progress.
        public var badge: StatusBadge

        /// An item.
        public init(title: String, link: String, note: String, badge: StatusBadge) {
            self.title = title
            self.link = link
            self.note = note
            self.badge = badge
        }
    }

    /// How many items are shown.
    public static let shown = 100

    private let items: [Item]
    private let hasMore: Bool

    /// A list.
    /// - Parameter items: the newest first; of more than ``shown`` it is said that there are more.
    public init(_ items: [Item]) {
        self.items = Array(items.prefix(Self.shown))
        hasMore = items.count > Self.shown
    }

    /// The list; everything in it is escaped. A page's style sheet needs ``css`` for it.
    public var html: String {
        let rest = hasMore ? "<p class=\"soft\">Older ones are not shown.</p>" : ""
        return "<ul class=\"items\">\n\(items.map(Self.html).joined(separator: "\n"))\n</ul>\(rest)"
    }

    private static func html(_ item: Item) -> String {
        let progress =
            item.badge.progress.map {
                "<progress max=\"100\" value=\"\($0)\" aria-label=\"Progress\"></progress>"
            } ?? ""
        return """
            <li><a href="\(HTML.escape(item.link))"><b>\(HTML.escape(item.title))</b>\
            <small>\(HTML.escape(item.note))</small>\(item.badge.html)\(progress)</a></li>
            """
    }

    /// The style sheet of lists, to stand after ``PageStyle/css``.
    public static let css = """
        .items { margin: 0; padding: 0; list-style: none; display: grid; gap: .6rem; }
        .items a { display: grid; grid-template-columns: 1fr auto; gap: .1rem 1rem; padding: .75rem 1rem;
          background: var(--card); border: 1px solid var(--line); border-radius: .6rem; color: inherit;
          text-decoration: none; }
        .items a:hover { border-color: var(--blue); } .items b { color: var(--blue); overflow-wrap: anywhere; }
        .items .badge { align-self: center; grid-column: 2; grid-row: 1 / span 2; } .items small { color: var(--soft); }
        .items progress { grid-column: 1 / -1; width: 100%; height: .4rem; margin-top: .35rem;
          accent-color: var(--blue); }
        @media (max-width: 34rem) { .items .badge { grid-row: 1; } .items small { grid-column: 1 / -1; } }

        """
}
