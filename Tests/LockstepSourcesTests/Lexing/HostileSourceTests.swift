import Testing

@testable import LockstepSources

/// Whatever stands in a file, reading it ends, soon, and takes the files beside it along.
struct HostileSourceTests {
    /// Random pieces of syntax: unfinished strings, brackets that nothing closes, half of an escape.
    @Test(arguments: SourceLanguage.allCases)
    func noiseIsRead(language: SourceLanguage) {
        var random = SplitMix(seed: 7)
        let pieces = [
            "'", "\"", "`", "\"\"\"", "'''", "${", "#{", "\\(", "{", "}", "(", ")", "[", "]", "\\", "\n",
            "/*",
            "*/", "//", "#", "--", "$$", "$a$", "%w[", "%(", "<<~A", "<<-'B'", "A", "r#\"", "f'", "/", "<",
            ">",
            "=begin\n", "\u{0}", "é", "a", " ", "1", ":", "::", "?", "E'", "|", "<script>", "</script",
        ]
        for _ in 0..<400 {
            var text = ""
            for _ in 0..<60 { text += pieces[Int(random.next() % UInt64(pieces.count))] }
            for isMarkup in [false, true] {
                let list = Lexer.tokens(of: text, language: language, isMarkup: isMarkup)
                let lines = text.utf8.filter { $0 == UInt8(ascii: "\n") }.count + 1
                #expect(list.tokens.allSatisfy { (1...lines).contains($0.line) })
                #expect(zip(list.tokens, list.tokens.dropFirst()).allSatisfy { $0.line <= $1.line })
            }
        }
    }

    @Test(arguments: SourceLanguage.allCases)
    func bytesThatAreNoTextAreRead(language: SourceLanguage) {
        var random = SplitMix(seed: 11)
        for _ in 0..<200 {
            let bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let list = Lexer.tokens(of: bytes, language: language)
            #expect(list.partners.count == list.count)
        }
    }

    /// Nesting costs no depth of calls, and no more than its own length in time.
    @Test(
        arguments: SourceLanguage.allCases,
        ["(", "[{", "${", "`${", "f'{", "#{\"", "\\(\"", "/*", "%w[", "<<~A\n"])
    func depthCostsNothing(language: SourceLanguage, piece: String) {
        let text = String(repeating: piece, count: 20_000)
        let started = ContinuousClock.now
        let list = Lexer.tokens(of: text, language: language)
        #expect(list.count <= text.utf8.count)
        // Read in milliseconds; the square of its length would take minutes.
        #expect(ContinuousClock.now - started < .seconds(20))
    }
}

/// A small generator with a seed, so that what fails fails again.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
