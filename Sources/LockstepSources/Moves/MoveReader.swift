/// Which status may follow which: maps of transitions, state machines, statements that change a status they name.
extension CodeReader {
    /// Words in the name of a map that leads from each status to the next ones.
    private static let mapWords: Set<String> = [
        "transition", "move", "next", "allowed", "flow", "edge", "workflow", "state", "machine", "matrix",
    ]

    /// What makes a set or a list of what stands in its brackets.
    private static let wrappers: Set<String> = [
        "set", "frozenset", "Set", "new", "list", "tuple", "List", "Array", "of", "from", "asList", "Arrays",
        "listOf", "setOf", "arrayOf", "emptyList", "emptySet", "EnumSet", "ImmutableSet", "HashSet", "vec",
    ]

    mutating func readMoves() {
        for index in list.tokens.indices {
            let token = list[index]
            if token.isMark("{") || (token.isMark("[") && file.language == .swift) {
                readMap(index)
            } else if token.isWord("transitions"), file.language == .ruby {
                readTransitions(index)
            }
        }
    }

    /// `UPDATE orders SET status = 'paid' WHERE status IN ('new', 'late')`.
    mutating func addMoves(of uses: ArraySlice<ValueUse>) {
        let writes = uses.filter { $0.form == .write }
        guard let write = writes.first, writes.count == 1 else { return }
        let from = uses.filter {
            $0.form == .comparison && !$0.isNegated && $0.name == write.name && $0.table == write.table
        }
        guard !from.isEmpty else { return }
        facts.moves.append(
            CodeMoves(
                column: write.name, table: write.table, name: "",
                moves: from.map {
                    CodeMoves.Move(from: $0.value, to: [write.value], line: $0.place.line)
                },
                place: write.place))
    }

    // MARK: Maps

    /// `ALLOWED_TRANSITIONS = {"new": ["paid", "lost"], Status.PAID: {Status.SENT}, "lost": []}`.
    private mutating func readMap(_ open: Int) {
        guard let name = mapName(open), !Set(NameWords(name).words).isDisjoint(with: Self.mapWords) else {
            return
        }
        guard list.isClosed(open) else { return }
        var moves: [CodeMoves.Move] = []
        for part in list.parts(in: open) {
            guard let separator = separator(in: part), let from = status(part.lowerBound..<separator),
                let to = targets(separator + 1..<part.upperBound)
            else { return }
            moves.append(CodeMoves.Move(from: from, to: to, line: list[part.lowerBound].line))
        }
        guard moves.count >= 2, moves.contains(where: { !$0.to.isEmpty }) else { return }
        facts.moves.append(
            CodeMoves(column: nil, table: nil, name: name, moves: moves, place: place(list[open].line)))
    }

    /// What stands before a bracket that opens a map: `const NAME: Type =`, `var name = map[Status][]Status`.
    private func mapName(_ open: Int) -> String? {
        var place = open - 1
        var steps = 0
        while place >= 0, steps < 30 {
            let token = list[place]
            if token.isMark(";") { return nil }
            if token.kind == .mark, list.partners[place] >= 0, list.partners[place] < place {
                place = list.partners[place]
            } else if token.isMark("=") || token.isMark(":=") {
                // The name stands before its type.
                var name = place - 1
                while name > 0, !list[name].isFirst, !list.isMark(":", at: name),
                    list[name].kind == .word || list[name].kind == .mark
                {
                    let partner = list.partners[name]
                    name = (partner >= 0 && partner < name ? partner : name) - 1
                }
                if list.isMark(":", at: name), list.at(name - 1)?.kind == .word { return list[name - 1].text }
                let words = (max(0, name)..<place).filter { list[$0].kind == .word }
                return words.first { index in
                    !Set(NameWords(list[index].text).words).isDisjoint(with: Self.mapWords)
                }.map { list[$0].text }
            } else if token.kind == .mark, list.partners[place] > place {
                return nil
            }
            place -= 1
            steps += 1
        }
        return nil
    }

    private func separator(in part: Range<Int>) -> Int? {
        part.dropFirst().prefix(12).first { index in
            list[index].isMark(":") || list[index].isMark("=>") || list[index].isMark("->")
                || list[index].isWord("to")
        }
    }

