/// Reads runs from a line. The time is linear in its length: for a sign that has no partner once, none is sought again.
struct LineReader {
    private let characters: [Character]
    private var index = 0
    private var runs: [Inline] = []
    private var plain = ""
    private var lonely: Set<String> = []

    static func runs(_ line: Substring) -> [Inline] {
        var reader = LineReader(characters: Array(line))
        reader.read(style: .plain, link: nil, end: reader.characters.count)
        return Inline.joined(reader.runs)
    }

    private init(characters: [Character]) { self.characters = characters }

    private mutating func read(style: Inline.Style, link: String?, end: Int) {
        while index < end {
            let character = characters[index]
            if character == "\\", index + 1 < end, Self.isPunctuation(characters[index + 1]) {
                plain.append(characters[index + 1])
                index += 2
            } else if character == "`", style == .plain, let close = partner(["`"], from: index + 1, end: end)
            {
                flush(style, link)
                enter(.code, link, from: index + 1, to: close, width: 1)
            } else if character == "*", style == .plain, index + 1 < end, characters[index + 1] == "*",
                let close = partner(["*", "*"], from: index + 2, end: end)
            {
                flush(style, link)
                enter(.strong, link, from: index + 2, to: close, width: 2)
            } else if character == "[", link == nil, style == .plain,
                let middle = partner(["]", "("], from: index + 1, end: end),
                let close = partner([")"], from: middle + 2, end: min(end, middle + 2003)),
                let address = Inline.address(String(characters[(middle + 2)..<close]))
            {
                flush(style, link)
                enter(style, address, from: index + 1, to: middle, width: 0)
                index = close + 1
            } else {
                plain.append(character)
                index += 1
            }
        }
        flush(style, link)
    }

    private mutating func enter(
        _ style: Inline.Style, _ link: String?, from start: Int, to end: Int, width: Int
    ) {
        index = start
        if style == .code {
            readCode(to: end, link: link)
        } else {
            read(style: style, link: link, end: end)
        }
        index = end + width
    }

    private mutating func readCode(to end: Int, link: String?) {
        while index < end {
            if characters[index] == "\\", index + 1 < end, Self.isPunctuation(characters[index + 1]) {
                index += 1
            }
            plain.append(characters[index])
            index += 1
        }
        flush(.code, link)
    }

    private mutating func flush(_ style: Inline.Style, _ link: String?) {
        if !plain.isEmpty { runs.append(Inline(plain, style: style, link: link)) }
        plain = ""
    }

    /// Where the next such sign stands, with something in front of it.
    private mutating func partner(_ sign: [Character], from start: Int, end: Int) -> Int? {
        let name = String(sign)
        guard !lonely.contains(name) else { return nil }
        var place = start
        while place + sign.count <= end {
            if characters[place] == "\\" {
                place += 2
            } else if characters[place] == sign[0], sign.count == 1 || characters[place + 1] == sign[1] {
                return place > start ? place : nil
            } else {
                place += 1
            }
        }
        // Within a link's words, the partner may stand behind them.
        if end == characters.count { lonely.insert(name) }
        return nil
    }

    private static func isPunctuation(_ character: Character) -> Bool {
        guard let byte = character.asciiValue else { return false }
        return (33...47).contains(byte) || (58...64).contains(byte) || (91...96).contains(byte)
            || (123...126).contains(byte)
    }
}
