/// HTML text in which every inserted value is escaped.
///
/// A string literal is HTML as it stands; whatever is interpolated is text, and becomes text
/// (``HTML/escape(_:)``), unless it is itself `Markup`. So a page cannot forget to escape a job's fields, whatever
/// is written in them. Attribute values have to be quoted.
struct Markup: ExpressibleByStringInterpolation, Sendable {
    let html: String

    /// Takes a literal without insertions.
    init(stringLiteral value: String) { html = value }

    /// Takes HTML that was made elsewhere, from escaped parts.
    init(trusted html: String) { self.html = html }

    init(stringInterpolation: StringInterpolation) { html = stringInterpolation.html }

    static let empty: Markup = ""
    var isEmpty: Bool { html.isEmpty }

    /// The parts of a literal, one after the other.
    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var html = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            html.reserveCapacity(literalCapacity + interpolationCount * 16)
        }

        mutating func appendLiteral(_ literal: String) { html += literal }
        mutating func appendInterpolation(_ text: some StringProtocol) { html += HTML.escape(text) }
        mutating func appendInterpolation(_ number: Int) { html += String(number) }
        mutating func appendInterpolation(_ number: Int64) { html += String(number) }
        mutating func appendInterpolation(_ part: Markup) { html += part.html }
        mutating func appendInterpolation(_ part: Markup?) { html += part?.html ?? "" }
        mutating func appendInterpolation(_ parts: [Markup]) {
            html += parts.map(\.html).joined(separator: "\n")
        }
    }
}

extension Markup {
    static func + (left: Markup, right: Markup) -> Markup { Markup(trusted: left.html + right.html) }

    /// Numbers with thin groups of three, so that long ones can be read.
    static func number(_ count: Int) -> Markup {
        let digits = String(count.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped += "," }
            grouped.append(digit)
        }
        return Markup(trusted: (count < 0 ? "−" : "") + grouped)
    }
}
