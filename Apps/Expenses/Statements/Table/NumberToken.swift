/// A number of a line with the signs and the currency that stand around it.
struct NumberToken {
    /// The number with its sign and currency.
    var number: PrintedNumber
    /// All words that it takes.
    var words: Range<Int>
    /// The edges of the number alone.
    let left: Float
    let right: Float
    /// The edges of all of it.
    var fullLeft: Float
    var fullRight: Float

    static func all(in words: [PageWord], cells: [Range<Int>], letter: Float) -> [NumberToken] {
        var tokens: [NumberToken] = []
        for cell in cells {
            var index = cell.lowerBound
            while index < cell.upperBound {
                guard let (number, count) = number(words, at: index, cell) else {
                    index += 1
                    continue
                }
                let (left, right) = (words[index].left, words[index + count - 1].right)
                tokens.append(
                    NumberToken(
                        number: number, words: index..<(index + count), left: left, right: right,
                        fullLeft: left,
                        fullRight: right))
                index += count
            }
        }
        for index in tokens.indices {
            let before = index > 0 ? tokens[index - 1].words.upperBound : 0
            let after = index + 1 < tokens.count ? tokens[index + 1].words.lowerBound : words.count
            tokens[index].takeBehind(
                words, until: after, next: after < words.count ? words[after].left : nil, cells, letter)
            tokens[index].takeBefore(words, from: before, letter)
        }
        return tokens
    }

    /// A number that begins with a word, over several words where groups of digits are parted by spaces.
    private static func number(
        _ words: [PageWord], at index: Int, _ cell: Range<Int>
    ) -> (PrintedNumber, Int)? {
        let bytes = words[index].text.utf8
        guard bytes.contains(where: { $0 &- 48 < 10 }) else { return nil }
        // Of a cell that holds the number alone; in a merchant's name two numbers are two.
        if bytes.count <= 6, index + 1 < cell.upperBound, index - cell.lowerBound <= 1, endsWithGroup(bytes) {
            var text = words[index].text
            var count = 1
            while index + count < cell.upperBound, isGroup(words[index + count].text.utf8) {
                text += "\u{A0}" + words[index + count].text
                count += 1
            }
            let isAlone =
                cell.upperBound - index - count <= 1
                && (index == cell.lowerBound || !hasLetter(words[index - 1]))
            if count > 1, isAlone, let number = PrintedNumber(text), number.isRegular {
                return (number, count)
            }
        }
        return PrintedNumber(words[index].text).map { ($0, 1) }
    }

    private static func hasLetter(_ word: PageWord) -> Bool {
        !CurrencySign.isKnown(word.text) && word.text.unicodeScalars.contains { $0.properties.isAlphabetic }
    }

    /// One to three digits at the end.
    private static func endsWithGroup(_ bytes: String.UTF8View) -> Bool {
        let digits = bytes.reversed().prefix { $0 &- 48 < 10 }.count
        return (1...3).contains(digits)
    }

    /// Three digits, and then no fourth.
    private static func isGroup(_ bytes: String.UTF8View) -> Bool {
        bytes.prefix { $0 &- 48 < 10 }.count == 3
    }

    private mutating func takeBehind(
        _ words: [PageWord], until end: Int, next: Float?, _ cells: [Range<Int>], _ letter: Float
    ) {
        while self.words.upperBound < end {
            let word = words[self.words.upperBound]
            let gap = word.left - fullRight
            // `CR` with more words behind it is the name of a shop.
            let endsCell = cells.contains { $0.upperBound == self.words.upperBound + 1 }
            if number.sign == .none, endsCell, gap <= 3 * letter,
                let sign = PrintedNumber.sign(ofWord: word.text)
            {
                number.sign = sign
            } else if number.currency == nil, gap <= Self.currencyGap * letter,
                next.map({ $0 - word.right >= gap }) ?? true, let currency = Self.currency(word.text)
            {
                number.currency = currency
            } else {
                return
            }
            self.words = self.words.lowerBound..<(self.words.upperBound + 1)
            fullRight = word.right
        }
    }

    private mutating func takeBefore(_ words: [PageWord], from start: Int, _ letter: Float) {
        while self.words.lowerBound > start {
            let word = words[self.words.lowerBound - 1]
            let gap = fullLeft - word.right
            if number.sign == .none, gap <= 1.3 * letter, word.text.unicodeScalars.count == 1,
                !["C", "D", "H", "S"].contains(word.text), let sign = PrintedNumber.sign(ofWord: word.text)
            {
                number.sign = sign
            } else if number.currency == nil, gap <= 4 * letter, CurrencySign.isKnown(word.text) {
                number.currency = word.text
            } else {
                return
            }
            self.words = (self.words.lowerBound - 1)..<self.words.upperBound
            fullLeft = word.left
        }
    }

    /// A currency without the comma or the like behind it.
    private static func currency(_ word: String) -> String? {
        if CurrencySign.isKnown(word) { return word }
        let bare = String(word.dropLast())
        return ",;.)".contains(word.last ?? " ") && CurrencySign.isKnown(bare) ? bare : nil
    }

    /// A currency stands no more than so many letters behind its number.
    private static let currencyGap: Float = 1.5
}
