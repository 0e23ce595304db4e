/// Reads the SQL in a program's strings into a catalog.
struct EmbeddedSQL {
    let index: SourceIndex
    let path: String
    let list: TokenList
    /// What loops give to a name: `for value in ("a", "b"):`.
    private let loops: [String: [String]]

    init(_ index: SourceIndex, _ path: String, _ list: TokenList) {
        self.index = index
        self.path = path
        self.list = list
        loops = Self.loops(in: list, index, path)
    }

    /// The string that begins at a token, with what is put together with it, and the token behind it.
    func text(at start: Int) -> (CodeText, end: Int)? {
        guard let first = list.at(start), first.isString else { return nil }
        var pieces: [CodeText.Piece] = []
        var at = start
        while let token = list.at(at), token.isString {
            pieces.append(.token(token))
            at += 1
            while list.isMark("+", at: at), let name = list.at(at + 1), name.kind == .word {
                var path = name.text
                at += 2
                while list.isMark(".", at: at), let part = list.at(at + 1), part.kind == .word {
                    path += "." + part.text
                    at += 2
                }
                pieces.append(.name(path, line: name.line))
            }
            if list.isMark("+", at: at), list.at(at + 1)?.isString == true {
                at += 1
            } else if list.language != .python && list.language != .ruby {
                break
            }
        }
        return (CodeText(pieces: pieces, line: first.line), at)
    }

    /// Reads a string into the catalog when it holds statements that shape tables.
    func read(_ text: CodeText, into catalog: inout Catalog, isGuarded: Bool = false) {
        guard Self.shapes(text) else { return }
        for filling in fillings(for: text) {
            var reader = SQLSchemaReader(catalog, file: path)
            reader.isGuarded = isGuarded
            reader.read(EmbeddedText(text, fill: filling.callAsFunction).tokens)
            catalog = reader.catalog
        }
    }

    static func shapes(_ text: CodeText) -> Bool {
        var joined = ""
        for case .token(let token) in text.pieces { joined += token.text + " " }
        return SQLFiles.shapes(joined)
    }

    /// One filling, or one for each turn of the loop that the string stands in.
    private func fillings(for text: CodeText) -> [HoleFilling] {
        let plain = HoleFilling(index: index, path: path)
        for piece in text.pieces {
            let names: [String] =
                switch piece {
                case .name(let name, _): [name]
                case .token(let token): token.holes.map(\.source)
                }
            for name in names {
                let base = name.split(separator: ".").first.map(String.init) ?? name
                guard let values = loops[base] else { continue }
                return values.map { value in
                    var filling = plain
                    filling.known[name] = value
                    filling.known[base] = value
                    return filling
                }
            }
        }
        return [plain]
    }

    private static func loops(in list: TokenList, _ index: SourceIndex, _ path: String) -> [String: [String]]
    {
        var loops: [String: [String]] = [:]
        for at in list.tokens.indices where list[at].isWord("in") || list[at].isWord("of") {
            guard at > 1, let name = list.at(at - 1), name.kind == .word,
                list.isWord("for", at: at - 2) || list.isWord("const", at: at - 2)
                    || list.isWord("let", at: at - 2)
            else { continue }
            var end = at + 1
            while let token = list.at(end), !token.isMark(":"), !token.isMark(")"), !token.isMark("{"),
                end < at + 400
            {
                end = token.isMark("(") || token.isMark("[") ? list.close(of: end) + 1 : end + 1
            }
            let value = CodeParser(list).value(in: at + 1..<max(at + 1, min(end, list.count)))
            switch value {
            case .list(let items):
                let texts = items.compactMap(\.plain)
                if texts.count == items.count, !texts.isEmpty { loops[name.text] = texts }
            case .name(let constant, _):
                if let found = index.constant(constant, from: path), found.values.count > 1 {
                    loops[name.text] = found.values
                }
            default: break
            }
        }
        return loops
    }
}
