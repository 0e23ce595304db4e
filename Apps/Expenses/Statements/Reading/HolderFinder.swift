/// Finds whose card the rows below a heading are of.
struct HolderFinder {
    /// What a heading says.
    struct Heading {
        /// The name as printed; empty when only digits are.
        var name: String
        var digits: String?
        /// Whether it names who keeps the account rather than who holds the card.
        var isAccount: Bool
    }

    /// Reads a heading.
    /// - Parameters:
    ///   - line: the line; what belongs to sums in it is left out by `ignored`.
    ///   - above: lines above it on the page, the nearest first.
    ///   - ignored: words that are of no heading.
    static func heading(_ line: TextLine, above: [TextLine], ignored: Set<Int> = []) -> Heading? {
        let segments = segments(of: line, ignored: ignored)
        let digits = CardDigits.find(line, ignored: ignored)
        if let label = segments.firstIndex(where: { isLabel($0.folded) }) {
            let candidates = segments[label...].prefix(2)
            let isMarked = line.words[segments[label].words.upperBound - 1].text.hasSuffix(":")
            if let name = candidates.lazy.compactMap({ name(of: $0, least: isMarked ? 1 : 2) }).first {
                let isAccount = segments[label].folded.contains(where: Vocabulary.accountWords.contains)
                return Heading(name: name, digits: digits?.digits, isAccount: isAccount)
            }
        }
        guard let digits else { return nil }
        // The name stands beside the digits, or above them.
        let own = segments.firstIndex { $0.words.contains(digits.word) }
        if let own {
            if let name = name(of: segments[own]) ?? nameBehindPreposition(in: segments[own]) {
                return Heading(name: name, digits: digits.digits, isAccount: false)
            }
            if own > 0, let name = segments[..<own].reversed().lazy.compactMap({ name(of: $0) }).first {
                return Heading(name: name, digits: digits.digits, isAccount: false)
            }
        }
        let left = own.map { line.words[segments[$0].words.lowerBound].left } ?? line.words[0].left
        for other in above.prefix(3) where line.top - other.bottom < 3 * line.height {
            for segment in Self.segments(of: other, ignored: [])
            where abs(other.words[segment.words.lowerBound].left - left) < 3 {
                if let name = name(of: segment) {
                    return Heading(name: name, digits: digits.digits, isAccount: false)
                }
            }
        }
        if let own, let name = segments[(own + 1)...].lazy.compactMap({ name(of: $0) }).first {
            return Heading(name: name, digits: digits.digits, isAccount: false)
        }
        return Heading(name: "", digits: digits.digits, isAccount: false)
    }

    /// Words between cells, bars, colons and parentheses.
    struct Segment {
        var words: Range<Int>
        var printed: [String]
        var folded: [String]
    }

    static func segments(of line: TextLine, ignored: Set<Int>) -> [Segment] {
        var segments: [Segment] = []
        let starts = Set(line.cells.map(\.lowerBound))
        var start: Int?
        func close(_ end: Int) {
            guard let from = start, from < end else { return }
            let printed = line.words[from..<end].map { trimmed($0.text) }
            segments.append(
                Segment(words: from..<end, printed: printed, folded: Folded.words(line.words[from..<end])))
            start = nil
        }
        for (index, word) in line.words.enumerated() {
            if starts.contains(index) || word.text.hasPrefix("(") { close(index) }
            if ["|", "·", "-", "–", "—", ":", "/", "•"].contains(word.text) || ignored.contains(index) {
                close(index)
                start = nil
                continue
            }
            if start == nil { start = index }
            if word.text.hasSuffix(":") || word.text.hasSuffix(")") || word.text.hasSuffix(";") {
                close(index + 1)
            }
        }
        close(line.words.count)
        return segments
    }

    private static func trimmed(_ text: String) -> String {
        var text = Substring(text)
        while let last = text.last, ":,;()|".contains(last) { text = text.dropLast() }
        while let first = text.first, "(:".contains(first) { text = text.dropFirst() }
        return String(text)
    }

    private static func isLabel(_ folded: [String]) -> Bool {
        if folded.contains(where: Vocabulary.holderLabels.contains) { return true }
        if folded.contains("holder")
            || folded.contains("member") && folded.contains(where: Vocabulary.cardWords.contains)
        {
            return true
        }
        return folded.count <= 3 && folded.contains(where: Vocabulary.nameLabels.contains)
            && folded.allSatisfy {
                Vocabulary.nameLabels.contains($0) || Vocabulary.headingFillers.contains($0)
                    || Vocabulary.cardWords.contains($0)
            }
    }

    private static func isFiller(_ word: String) -> Bool {
        Vocabulary.headingFillers.contains(word) || Vocabulary.cardWords.contains(word)
            || Vocabulary.holderLabels.contains(word) || Vocabulary.nameLabels.contains(word)
            || Vocabulary.endingWords.contains(word) || Vocabulary.accountWords.contains(word)
    }

