/// A date as it is printed, before it is known which of its numbers is the day and which year is meant.
struct PrintedDate: Hashable {
    /// The year, if it is printed.
    var year: Int?
    /// The day; or, in an open date, what stands first.
    var first: Int
    /// The month; or, in an open date, what stands second.
    var second: Int
    /// Day and month may stand in either order: `03/04/2026`.
    var isOpen: Bool

    /// Reads a date that begins with a word: `2026-03-04`, `04/03/2026`, `04.03.`, `4 Mar`, `Mar 4, 2026`, `4. März`.
    /// - Returns: the date, and how many words it takes; `nil` when none begins there.
    static func read(_ words: [PageWord], at start: Int, space: Float) -> (date: PrintedDate, count: Int)? {
        guard let parts = DateParts(words[start].text) else { return nil }
        // What comes next belongs to it when it is no further away than the next word of a text.
        func next(_ index: Int) -> DateParts? {
            guard index < words.count, words[index].left - words[index - 1].right <= space else { return nil }
            return DateParts(words[index].text)
        }
        switch parts.kinds {
        case [.weekday]:
            guard next(start + 1) != nil, let rest = read(words, at: start + 1, space: space) else {
                return nil
            }
            return (rest.date, rest.count + 1)
        case [.number]:
            if parts[0].length == 8 { return compact(parts[0].number).map { ($0, 1) } }
            guard parts[0].length <= 2 else { return nil }
            return written(day: parts[0].number, from: start + 1, 1, next)
        case [.month]:
            guard let day = next(start + 1), day.kinds == [.number], day[0].length <= 2 else { return nil }
            return finished(day: day[0].number, month: parts[0].number, from: start + 2, 2, next)
        case [.number, .month]:
            return finished(day: parts[0].number, month: parts[1].number, from: start + 1, 1, next)
        case [.month, .number]:
            guard parts[1].length <= 2 else { return nil }
            return finished(day: parts[1].number, month: parts[0].number, from: start + 1, 1, next)
        case [.number, .month, .number]:
            return known(parts[2].year, day: parts[0].number, month: parts[1].number).map { ($0, 1) }
        case [.month, .number, .number]:
            return known(parts[2].year, day: parts[1].number, month: parts[0].number).map { ($0, 1) }
        case [.number, .number]:
            guard parts.isDate, parts[0].length <= 2, parts[1].length <= 2 else { return nil }
            let isDotted = parts.separator == UInt8(ascii: ".")
            if isDotted, let year = next(start + 1), year.kinds == [.number], year[0].length == 4 {
                return numeric(parts, year: year[0].number).map { ($0, 2) }
            }
            return numeric(parts, year: nil).map { ($0, 1) }
        case [.number, .number, .number]:
            if parts[0].length == 4 {
                return known(parts[0].number, day: parts[2].number, month: parts[1].number).map { ($0, 1) }
            }
            guard parts[0].length <= 2, parts[1].length <= 2, let year = parts[2].year else { return nil }
            return numeric(parts, year: year).map { ($0, 1) }
        default: return nil
        }
    }

    /// The rest of `4 March 2026`, `4 de marzo de 2026`.
    private static func written(
        day: Int, from index: Int, _ count: Int, _ next: (Int) -> DateParts?
    ) -> (date: PrintedDate, count: Int)? {
        guard let month = next(index) else { return nil }
        switch month.kinds {
        case [.month]: return finished(day: day, month: month[0].number, from: index + 1, count + 1, next)
        case [.month, .number]:
            return known(month[1].year, day: day, month: month[0].number).map { ($0, count + 1) }
        case [.filler]: return written(day: day, from: index + 1, count + 1, next)
        default: return nil
        }
    }

    /// A year behind day and month, if there is one.
    private static func finished(
        day: Int, month: Int, from index: Int, _ count: Int, _ next: (Int) -> DateParts?
    ) -> (date: PrintedDate, count: Int)? {
        for skipped in 0...1 {
            guard let year = next(index + skipped) else { break }
            if year.kinds == [.number], year[0].length == 4, let year = year[0].year {
                return known(year, day: day, month: month).map { ($0, count + 1 + skipped) }
            }
            guard year.kinds == [.filler] else { break }
        }
        return known(nil, day: day, month: month).map { ($0, count) }
    }

    private static func known(_ year: Int?, day: Int, month: Int) -> PrintedDate? {
        // Of an unknown year the 29th of February may be a day.
        guard StatementDate(year: year ?? 2024, month: month, day: day) != nil else { return nil }
        return PrintedDate(year: year, first: day, second: month, isOpen: false)
    }

    private static func compact(_ number: Int) -> PrintedDate? {
        let year = number / 10_000
        guard (1990...2099).contains(year) else { return nil }
        return known(year, day: number % 100, month: number / 100 % 100)
    }

    private static func numeric(_ parts: DateParts, year: Int?) -> PrintedDate? {
        let (first, second) = (parts[0].number, parts[1].number)
        guard parts.separator != UInt8(ascii: ".") else { return known(year, day: first, month: second) }
        guard known(year, day: first, month: second) != nil || known(year, day: second, month: first) != nil
        else { return nil }
        return PrintedDate(year: year, first: first, second: second, isOpen: true)
    }

    /// The day that is meant in a year.
    func day(year: Int, dayFirst: Bool) -> StatementDate? {
        let isDayFirst = dayFirst || !isOpen
        return StatementDate(
            year: year, month: isDayFirst ? second : first, day: isDayFirst ? first : second)
    }
}
