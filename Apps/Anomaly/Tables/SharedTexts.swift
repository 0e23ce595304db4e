/// The texts that a workbook's cells refer to by number, as bytes in one block.
struct SharedTexts {
    /// As much as is kept of a cell's text and a little more, so that it is known to be cut.
    private static let longestKept = 200

    private var bytes: [UInt8] = []
    private var starts: [UInt32] = [0]

    /// - Parameter part: the name of the part with the texts, if the workbook has one.
    init(parts: WorkbookParts, part: String?, limits: Limits) throws {
        guard let part, let scanner = try parts.scanner(of: part) else { return }
        var isText = false
        var isPhonetic = false
        while true {
            switch try scanner.next() {
            case .finished: return
            case .start:
                if scanner.isNamed("t") { isText = true }
                if scanner.isNamed("rPh") { isPhonetic = true }
            case .text where isText && !isPhonetic:
                let room = SharedTexts.longestKept - (bytes.count - Int(starts[starts.count - 1]))
                bytes.append(contentsOf: scanner.text.prefix(max(0, room)))
            case .text: continue
            case .end:
                if scanner.isNamed("t") { isText = false }
                if scanner.isNamed("rPh") { isPhonetic = false }
                guard scanner.isNamed("si") else { continue }
                starts.append(UInt32(clamping: bytes.count))
                if bytes.count + starts.count * 4 > limits.sharedTextBytes {
                    throw TableError(
                        .tooLarge,
                        "The workbook \(parts.fileName) holds more than \(limits.sharedTextBytes) bytes of text; "
                            + "leave text columns out or save the sheet as CSV.")
                }
            }
        }
    }

    /// Calls `body` with a text; says no when there is none of that number.
    func withText(_ number: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows -> Bool {
        guard number >= 0, number + 1 < starts.count else { return false }
        let range = Int(starts[number])..<Int(starts[number + 1])
        try bytes.withUnsafeBufferPointer { try body(UnsafeBufferPointer(rebasing: $0[range])) }
        return true
    }
}