    private static func isForeign(_ word: String) -> Bool {
        Vocabulary.balance.contains(word) || Vocabulary.total.contains(word)
            || Vocabulary.ignored.contains(word)
            || Vocabulary.pageWords.contains(word) || Vocabulary.statementWords.contains(word)
            || Vocabulary.date.contains(word) || Vocabulary.amount.contains(word)
            || Vocabulary.currency.contains(word)
    }

    /// The name that a segment holds, without the words that stand around names.
    static func name(of segment: Segment, least: Int = 2) -> String? {
        var words = segment.printed[...]
        func folded(_ word: String) -> [String] { Folded.words(word) }
        var wasFiller = false
        while let first = words.first {
            let parts = folded(first)
            let isMask = CardDigits.isMask(first)
            let isSmall = first.unicodeScalars.first?.properties.isLowercase ?? false
            let isDrop = isMask || parts.isEmpty || parts.allSatisfy(isFiller) || isSmall || isNumber(first)
            // `von` may begin a name, and behind other words it is none of it.
            guard isDrop,
                !parts.allSatisfy(Vocabulary.particles.contains) || isMask || isNumber(first) || parts.isEmpty
                    || wasFiller
            else { break }
            wasFiller = true
            words = words.dropFirst()
        }
        while let last = words.last {
            let parts = folded(last)
            guard CardDigits.isMask(last) || parts.isEmpty || parts.allSatisfy(isFiller) || isNumber(last)
            else { break }
            words = words.dropLast()
        }
        // What is left must be a name from end to end, but for digits behind it.
        if let end = words.firstIndex(where: {
            CardDigits.isMask($0) || isNumber($0) || folded($0).allSatisfy(isFiller) && !isParticle($0)
        }) {
            words = words[..<end]
        }
        guard words.count >= least, words.count <= 6, words.contains(where: { !isParticle($0) }) else {
            return nil
        }
        for word in words {
            let parts = folded(word)
            guard !parts.isEmpty, !parts.contains(where: isForeign), !word.contains(where: \.isNumber) else {
                return nil
            }
            if isParticle(word) { continue }
            guard let first = word.unicodeScalars.first, first.properties.isAlphabetic,
                !first.properties.isLowercase
            else {
                return nil
            }
        }
        // A single letter is nobody.
        guard words.contains(where: { $0.unicodeScalars.count > 1 }) else { return nil }
        return words.joined(separator: " ")
    }

    /// The name in `Spending by NAME, card 1234`: what stands between a word such as `by` and what tells the card.
    private static func nameBehindPreposition(in segment: Segment) -> String? {
        guard
            let place = segment.printed.firstIndex(where: {
                Folded.words($0).allSatisfy(Vocabulary.namePrepositions.contains) && !Folded.words($0).isEmpty
            })
        else { return nil }
        let rest = place + 1
        guard rest < segment.printed.count else { return nil }
        let words = segment.words.lowerBound + rest..<segment.words.upperBound
        let printed = Array(segment.printed[rest...])
        return name(
            of: Segment(words: words, printed: printed, folded: printed.flatMap { Folded.words($0) }))
    }

    /// Whom a line below a card's number names: `Used by NAME`.
    static func user(_ line: TextLine) -> Heading? {
        let segments = segments(of: line, ignored: [])
        guard segments.count == 1, line.numbers.isEmpty, let name = nameBehindPreposition(in: segments[0]),
            !Folded.words(name).contains(where: { Vocabulary.months[$0] != nil })
        else { return nil }
        return Heading(name: name, digits: nil, isAccount: false)
    }

    private static func isParticle(_ word: String) -> Bool {
        let parts = Folded.words(word)
        return parts.count == 1 && Vocabulary.particles.contains(parts[0])
    }

    private static func isNumber(_ word: String) -> Bool { word.utf8.contains { $0 &- 48 < 10 } }

    /// A line that is a name of several words, with the last digits of a card or without.
    static func bareName(_ line: TextLine) -> Heading? {
        let segments = segments(of: line, ignored: [])
        guard let first = segments.first, segments.count <= 2, let name = name(of: first),
            name.split(separator: " ").count <= 4
        else { return nil }
        // Nothing else but four digits may stand there.
        let rest = Folded.words(line.words).filter { !Folded.words(name).contains($0) && !isFiller($0) }
        guard rest.count <= 1, rest.allSatisfy({ $0.utf8.count == 4 && Int($0) != nil }) else { return nil }
        let known = Folded.words(name)
        guard
            !known.contains(where: {
                Vocabulary.charges.contains($0) || Vocabulary.credits.contains($0)
                    || Vocabulary.text.contains($0) || Vocabulary.months[$0] != nil
            })
        else { return nil }
        return Heading(name: name, digits: rest.first, isAccount: false)
    }

    /// Whether a line is a name, and what says that it goes on, and nothing else.
    static func onlyName(_ line: TextLine) -> (name: String, isContinued: Bool)? {
        let segments = segments(of: line, ignored: [])
        guard let first = segments.first, let name = name(of: first) else { return nil }
        let rest = segments.dropFirst().flatMap(\.folded)
        guard rest.allSatisfy(isFiller) else { return nil }
        return (name, !rest.isEmpty)
    }
}
