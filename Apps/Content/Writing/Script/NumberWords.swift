/// Numbers as English words, as far as their length goes.
enum NumberWords {
    /// The letters of the words for 0 to 19; nothing is said for a zero within a number.
    private static let small = [0, 3, 3, 5, 4, 4, 3, 5, 5, 4, 3, 6, 6, 8, 8, 7, 7, 9, 8, 8]
    /// The letters of ten, twenty, thirty and so on.
    private static let tens = [0, 3, 6, 6, 5, 5, 5, 7, 6, 6]

    /// How many letters a number such as `1,969` or `3.14` has in words.
    static func letters(of number: Substring) -> Int {
        let parts = number.filter { $0 == "." || ($0.isWholeNumber && $0.isASCII) }
            .split(separator: ".", maxSplits: 1)
        guard let whole = parts.first else { return 0 }
        // Digits behind the point are read one by one, and so are those of numbers that are too long.
        let fraction = parts.count > 1 ? 5 + 4 * parts[1].count : 0
        guard whole.count <= 15, var rest = Int(whole) else { return 4 * whole.count + fraction }
        guard rest > 0 else { return 4 + fraction }
        var count = 0
        var isFirst = true
        while rest > 0 {
            let group = rest % 1000
            if group > 0 { count += letters(below1000: group) + (isFirst ? 0 : 8) }
            rest /= 1000
            isFirst = false
        }
        return count + fraction
    }

    private static func letters(below1000 number: Int) -> Int {
        var (count, rest) = (0, number)
        if rest >= 100 {
            count += small[rest / 100] + 7
            rest %= 100
            if rest > 0 { count += 3 }
        }
        return count + (rest < 20 ? small[rest] : tens[rest / 10] + small[rest % 10])
    }
}
