import AnomalyDetection

/// A date, with or without a time, as people write it in a cell.
struct DateText {
    /// Seconds since 1970-01-01 00:00 in the clock of the file.
    let seconds: Double
    /// What the text says about the order of day and month.
    let order: Order

    /// The order of day and month in dates such as "03/04/2024".
    enum Order: Equatable {
        case dayFirst, monthFirst, unclear
    }

    /// Reads "2024-03-31", "2024-03-31T12:30:00Z", "31.03.2024 12:30", "3/31/2024", "31-Mar-2024" and the like.
    ///
    /// - Parameters:
    ///   - text: the cell without spaces around it, in UTF-8.
    ///   - dayFirst: how to read "03/04/2024"; an impossible reading gives way to the other.
    /// - Returns: `nil` when the text is no date.
    init?(_ text: UnsafeBufferPointer<UInt8>, dayFirst: Bool) {
        guard (8...40).contains(text.count), text.contains(where: { $0 &- 48 < 10 }) else { return nil }
        var parts = DateText.split(text)
        guard parts.count >= 3 else { return nil }
        let rest = parts.dropFirst(3)
        guard let (date, order) = DateText.date(Array(parts.prefix(3)), dayFirst: dayFirst) else {
            return nil
        }
        parts = Array(rest)
        guard let time = DateText.time(parts) else { return nil }
        seconds = Double(date.daysSince1970) * 86_400 + time
        self.order = order
    }

    /// A run of digits or letters, and the byte before it.
    private struct Part {
        var number = 0
        var length = 0
        var letters: [UInt8] = []
        var before: UInt8 = 0
    }

    /// Cuts at every byte that is no digit or letter and between digits and letters; empty when there is a
    /// byte that no date has.
    private static func split(_ text: UnsafeBufferPointer<UInt8>) -> [Part] {
        var parts: [Part] = []
        var separator: UInt8 = 0
        var isOpen = false
        for byte in text {
            let isDigit = byte &- 48 < 10
            let lower = byte | 32
            if isDigit || (lower >= 97 && lower <= 122) {
                if !isOpen || parts.last?.letters.isEmpty != isDigit {
                    parts.append(Part(before: isOpen ? 0 : separator))
                }
                isOpen = true
                let last = parts.count - 1
                parts[last].length += 1
                guard parts[last].length <= 9, parts.count <= 10 else { return [] }
                if isDigit { parts[last].number = parts[last].number * 10 + Int(byte) - 48 }
                if !isDigit { parts[last].letters.append(lower) }
            } else {
                guard "-/. :,+".utf8.contains(byte) else { return [] }
                // ", " after a day is the one place for two separators.
                if !isOpen, byte != 32 { return [] }
                separator = isOpen ? byte : separator
                isOpen = false
            }
        }
        return isOpen ? parts : []
    }

    private static func date(_ parts: [Part], dayFirst: Bool) -> (CivilDate, Order)? {
        let (first, second, third) = (parts[0], parts[1], parts[2])
        if !second.letters.isEmpty || !first.letters.isEmpty {
            let (name, day) = first.letters.isEmpty ? (second, first) : (first, second)
            guard let month = month(name.letters), day.letters.isEmpty, third.length == 4 else { return nil }
            return CivilDate(year: third.number, month: month, day: day.number).map { ($0, .unclear) }
        }
        let separator = second.before
        guard "-/.".utf8.contains(separator), third.before == separator, third.letters.isEmpty else {
            return nil
        }
        if first.length == 4, second.length <= 2, third.length <= 2 {
            return CivilDate(year: first.number, month: second.number, day: third.number).map {
                ($0, .unclear)
            }
        }
        guard third.length == 4, first.length <= 2, second.length <= 2 else { return nil }
        let byDay = CivilDate(year: third.number, month: second.number, day: first.number)
        let byMonth = CivilDate(year: third.number, month: first.number, day: second.number)
        switch (byDay, byMonth) {
        case (let date?, nil): return (date, .dayFirst)
        case (nil, let date?): return (date, .monthFirst)
        case (let day?, let month?):
            return (dayFirst || separator != UInt8(ascii: "/") ? day : month, .unclear)
        case (nil, nil): return nil
        }
    }

    private static func month(_ letters: [UInt8]) -> Int? {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        return names.firstIndex { letters.starts(with: $0.utf8) }.map { $0 + 1 }
    }

    /// Seconds of the day; 0 without parts, `nil` when the parts are no time.
    private static func time(_ parts: [Part]) -> Double? {
        var parts = parts
        if parts.first?.letters == [UInt8(ascii: "t")] { parts.removeFirst() }
        guard let hour = parts.first else { return 0 }
        guard parts.count >= 2, parts[1].before == UInt8(ascii: ":") else { return nil }
        var hours = hour.number
        var seconds = 0.0
        var index = 2
        if parts.count > index, parts[index].before == UInt8(ascii: ":"), parts[index].letters.isEmpty {
            seconds = Double(parts[index].number)
            index += 1
            if parts.count > index, parts[index].before == UInt8(ascii: "."), parts[index].letters.isEmpty {
                var unit = 1.0
                for _ in 0..<parts[index].length { unit *= 10 }
                seconds += Double(parts[index].number) / unit
                index += 1
            }
        }
        // Zones are read but not applied: the clock of the file is what its readers know.
        for part in parts.dropFirst(index) {
            switch part.letters {
            case Array("am".utf8): hours %= 12
            case Array("pm".utf8): hours = hours % 12 + 12
            case Array("z".utf8), Array("utc".utf8): break
            case []: guard "+-:".utf8.contains(part.before), part.length <= 4 else { return nil }
            default: return nil
            }
        }
        guard hour.letters.isEmpty, parts[1].letters.isEmpty, hours < 24, parts[1].number < 60, seconds < 61
        else {
            return nil
        }
        return Double(hours * 3600 + parts[1].number * 60) + seconds
    }
}
