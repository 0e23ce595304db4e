/// What of a vocabulary is compared with columns, worked out once: there may be thousands of either.
struct VocabularyShape {
    /// The words of its name.
    let words: [String]
    let isNameless: Bool
    /// The words of the types around it that say something.
    let owners: [String]
    /// All words of the type right around it.
    let lastOwner: [String]?
    /// The words of its file and the folders above.
    let files: [[String]]
    let values: Set<String>
    let names: Set<String>
    private let foldedValues: Set<String>
    private let foldedNames: Set<String>

    init(_ vocabulary: Vocabulary) {
        // `State.Type`, `OrderStatus.Value`: the type around it says what it is about.
        let plain = NameWords(vocabulary.name).words
        let outer = vocabulary.owners.last.map { NameWords($0).words } ?? []
        let isInner =
            [["type"], ["value"], ["enum"], ["kind"]].contains(plain)
            && ["status", "state", "stage", "phase"].contains(outer.last ?? "")
        words = isInner ? outer : plain
        isNameless = vocabulary.name.isEmpty
        owners = vocabulary.owners.dropLast(isInner ? 1 : 0).suffix(2).flatMap { NameWords($0).words }.filter
        {
            !NameMatch.noise.contains($0)
        }
        lastOwner = vocabulary.owners.last.map { NameWords($0).words }
        files = vocabulary.place.file.split(separator: "/").suffix(3).map { part in
            NameWords(String(part.split(separator: ".").first ?? part)).words.filter {
                !NameMatch.noise.contains($0)
            }
        }
        // What is empty stands for nothing.
        values = Set(Linker.values(of: vocabulary, .values).map(\.value)).subtracting([""])
        names = Set(Linker.values(of: vocabulary, .names).map(\.value))
        foldedValues = Set(values.map(NameWords.folded))
        foldedNames = Set(names.map(NameWords.folded))
    }

    func stored(_ stored: Stored) -> Set<String> { stored == .names ? names : values }
    func folded(_ stored: Stored) -> Set<String> { stored == .names ? foldedNames : foldedValues }

    /// Words as one key, told from any plain name.
    static func key(_ words: [String]) -> String { words.joined(separator: "\u{0}") + "\u{0}" }
}
