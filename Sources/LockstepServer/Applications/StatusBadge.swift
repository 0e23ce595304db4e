/// A status in its colour, with the progress while something runs.
public struct StatusBadge: Hashable, Sendable {
    /// The status.
    public var status: String
    /// 0 to 100, while something runs.
    public var progress: Int?

    /// A status.
    public init(_ status: String, progress: Int? = nil) {
        self.status = status
        self.progress = progress
    }

    /// The badge; everything in it is escaped.
    public var html: String {
        let status = HTML.escape(status)
        return "<span class=\"badge \(status)\">\(status)\(progress.map { " · \($0) %" } ?? "")</span>"
    }
}
