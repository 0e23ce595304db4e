import AnomalyDetection

/// The bytes that a table may still keep of its texts, shared by its columns.
final class TextBudget {
    private(set) var left: Int

    init(bytes: Int) {
        left = bytes
    }

    /// Takes `count` bytes; says no when they are not left.
    func take(_ count: Int) -> Bool {
        guard count <= left else { return false }
        left -= count
        return true
    }
}

/// The texts of one column: bytes in one block, equal texts stored once as long as there are few.
struct TextStore {
    /// From this many different texts on, a column is free text.
    static let maximumLevels = 4096

    /// Texts in UTF-8, each after a byte with its length, as `TextCells` wants them.
    private(set) var bytes: [UInt8] = []
    /// The places of the different texts, in order of appearance, up to `maximumLevels`.
    private(set) var levels: [UInt32] = []
    private let budget: TextBudget
    /// An open-addressing hash table of the levels' numbers, −1 where free.
    private var slots: [Int16] = []

    init(budget: TextBudget) {
        self.budget = budget
    }

    /// More different texts came than are told apart.
    private(set) var isFree = false

    /// Stores a text.
    ///
    /// - Returns: its place in `bytes`, or `TextCells.notKept`.
    mutating func add(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let kept = TextStore.shortened(text)
        if let level = level(of: kept) { return levels[level] }
        guard bytes.count + kept.count < Int(TextCells.notKept) - 1, budget.take(kept.count + 1) else {
            isFree = true
            return TextCells.notKept
        }
        let place = UInt32(bytes.count)
        bytes.append(UInt8(kept.count))
        bytes.append(contentsOf: kept)
        if levels.count >= TextStore.maximumLevels { isFree = true }
        if !isFree { insert(place, text: kept) }
        return place
    }

    /// The number of a text among the levels, if it is one.
    func level(of text: UnsafeBufferPointer<UInt8>) -> Int? {
        guard !slots.isEmpty else { return nil }
        var slot = TextStore.hash(text) & (slots.count - 1)
        while slots[slot] >= 0 {
            let level = Int(slots[slot])
            if matches(levels[level], text) { return level }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The text at a place, as a string.
    func string(at place: UInt32) -> String {
        let start = Int(place)
        guard start < bytes.count else { return "…" }
        return String(decoding: bytes[(start + 1)...(start + Int(bytes[start]))], as: UTF8.self)
    }

    private func matches(_ place: UInt32, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = Int(place)
        guard Int(bytes[start]) == text.count else { return false }
        for offset in 0..<text.count where bytes[start + 1 + offset] != text[offset] { return false }
        return true
    }

    private mutating func insert(_ place: UInt32, text: UnsafeBufferPointer<UInt8>) {
        levels.append(place)
        if levels.count * 2 > slots.count {
            slots = [Int16](repeating: -1, count: max(16, slots.count * 4))
            for level in levels.indices {
                let start = Int(levels[level])
                let hash = bytes.withUnsafeBufferPointer { all in
                    TextStore.hash(
                        UnsafeBufferPointer(rebasing: all[(start + 1)..<(start + 1 + Int(all[start]))]))
                }
                put(level, hash: hash)
            }
        } else {
            put(levels.count - 1, hash: TextStore.hash(text))
        }
    }

    private mutating func put(_ level: Int, hash: Int) {
        var slot = hash & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = Int16(level)
    }

    /// A hash that differs from process to process, so that no file can be made to collide.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(text))
        return hasher.finalize()
    }

    /// At most `TextCells.maximumLength` bytes, not ending within a character.
    private static func shortened(_ text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        guard text.count > TextCells.maximumLength else { return text }
        var end = TextCells.maximumLength
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return UnsafeBufferPointer(rebasing: text[..<end])
    }
}
