/// The numbers and names of a word that may be of a date.
struct DateParts {
    enum Kind {
        case number, month, weekday
        /// `de`, `of`, and what else stands between the parts of a written date.
        case filler
    }

    struct Part {
        var kind: Kind
        /// The number; of a month, which one.
        var number: Int
        /// How many digits it has.
        var length: Int

        /// The number as a year.
        var year: Int? {
            switch length {
            case 4: (1900...2199).contains(number) ? number : nil
            case 2: 2000 + number
            default: nil
            }
        }
    }

    private let parts: [Part]
    /// What stands between the first two parts; 0 when nothing does.
    private(set) var separator: UInt8 = 0
    private var isEven = true
    private var endsWithPoint = false

    subscript(index: Int) -> Part { parts[index] }
    var kinds: [Kind] { parts.map(\.kind) }
    /// Whether two numbers are day and month rather than an amount: `4/3`, `04.03.`, `04.03`, `04-03`.
    var isDate: Bool {
        guard separator == UInt8(ascii: ".") else { return separator != UInt8(ascii: ",") }
        return endsWithPoint || parts.allSatisfy { $0.length == 2 }
    }

    init?(_ word: String) {
        let bytes = Array(word.utf8)
        guard let first = bytes.first, bytes.count <= 20, first &- 48 < 10 || first >= 65 else { return nil }
        var parts: [Part] = []
        var position = 0
        var separators: [UInt8] = []
        while position < bytes.count {
            let start = position
            let byte = bytes[position]
            if byte &- 48 < 10 {
                var number = 0
                while position < bytes.count, bytes[position] &- 48 < 10 {
                    number = number * 10 + Int(bytes[position] - 48)
                    position += 1
                    guard position - start <= 8 else { return nil }
                }
                parts.append(Part(kind: .number, number: number, length: position - start))
            } else if byte >= 65 && byte != 91 && byte != 93 {
                while position < bytes.count, bytes[position] >= 65 { position += 1 }
                let name = Folded.words(String(decoding: bytes[start..<position], as: UTF8.self))
                guard name.count == 1 else { return nil }
                if let month = Vocabulary.months[name[0]] {
                    parts.append(Part(kind: .month, number: month, length: 0))
                } else if Vocabulary.weekdays.contains(name[0]), parts.isEmpty {
                    parts.append(Part(kind: .weekday, number: 0, length: 0))
                } else if Vocabulary.dateFillers.contains(name[0]), parts.isEmpty {
                    parts.append(Part(kind: .filler, number: 0, length: 0))
                } else if !Vocabulary.ordinals.contains(name[0]) || parts.last?.kind != .number {
                    return nil
                }
            } else {
                guard "-/.,'".utf8.contains(byte) else { return nil }
                if position + 1 == bytes.count {
                    endsWithPoint = byte == UInt8(ascii: ".")
                    guard endsWithPoint || byte == UInt8(ascii: ",") else { return nil }
                } else {
                    separators.append(byte)
                }
                position += 1
            }
            guard parts.count <= 3 else { return nil }
        }
        guard !parts.isEmpty, separators.count < max(parts.count, 1) else { return nil }
        // `04.03/26` is no date.
        if parts.count == 3, parts.allSatisfy({ $0.kind == .number }) {
            guard separators.count == 2, separators[0] == separators[1], separators[0] != UInt8(ascii: ",")
            else { return nil }
        }
        separator = separators.first ?? 0
        self.parts = parts
    }
}
