/// Words as vocabularies hold them: small letters without accents, cut at everything that is no letter or digit.
enum Folded {
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        add(text, to: &words)
        return words
    }

    static func words(_ words: some Sequence<PageWord>) -> [String] {
        var folded: [String] = []
        for word in words { add(word.text, to: &folded) }
        return folded
    }

    private static func add(_ text: String, to words: inout [String]) {
        var word = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x30...0x39, 0x61...0x7A: word.unicodeScalars.append(scalar)
            case 0x41...0x5A: word.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value + 32)))
            case 0xDF: word += "ss"
            case 0xC0...0xFF: append(latin[Int(scalar.value) - 0xC0], to: &word, &words)
            case 0x100...0x17F: append(extended[Int(scalar.value) - 0x100], to: &word, &words)
            // Accents that stand behind their letters.
            case 0x300...0x36F: break
            case 0...0x7F: end(&word, &words)
            default:
                if scalar.properties.isAlphabetic {
                    word += scalar.properties.lowercaseMapping
                } else {
                    end(&word, &words)
                }
            }
        }
        end(&word, &words)
    }

    private static func append(_ letter: UInt8, to word: inout String, _ words: inout [String]) {
        if letter == UInt8(ascii: " ") {
            end(&word, &words)
        } else {
            word.unicodeScalars.append(Unicode.Scalar(letter))
        }
    }

    private static func end(_ word: inout String, _ words: inout [String]) {
        guard !word.isEmpty else { return }
        words.append(word)
        word = ""
    }

    private static let latin = Array(
        "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy".utf8)
    private static let extended = Array(
        ("aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkkllllllllllnnnnnnnnn"
            + "oooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs").utf8)
}
