/// A run of text in a line, of one style.
public struct Inline: Hashable, Sendable {
    /// How a run looks. Code takes no other style beside it, since the document format allows none.
    public enum Style: String, Hashable, Sendable {
        /// As it is.
        case plain
        /// Bold.
        case strong
        /// Code.
        case code
    }

    /// The text; `\n` breaks the line.
    public var text: String
    /// How it looks.
    public var style: Style
    /// The address that it leads to.
    public var link: String?

    /// Makes a run.
    /// - Parameter link: an address; one that ``address(_:)`` does not take is left out.
    public init(_ text: String, style: Style = .plain, link: String? = nil) {
        self.text = text
        self.style = style
        self.link = link.flatMap(Self.address)
    }

    /// An address that may be led to: http, https or mailto, without blanks, and with its closing brackets
    /// written as `%29`, so that it can stand in ``Markup``. `nil` for anything else.
    public static func address(_ text: String) -> String? {
        let schemes = ["http://", "https://", "mailto:"]
        guard text.utf8.count <= 2000,
            let scheme = schemes.first(where: { text.lowercased().hasPrefix($0) }),
            text.utf8.count > scheme.utf8.count,
            text.unicodeScalars.allSatisfy({
                $0.value > 32 && $0.value != 127 && !"<>\"\\`".unicodeScalars.contains($0)
                    && !$0.properties.isWhitespace
            })
        else { return nil }
        return text.replacing(")", with: "%29")
    }

    /// Runs without empty ones, and with neighbours of the same look as one.
    static func joined(_ runs: [Inline]) -> [Inline] {
        var result: [Inline] = []
        for run in runs where !run.text.isEmpty {
            if let last = result.last, last.style == run.style, last.link == run.link {
                result[result.count - 1].text += run.text
            } else {
                result.append(run)
            }
        }
        return result
    }
}

extension Inline: ExpressibleByStringLiteral {
    /// A plain run.
    public init(stringLiteral text: String) { self.init(text) }
}
