/// Arrays in binary format: how many dimensions, whether there are nulls, the elements' type; for the one dimension
/// its size and lower bound; then each element's length and bytes, -1 for `NULL` (`array_send` in PostgreSQL's
/// sources).
extension PGParameters {
    /// Adds an `int8[]`.
    mutating func add(_ values: [Int64]) {
        beginArray(of: PGType.int8, count: values.count, hasNull: false, size: values.count * 12)
        for value in values {
            put(Int32(8))
            put(value)
        }
        end()
    }

    /// Adds an `int8[]` with nulls.
    mutating func add(_ values: [Int64?]) {
        beginArray(
            of: PGType.int8, count: values.count, hasNull: values.contains { $0 == nil },
            size: values.count * 12)
        for value in values {
            guard let value else {
                put(Int32(-1))
                continue
            }
            put(Int32(8))
            put(value)
        }
        end()
    }

    /// Adds a `text[]`.
    mutating func add(_ values: [String]) {
        let size = values.reduce(0) { $0 + $1.utf8.count + 4 }
        beginArray(of: PGType.text, count: values.count, hasNull: false, size: size)
        for value in values { putElement(value) }
        end()
    }

    /// Adds a `text[]` with nulls.
    mutating func add(_ values: [String?]) {
        let size = values.reduce(0) { $0 + ($1?.utf8.count ?? 0) + 4 }
        beginArray(
            of: PGType.text, count: values.count, hasNull: values.contains { $0 == nil }, size: size)
        for value in values {
            if let value { putElement(value) } else { put(Int32(-1)) }
        }
        end()
    }

    /// Adds an `int8[]` of something of every element, or `NULL` when none has it: `unnest` fills up with nulls what
    /// is shorter than the other arrays.
    mutating func addNumbers<Element>(_ elements: [Element], _ value: (Element) -> Int64?) {
        let start = beginArray(of: PGType.int8, count: elements.count, size: elements.count * 12)
        var nulls = 0
        for element in elements {
            guard let value = value(element) else {
                put(Int32(-1))
                nulls += 1
                continue
            }
            put(Int32(8))
            put(value)
        }
        endArray(from: start, nulls: nulls, of: elements.count)
    }

    /// Adds a `text[]` of something of every element, or `NULL` when none has it.
    mutating func addTexts<Element>(
        _ elements: [Element], _ value: (Element) throws -> String?
    ) rethrows {
        let start = beginArray(of: PGType.text, count: elements.count, size: elements.count * 16)
        var nulls = 0
        for element in elements {
            if let value = try value(element) {
                putElement(value)
            } else {
                put(Int32(-1))
                nulls += 1
            }
        }
        endArray(from: start, nulls: nulls, of: elements.count)
    }

    private mutating func putElement(_ value: String) {
        put(Int32(clamping: value.utf8.count))
        put(value)
    }

    /// Begins an array of which it is not known yet whether it has nulls.
    /// - Returns: where it begins.
    private mutating func beginArray(of type: UInt32, count: Int, size: Int) -> Int {
        let start = bytes.count
        beginArray(of: type, count: count, hasNull: false, size: size)
        return start
    }

    private mutating func endArray(from start: Int, nulls: Int, of count: Int) {
        end()
        if nulls == count {
            takeBack(to: start)
        } else if nulls > 0 {
            setByte(at: start + 7, to: 1)
        }
    }

    private mutating func beginArray(of type: UInt32, count: Int, hasNull: Bool, size: Int) {
        begin()
        reserve(20 + size)
        put(Int32(count == 0 ? 0 : 1))
        put(Int32(hasNull ? 1 : 0))
        put(Int32(bitPattern: type))
        // An array without elements has no dimension.
        guard count > 0 else { return }
        put(Int32(clamping: count))
        put(Int32(1))
    }
}