    /// A literal, a constant, or one of the two in brackets: `[Status.NEW]`.
    private func status(_ range: Range<Int>) -> ValueUse.Value? {
        var range = range
        if range.count >= 3, list[range.lowerBound].isMark("["),
            list.partners[range.lowerBound] == range.upperBound - 1
        {
            range = range.lowerBound + 1..<range.upperBound - 1
        }
        guard let first = range.first, range.count <= 7 else { return nil }
        if range.count == 1 {
            switch list[first].kind {
            case .string, .symbol: return literal(list[first]).map(ValueUse.Value.literal)
            case .word where file.language.isScript && list.isMark(":", at: first + 1):
                return .literal(list[first].text)
            case .word where file.language == .ruby && list.isMark(":", at: first + 1):
                return .literal(list[first].text)
            case .word: return .constant(list[first].text)
            case .number, .mark, .pattern: return nil
            }
        }
        // `Status.NEW`, `Status.NEW.value`, `.paid`, `Status::New`.
        let words = range.filter { list[$0].kind == .word }.map { list[$0].text }
        let isDotted = range.allSatisfy {
            list[$0].kind == .word || list[$0].isMark(".") || list[$0].isMark("::")
        }
        guard isDotted, !words.isEmpty else { return nil }
        let plain =
            words.count > 1 && ["value", "rawValue", "name"].contains(words[words.count - 1])
            ? Array(words.dropLast()) : words
        return .constant(plain.joined(separator: "."))
    }

    /// A list of statuses in brackets, however a language wraps it: `[…]`, `{…}`, `new Set([…])`, `set()`.
    private func targets(_ range: Range<Int>) -> [ValueUse.Value]? {
        guard
            let open = range.first(where: { index in
                ["[", "{", "("].contains(list[index].text) && list[index].kind == .mark
                    // The type before a list: `[]Status{…}`.
                    && !(list[index].isMark("[") && list.partners[index] == index + 1
                        && list.at(index + 2)?.kind == .word && index + 2 < range.upperBound)
            })
        else {
            // One status, or none.
            guard let one = status(range) else { return nil }
            if case .constant(let name) = one, ["None", "null", "nil"].contains(name) { return [] }
            return [one]
        }
        // What is before it names a set, a list, or its type: any other call makes what nobody sees here.
        let isList = (range.lowerBound..<open).allSatisfy { index in
            list[index].kind == .mark
                || list[index].kind == .word
                    && (Self.wrappers.contains(list[index].text) || list[open].text == "{")
        }
        guard isList else { return nil }
        let inner = list[open + 1 < list.count ? open + 1 : open]
        if inner.kind == .mark, ["[", "{", "("].contains(inner.text), list.partners[open + 1] > open,
            list.partners[open + 1] == list.partners[open] - 1
        {
            return statuses(in: open + 1)
        }
        return statuses(in: open)
    }

    private func statuses(in open: Int) -> [ValueUse.Value]? {
        guard list.isClosed(open), list.close(of: open) - open < 400 else { return nil }
        var found: [ValueUse.Value] = []
        for part in list.parts(in: open) {
            // `{Status.PAID: true}` of Go, which has no sets.
            let end = separator(in: part) ?? part.upperBound
            if part.allSatisfy({ list[$0].isString }) {
                // `%w[paid lost]`
                found += part.compactMap { literal(list[$0]).map(ValueUse.Value.literal) }
                continue
            }
            guard let value = status(part.lowerBound..<end) else { return nil }
            found.append(value)
        }
        return found
    }

    // MARK: Ruby

    /// `transitions from: [:new, :late], to: :paid` of AASM.
    private mutating func readTransitions(_ index: Int) {
        var from: [ValueUse.Value] = []
        var to: ValueUse.Value?
        var place = index + 1
        while let token = list.at(place), place - index < 40,
            !token.isFirst || list.isMark(",", at: place - 1)
        {
            if list.isMark(":", at: place + 1), let value = list.at(place + 2) {
                let one = literal(value).map(ValueUse.Value.literal)
                if token.isWord("from") { from = one.map { [$0] } ?? statuses(in: place + 2) ?? [] }
                if token.isWord("to") { to = one }
            }
            place += 1
        }
        guard let to, !from.isEmpty else { return }
        let line = list[index].line
        facts.moves.append(
            CodeMoves(
                column: nil, table: owners.last, name: "",
                moves: from.map { CodeMoves.Move(from: $0, to: [to], line: line) }, place: self.place(line)))
    }
}
