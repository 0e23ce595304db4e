import Foundation

/// Words as they are searched for.
enum SearchWords {
    /// Words that say nothing about what a text is about.
    private static let empty: Set<String> = Set(
        """
        a about above after again all also am an and any are as ask asked at be because been before being
        below between both but by can cannot could did do does doing done down during each else ever every
        explain explained explanation few for from further get give given go got had has have having he
        hello help her here hers hey hi him his how however i if in into is it its just know learn let like
        make many may maybe me mean means might more most much must my need no nor not of off on once one
        only or other our out over own please really said same say script see she should show so some such
        tell than thank thanks that the their them then there these they this those through to too
        understand under until up us very video want was we were what when where which while who whom whose
        why will wish with would yes you your
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// The longest word that is looked for, in letters.
    private static let longest = 40

    /// All words of a text in lower case, without accents.
    static func all(of text: String) -> [String] {
        text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
            .split { !$0.isLetter && !$0.isNumber }.map { String($0.prefix(longest)) }
    }

    /// The words of a text that say what it is about, in their order.
    static func content(of text: String) -> [String] {
        // What an apostrophe cuts off is no word: "what's", "don't".
        let whole = text.replacing("’", with: "'").replacing(/'[A-Za-z]{1,2}\b/, with: " ")
        return all(of: whole).filter { word in
            !empty.contains(word) && (word.count > 1 || word.contains(where: \.isNumber))
        }
    }

    /// What the forms of a word have in common, roughly: plurals and the endings of verbs are taken off.
    static func stem(_ word: String) -> String {
        var stem = word
        func cut(_ ending: String, least: Int) -> Bool {
            guard stem.hasSuffix(ending), stem.count - ending.count >= least else { return false }
            stem.removeLast(ending.count)
            return true
        }
        if cut("ies", least: 2) {
            stem += "y"
        } else if ["sses", "xes", "zes", "ches", "shes"].contains(where: stem.hasSuffix) {
            stem.removeLast(2)
        } else if !["ss", "us", "is"].contains(where: stem.hasSuffix) {
            _ = cut("s", least: 3)
        }
        if cut("ing", least: 4) || cut("ed", least: 4), let last = stem.last, stem.dropLast().last == last,
            !"lsz".contains(last)
        {
            stem.removeLast()
        }
        _ = cut("e", least: 3)
        return stem
    }
}
