/// The lines that stand on page after page: letterheads, footers, warnings.
struct Furniture {
    private struct Place: Hashable {
        var top: Int
        var text: String
    }

    private var same: Set<Place> = []
    private var alike: Set<Place> = []

    init(_ lines: [TextLine], pages: Int) {
        guard pages > 1 else { return }
        var counts: [Place: Int] = [:]
        var shapes: [Place: Int] = [:]
        for line in lines {
            let place = Place(top: Int(line.top.rounded()), text: line.text)
            counts[place, default: 0] += 1
            if pages > 2 { shapes[Self.shape(place), default: 0] += 1 }
        }
        same = Set(counts.filter { $0.value >= 2 && $0.value * 2 >= pages }.keys)
        alike = Set(shapes.filter { $0.value >= 3 && $0.value * 10 >= pages * 8 }.keys)
    }

    private static func shape(_ place: Place) -> Place {
        Place(top: place.top, text: String(place.text.map { $0.isNumber ? "#" : $0 }))
    }

    /// Whether the very same line stands at the same place of other pages.
    func isRepeated(_ line: TextLine) -> Bool {
        !same.isEmpty && same.contains(Place(top: Int(line.top.rounded()), text: line.text))
    }

    /// Whether lines that differ in digits alone stand at the same place of nearly all pages.
    func isAlike(_ line: TextLine) -> Bool {
        !alike.isEmpty && alike.contains(Self.shape(Place(top: Int(line.top.rounded()), text: line.text)))
    }

    /// Whether a line bears the number of its page: `Page 3 of 9`, `Seite 3/9`, `3 / 9`.
    static func bearsPageNumber(_ line: TextLine) -> Bool {
        for cell in line.cells {
            for index in cell where index + 1 < cell.upperBound {
                let word = Folded.words(line.words[index].text)
                guard word.count == 1, Vocabulary.pageWords.contains(word[0]) else { continue }
                let following = line.words[index + 1].text
                let number = following.prefix { $0.isNumber }
                let rest = following.dropFirst(number.count)
                if Int(number) == line.page, rest.isEmpty || rest.first == "/" || rest == "," || rest == "." {
                    return true
                }
            }
        }
        let words = Folded.words(line.words)
        return words.count == 2 && Int(words[0]) == line.page && Int(words[1]) != nil
            && line.text.contains("/")
    }
}
