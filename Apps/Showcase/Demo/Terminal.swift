import Foundation

/// How the demo writes: with colour and one moving line on a terminal, in plain lines otherwise.
struct Terminal: Sendable {
    private let isTerminal: Bool
    private let hasColour: Bool

    init() {
        let environment = ProcessInfo.processInfo.environment
        isTerminal = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
        hasColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// A colour for a word.
    enum Colour: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case blue = "34"
    }

    /// A text in a colour, where there is colour.
    func paint(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m" : text
    }

    /// Writes a line that stays.
    func line(_ text: String = "") {
        Output.text((isTerminal ? "\r\u{1B}[K" : "") + text + "\n")
    }

    /// Shows how far something is, on a line that is written over; only where ``showsProgress`` says so.
    func progress(_ percent: Int, _ words: String) {
        let full = percent * 24 / 100
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 24 - full)
        let text = "  \(paint(bar, .blue)) \(percent) %  \(words)"
        Output.text("\r\u{1B}[K\(text)")
    }

    /// Whether a progress line can be shown.
    var showsProgress: Bool { isTerminal }
}
