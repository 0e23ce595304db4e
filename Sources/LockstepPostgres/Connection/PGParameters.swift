/// The parameters of a statement, in PostgreSQL's binary format, in one growing buffer.
///
/// Numbers are big-endian; a text is its UTF-8 (PostgreSQL's manual, "Formats and Format Codes"). libpq wants
/// addresses, lengths and formats apart, which are made when a statement is sent.
struct PGParameters: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each begins in `bytes`; negative for `NULL`.
    private(set) var offsets: [Int] = []
    private(set) var lengths: [Int32] = []
    /// 1 is binary, 0 text.
    private(set) var formats: [Int32] = []
    /// A value in text format ends with a zero byte: one with such a byte within would lose its rest.
    private(set) var isCutShort = false

    /// Makes an empty list with room for this many bytes.
    init(reserving: Int = 0) { bytes.reserveCapacity(reserving) }

    /// How many there are.
    var count: Int { offsets.count }

    /// Adds an `int8`.
    mutating func add(_ value: Int64?) {
        guard let value else { return addNull() }
        begin()
        put(value)
        end()
    }

    /// Adds a `float8`.
    mutating func add(_ value: Double) { add(Int64(bitPattern: value.bitPattern)) }

    /// Adds a `text`.
    mutating func add(_ value: String?) {
        guard let value else { return addNull() }
        begin()
        put(value)
        end()
    }

    /// Adds a `bytea`.
    mutating func add(_ bytes: [UInt8]?) {
        guard let bytes else { return addNull() }
        addInferredBytes(bytes)
    }

    /// Adds a `bool`.
    mutating func add(_ value: Bool) {
        begin()
        bytes.append(value ? 1 : 0)
        end()
    }

    /// Adds a value as text, which the server reads as the type that it infers.
    mutating func addText(_ text: String?) {
        guard let text else { return addNull(format: 0) }
        begin(format: 0)
        let start = bytes.count
        put(text)
        if bytes[start...].contains(0) { isCutShort = true }
        end()
        bytes.append(0)
    }

    /// Adds bytes in the binary format of the type that the server infers.
    mutating func addInferredBytes(_ value: [UInt8]) {
        begin()
        bytes.append(contentsOf: value)
        end()
    }

    // MARK: Parts

    /// Adds `NULL`.
    private mutating func addNull(format: Int32 = 1) {
        offsets.append(-1)
        lengths.append(0)
        formats.append(format)
    }

    /// Begins a value; what is put from here on belongs to it.
    mutating func begin(format: Int32 = 1) {
        offsets.append(bytes.count)
        formats.append(format)
    }

    /// Makes the value that was ended last `NULL`.
    mutating func takeBack(to start: Int) {
        bytes.removeSubrange(start...)
        offsets[offsets.count - 1] = -1
        lengths[lengths.count - 1] = 0
    }

    /// Corrects a byte of a value.
    mutating func setByte(at position: Int, to byte: UInt8) { bytes[position] = byte }

    /// Ends the value that was begun.
    mutating func end() {
        lengths.append(Int32(clamping: bytes.count - (offsets.last ?? 0)))
        // An empty value must have an address: none at all is NULL.
        if bytes.isEmpty { bytes.append(0) }
    }

    mutating func put(_ value: Int64) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: Int32) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func put(_ value: String) {
        var value = value
        value.withUTF8 { bytes.append(contentsOf: $0) }
    }

    /// Makes room, so that what is put next does not move everything again and again.
    mutating func reserve(_ more: Int) {
        let needed = bytes.count + more
        if needed > bytes.capacity { bytes.reserveCapacity(max(needed, bytes.capacity * 2)) }
    }

    /// Gives the addresses to `body`, as libpq takes them; they hold no longer than that.
    func withAddresses<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) ->
            Result
    ) -> Result {
        bytes.withUnsafeBytes { buffer in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { addresses in
                let start = buffer.bindMemory(to: CChar.self).baseAddress
                for (index, offset) in offsets.enumerated() {
                    addresses.initializeElement(at: index, to: offset < 0 ? nil : start.map { $0 + offset })
                }
                return lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(UnsafePointer(addresses.baseAddress), lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }
}
