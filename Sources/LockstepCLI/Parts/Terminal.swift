import Foundation

/// What standard output can show: colour and a moving line on a terminal, plain lines otherwise.
struct Terminal: Sendable {
    /// Whether standard output is a terminal.
    let isTerminal: Bool
    /// Whether colour is wanted there.
    let hasColour: Bool
    /// How many characters a line holds; `nil` where lines have no end.
    let width: Int?

    /// Looks at standard output.
    init() {
        let environment = ProcessInfo.processInfo.environment
        isTerminal = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
        hasColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
        var size = winsize()
        let isKnown = isTerminal && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        width = isKnown ? Int(size.ws_col) : (isTerminal ? 80 : nil)
    }

    /// How a word is shown.
    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
        case blue = "34"
    }

    /// A text in a style, where there is colour.
    func paint(_ text: String, _ style: Style?) -> String {
        guard hasColour, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// A text on one line, without what would steer a terminal: it may come from anybody.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }

    /// A text cut to a number of characters.
    static func cut(_ text: String, to count: Int) -> String {
        text.count <= count ? text : text.prefix(max(0, count - 1)) + "…"
    }
}
