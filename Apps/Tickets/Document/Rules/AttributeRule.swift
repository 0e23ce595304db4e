import Lockstep

/// What an attribute may hold.
enum AttributeRule: Sendable {
    /// A text of so many characters at least.
    case text(least: Int)
    /// A number in a range; `nil` is any.
    case number(ClosedRange<Double>?)
    /// One of these words.
    case word([String])
    /// True or false.
    case flag
    /// A list of numbers.
    case numbers
    /// A list of texts, of so many at least.
    case texts(least: Int)
    /// A colour such as `#00ff9a`, or, when it says so, with two more digits of transparency.
    case colour(withAlpha: Bool)
    /// A data source of a card: `id`, `parameters` and `views`.
    case dataSource
    /// Any JSON.
    case anything

    static let text = AttributeRule.text(least: 0)
    static let number = AttributeRule.number(nil)

    /// What must hold but does not, or `nil` when all is well.
    func problem(_ value: JSONValue) -> String? {
        isMet(by: value) ? nil : "\(Self.shown(value)) must be \(wanted)"
    }

    private func isMet(by value: JSONValue) -> Bool {
        switch (self, value) {
        case (.anything, _): true
        case (.text(let least), .string(let text)): text.unicodeScalars.count >= least
        case (.number(let range), .integer), (.number(let range), .number):
            value.double.map { number in range.map { $0.contains(number) } ?? true } ?? false
        case (.word(let words), .string(let text)): words.contains(text)
        case (.flag, .bool): true
        case (.numbers, .array(let elements)): elements.allSatisfy { $0.double != nil }
        case (.texts(let least), .array(let elements)):
            elements.count >= least && elements.allSatisfy { $0.text != nil }
        case (.colour(let withAlpha), .string(let text)): Self.isColour(text, withAlpha: withAlpha)
        case (.dataSource, .object(let members)): Self.isDataSource(members)
        default: false
        }
    }

    private var wanted: String {
        switch self {
        case .text(let least): least > 0 ? "a text that is not empty" : "a text"
        case .number(let range):
            range.map { "a number from \(Int($0.lowerBound)) to \(Self.shown($0.upperBound))" } ?? "a number"
        case .word(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
        case .flag: "true or false"
        case .numbers: "a list of numbers"
        case .texts: "a list of texts that is not empty"
        case .colour(let withAlpha):
            withAlpha ? "a colour such as #00ff9a or #00ff9a80" : "a colour such as #00ff9a"
        case .dataSource: "an object with id, parameters and views"
        case .anything: "anything"
        }
    }

    private static func shown(_ bound: Double) -> String {
        bound == .greatestFiniteMagnitude ? "any" : String(Int(bound))
    }

    private static func shown(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): "“\(text.prefix(40))”"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .bool(let flag): "\(flag)"
        default: value.kind
        }
    }

    private static func isColour(_ text: String, withAlpha: Bool) -> Bool {
        let digits = text.utf8.dropFirst()
        return text.utf8.first == UInt8(ascii: "#") && (digits.count == 6 || withAlpha && digits.count == 8)
            && digits.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0 | 32)
            }
    }

    private static func isDataSource(_ members: [String: JSONValue]) -> Bool {
        guard Set(members.keys) == ["id", "parameters", "views"], members["id"]?.text != nil,
            case .array(let views) = members["views"], !views.isEmpty
        else { return false }
        return views.allSatisfy { view in
            guard case .object(let parts) = view, parts["type"]?.text != nil else { return false }
            return Set(parts.keys).isSubset(of: ["type", "properties"])
        }
    }
}

/// The attributes of a node or a mark, in one of the forms that they may have.
struct AttributeShape: Sendable {
    var rules: [String: AttributeRule]
    var required: Set<String>

    init(_ rules: [String: AttributeRule], required: Set<String> = []) {
        self.rules = rules
        self.required = required
    }

    /// Every fault of attributes that stand at a path, by name.
    func faults(_ attrs: [String: JSONValue], path: String) -> [ADFFault] {
        var faults = required.filter { attrs[$0] == nil }.sorted().map {
            ADFFault(path: path, problem: "the attribute \($0) is missing")
        }
        for (name, value) in attrs.sorted(by: { $0.key < $1.key }) {
            guard let rule = rules[name] else {
                let known = rules.keys.sorted().joined(separator: ", ")
                faults.append(
                    ADFFault(
                        path: "\(path).\(name)", problem: "there is no such attribute here, only \(known)"))
                continue
            }
            if let problem = rule.problem(value) {
                faults.append(ADFFault(path: "\(path).\(name)", problem: problem))
            }
        }
        return faults
    }
}
