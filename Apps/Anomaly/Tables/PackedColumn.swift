/// The packed cells of one column, in chunks of equal length: in memory, or in a file once there are too many.
struct PackedColumn: Sendable {
    /// The rows of a chunk; positive.
    private let chunkLength: Int
    /// The number of cells.
    private(set) var count = 0
    /// The cells after the last whole chunk.
    private var open: [UInt64] = []
    /// The whole chunks, while they are in memory.
    private var chunks: [[UInt64]] = []
    private var file: CellFile?
    /// The places of the chunks in the file.
    private var places: [Int] = []

    init(chunkLength: Int) {
        self.chunkLength = chunkLength
    }

    mutating func append(_ cell: PackedCell) throws {
        if open.count == chunkLength { try closeChunk() }
        open.append(cell.bits)
        count += 1
    }

    private mutating func closeChunk() throws {
        if let file {
            places.append(try file.append(open))
            open.removeAll(keepingCapacity: true)
        } else {
            chunks.append(open)
            open = []
            open.reserveCapacity(chunkLength)
        }
    }

    /// Moves all whole chunks, those to come as well, into a file.
    mutating func move(to file: CellFile) throws {
        self.file = file
        for index in chunks.indices {
            places.append(try file.append(chunks[index]))
            chunks[index] = []
        }
        chunks = []
    }

    /// Ends the last chunk: nothing is added any more.
    mutating func close() throws {
        guard !open.isEmpty else { return }
        if let file { places.append(try file.append(open)) } else { chunks.append(open) }
        open = []
    }

    // MARK: Once closed

    /// Replaces every cell by what `change` makes of it.
    mutating func replaceAll(_ change: (PackedCell) -> PackedCell) throws {
        func replace(_ cells: inout [UInt64]) -> Bool {
            var isChanged = false
            for index in cells.indices {
                let bits = change(PackedCell(bits: cells[index])).bits
                if bits != cells[index] { isChanged = true }
                cells[index] = bits
            }
            return isChanged
        }
        for index in chunks.indices { _ = replace(&chunks[index]) }
        guard let file else { return }
        for (index, place) in places.enumerated() {
            var cells = [UInt64](repeating: 0, count: length(ofChunk: index))
            try cells.withUnsafeMutableBufferPointer { try file.read(into: $0, at: place) }
            if replace(&cells) { try file.write(cells, at: place) }
        }
    }

    /// Passes all cells on, chunk by chunk, and frees those in memory.
    mutating func drain(_ body: (UnsafeBufferPointer<UInt64>) -> Void) throws {
        for index in chunks.indices {
            chunks[index].withUnsafeBufferPointer(body)
            chunks[index] = []
        }
        if file != nil { try read(0..<count, body) }
    }

    /// Passes the cells of some rows on; the column must have been moved to a file.
    func read(_ rows: Range<Int>, _ body: (UnsafeBufferPointer<UInt64>) -> Void) throws {
        guard let file else { return }
        var buffer = [UInt64](repeating: 0, count: min(rows.count, chunkLength))
        var row = rows.lowerBound
        while row < rows.upperBound {
            let (chunk, offset) = row.quotientAndRemainder(dividingBy: chunkLength)
            let wanted = min(length(ofChunk: chunk) - offset, rows.upperBound - row)
            try buffer.withUnsafeMutableBufferPointer { cells in
                let part = UnsafeMutableBufferPointer(rebasing: cells[..<wanted])
                try file.read(into: part, at: places[chunk] + offset)
                body(UnsafeBufferPointer(part))
            }
            row += wanted
        }
    }

    private func length(ofChunk index: Int) -> Int { min(chunkLength, count - index * chunkLength) }
}
