/// A number as people write it in a cell.
struct NumberText {
    let value: Double
    /// Digits from the first that is not zero on; more than seven do not fit a `Float`.
    let digitCount: Int

    /// Reads a number such as "12", "-1.5e3", "1,234.50", "$12" or "12 %".
    ///
    /// - Parameters:
    ///   - text: the cell without spaces around it, in UTF-8.
    ///   - decimalComma: a comma parts the fraction and points group the digits.
    /// - Returns: `nil` when the text is no finite number.
    init?(_ text: UnsafeBufferPointer<UInt8>, decimalComma: Bool) {
        var cursor = Cursor(text)
        cursor.skipCurrency()
        let isNegative = cursor.skip(UInt8(ascii: "-"))
        if !isNegative { _ = cursor.skip(UInt8(ascii: "+")) }
        cursor.skipCurrency()
        guard cursor.isDigit || cursor.byte == UInt8(ascii: ".") || cursor.byte == UInt8(ascii: ",") else {
            return nil
        }
        guard let parts = Parts(&cursor, decimalComma: decimalComma) else { return nil }
        var exponent = parts.exponent
        if cursor.skip(UInt8(ascii: "e")) || cursor.skip(UInt8(ascii: "E")) {
            let isDown = cursor.skip(UInt8(ascii: "-"))
            if !isDown { _ = cursor.skip(UInt8(ascii: "+")) }
            guard cursor.isDigit else { return nil }
            var power = 0
            while cursor.isDigit { power = min(power * 10 + cursor.takeDigit(), 10_000) }
            exponent += isDown ? -power : power
        }
        _ = cursor.skip(UInt8(ascii: " "))
        _ = cursor.skip(UInt8(ascii: "%"))
        guard cursor.isAtEnd else { return nil }
        let magnitude = NumberText.scaled(parts.digits, by: exponent)
        guard magnitude.isFinite else { return nil }
        value = isNegative ? -magnitude : magnitude
        digitCount = parts.count
    }

    /// `digits` · 10^`exponent`, correctly rounded.
    private static func scaled(_ digits: UInt64, by exponent: Int) -> Double {
        if exponent == 0 || digits == 0 { return Double(digits) }
        // Both factors are exact, so that the one operation rounds correctly (Clinger, "How to read floating
        // point numbers accurately", PLDI 1990).
        if digits < 1 << 53, abs(exponent) <= 22 {
            let power = powers[abs(exponent)]
            return exponent < 0 ? Double(digits) / power : Double(digits) * power
        }
        return Double("\(digits)e\(exponent)") ?? .infinity
    }

    private static let powers: [Double] = (0...22).map { Double("1e\($0)") ?? .infinity }
}

extension NumberText {
    /// The digits before an exponent.
    private struct Parts {
        var digits: UInt64 = 0
        var exponent = 0
        var count = 0

        init?(_ cursor: inout Cursor, decimalComma: Bool) {
            let point = UInt8(ascii: ".")
            let comma = UInt8(ascii: ",")
            let group = decimalComma ? point : comma
            let mark = decimalComma ? comma : point
            var isGrouped = false
            var seen = 0
            while cursor.isDigit {
                add(cursor.takeDigit(), isFraction: false)
                seen += 1
            }
            while (1...3).contains(seen) || isGrouped {
                guard cursor.byte == group || cursor.byte == UInt8(ascii: " "), cursor.hasGroupAhead else {
                    break
                }
                cursor.advance()
                for _ in 0..<3 { add(cursor.takeDigit(), isFraction: false) }
                isGrouped = true
            }
            // Where commas are decimal marks, "1.5" cannot be grouped digits, so its point is one too.
            let isOtherMark = decimalComma && !isGrouped && cursor.byte == point
            guard cursor.skip(mark) || (isOtherMark && cursor.skip(point)) else {
                if seen == 0 { return nil }
                return
            }
            while cursor.isDigit {
                add(cursor.takeDigit(), isFraction: true)
                seen += 1
            }
            if seen == 0 { return nil }
        }

        /// Counts a digit in; those beyond what a `Double` can hold only move the exponent.
        private mutating func add(_ digit: Int, isFraction: Bool) {
            if count < 18 {
                digits = digits * 10 + UInt64(digit)
                if digits > 0 { count += 1 }
                if isFraction { exponent -= 1 }
            } else if !isFraction {
                exponent += 1
            }
        }
    }

    /// A place in a text.
    private struct Cursor {
        private let text: UnsafeBufferPointer<UInt8>
        private var position = 0

        init(_ text: UnsafeBufferPointer<UInt8>) {
            self.text = text
        }

        var isAtEnd: Bool { position >= text.count }
        /// The byte here; 0 at the end.
        var byte: UInt8 { position < text.count ? text[position] : 0 }
        var isDigit: Bool { byte &- 48 < 10 }

        /// A mark here is followed by three digits and then by no fourth.
        var hasGroupAhead: Bool {
            guard position + 3 < text.count else { return false }
            for offset in 1...3 where text[position + offset] &- 48 >= 10 { return false }
            return position + 4 >= text.count || text[position + 4] &- 48 >= 10
        }

        mutating func advance() {
            position += 1
        }

        mutating func takeDigit() -> Int {
            let digit = Int(byte) - 48
            position += 1
            return digit
        }

        mutating func skip(_ wanted: UInt8) -> Bool {
            guard !isAtEnd, byte == wanted else { return false }
            position += 1
            return true
        }

        /// Passes a dollar, pound or euro sign.
        mutating func skipCurrency() {
            if skip(UInt8(ascii: "$")) { return }
            for sign in ["£", "€"] where byte == sign.utf8.first {
                let bytes = sign.utf8
                if text.count >= position + bytes.count,
                    text[position..<(position + bytes.count)].elementsEqual(bytes)
                {
                    position += bytes.count
                    return
                }
            }
        }
    }
}
