import Lockstep

/// One row of a table or one object of JSON, and where it stands, for errors.
struct Entry {
    let values: [String: JSONValue]
    let place: String
    let limits: SiteLimits

    func fault(_ problem: String) -> SiteFault { SiteFault(problem, place: place) }

    /// A text on one line; numbers count as texts, `null` as nothing.
    func text(_ key: String) throws(SiteFault) -> String {
        switch values[key] {
        case nil, .null: return ""
        case .string(let text): return try line(text, key)
        case .integer(let number): return "\(number)"
        case .number(let number): return "\(number)"
        default: throw fault("\(key) must be a text")
        }
    }

    /// A text that must be there.
    func name(_ key: String) throws(SiteFault) -> String {
        let name = try text(key)
        guard !name.isEmpty else { throw fault("\(key) is missing") }
        guard name.unicodeScalars.count <= 200 else { throw fault("\(key) is longer than 200 characters") }
        return name
    }

    /// The name for people: what stands there, or the machine name in words.
    func label(_ key: String = "label", for name: String) throws(SiteFault) -> String {
        let label = try text(key)
        guard label.isEmpty else { return label }
        let words = name.map { "_-.".contains($0) ? " " : $0 }
        return (String(words).trimmingBlanks.isEmpty ? name : String(words).trimmingBlanks).capitalizedFirst
    }

    /// True or false, as exports write it.
    func flag(_ key: String) throws(SiteFault) -> Bool {
        if case .bool(let flag) = values[key] { return flag }
        switch try text(key).lowercased() {
        case "", "0", "no", "n", "false", "optional": return false
        case "1", "yes", "y", "true", "x", "required": return true
        case let other:
            throw fault("\(key) is “\(other.prefix(40))”, and must be yes or no")
        }
    }

    /// A list of texts, or a text with `|` or `;` between them.
    func texts(_ key: String) throws(SiteFault) -> [String] {
        var texts: [String] = []
        if case .array(let elements) = values[key] {
            for element in elements {
                guard case .string(let text) = element else { throw fault("\(key) must be a list of texts") }
                texts.append(try line(text, key))
            }
        } else {
            texts = try text(key).split { $0 == "|" || $0 == ";" }.map { $0.trimmingBlanks }
        }
        guard texts.count <= limits.parts else {
            throw fault("\(key) has more than \(limits.parts) texts")
        }
        return texts.filter { !$0.isEmpty }
    }

    /// The objects in a list.
    func entries(_ key: String, most: Int) throws(SiteFault) -> [Entry] {
        switch values[key] {
        case nil, .null: return []
        case .array(let elements):
            guard elements.count <= most else {
                throw fault("\(key) has \(elements.count) entries, and \(most) are the most")
            }
            var entries: [Entry] = []
            for (index, element) in elements.enumerated() {
                guard case .object(let members) = element else {
                    throw fault("\(key)[\(index)] must be an object")
                }
                entries.append(Entry(values: members, place: "\(key)[\(index)] of \(place)", limits: limits))
            }
            return entries
        default: throw fault("\(key) must be a list")
        }
    }

    /// A text without line ends and what nobody can see.
    private func line(_ text: String, _ key: String) throws(SiteFault) -> String {
        // Looked at before it is cleaned, so that the work is bounded.
        guard text.utf8.count <= 8 * limits.text else { throw tooLong(key) }
        let line = PlainLine.cleaned(text)
        guard line.unicodeScalars.count <= limits.text else { throw tooLong(key) }
        return line
    }

    private func tooLong(_ key: String) -> SiteFault {
        fault("\(key) is longer than \(limits.text) characters")
    }
}

extension String {
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
