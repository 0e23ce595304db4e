extension SQLLexer {
    /// `$1`, `${ … }`, `$$ … $$`, `$tag$ … $tag$`.
    mutating func dollar() {
        let start = at
        if peek(1) == UInt8(ascii: "{") { return hole(from: start, opening: 2, closing: 1) }
        var stop = at + 1
        while stop < bytes.count, bytes[stop].isNamePart, bytes[stop] != UInt8(ascii: "$") { stop += 1 }
        guard stop < bytes.count, bytes[stop] == UInt8(ascii: "$"), !peek(1).isDigit else {
            at = max(stop, at + 1)
            return add(.hole, text(start..<at), line: line, from: start)
        }
        let tag = Array(bytes[start...stop])
        let first = line
        let body = stop + 1
        var close = body
        while close < bytes.count {
            if bytes[close] == UInt8(ascii: "$"), bytes[close...].starts(with: tag) { break }
            if bytes[close] == .newline { line += 1 }
            close += 1
        }
        at = min(close + tag.count, bytes.count)
        add(.dollarString, text(body..<min(close, bytes.count)), line: first, from: start)
    }

    /// `{{ … }}` and `{% … %}` of templates, `{name}` of format strings.
    mutating func brace() {
        let start = at
        if peek(1) == UInt8(ascii: "{") { return hole(from: start, opening: 2, closing: 2) }
        if peek(1) == UInt8(ascii: "%") {
            while at < bytes.count, !(peek() == UInt8(ascii: "%") && peek(1) == UInt8(ascii: "}")) {
                if bytes[at] == .newline { line += 1 }
                at += 1
            }
            at = min(at + 2, bytes.count)
            return
        }
        hole(from: start, opening: 1, closing: 1)
    }

    /// The longest place to be filled in, in bytes; what is longer was none.
    private static let longestHole = 500

    mutating func hole(from start: Int, opening: Int, closing: Int) {
        let first = line
        var stop = start
        var depth = 0
        var lines = 0
        repeat {
            guard stop < bytes.count, stop - start < Self.longestHole, opening + closing > 2 || lines == 0
            else {
                at = start + 1
                return add(.sign, text(start..<at), line: line, from: start)
            }
            if bytes[stop] == UInt8(ascii: "{") { depth += 1 }
            if bytes[stop] == UInt8(ascii: "}") { depth -= 1 }
            if bytes[stop] == .newline { lines += 1 }
            stop += 1
        } while depth > 0 || stop == start + 1
        at = stop
        line += lines
        let inner = min(start + opening, stop)..<max(min(start + opening, stop), stop - closing)
        let name = text(inner).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        add(.hole, name, line: first, from: start)
    }

    /// `::` casts; `:name` is filled in.
    mutating func colon() {
        let start = at
        if peek(1) == UInt8(ascii: ":") {
            at += 2
            return add(.sign, "::", line: line, from: start)
        }
        at += 1
        guard peek().isNameStart else { return add(.sign, ":", line: line, from: start) }
        while at < bytes.count, bytes[at].isNamePart { at += 1 }
        add(.hole, text(start..<at), line: line, from: start)
    }

    mutating func percent() {
        let start = at
        if peek(1) == UInt8(ascii: "(") {
            while at < bytes.count, bytes[at] != UInt8(ascii: ")"), bytes[at] != .newline { at += 1 }
        }
        at = min(at + 2, bytes.count)
        add(.hole, text(start..<at), line: line, from: start)
    }
}
