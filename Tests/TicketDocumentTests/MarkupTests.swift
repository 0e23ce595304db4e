import Foundation
import Testing
import TicketDocument

@Suite struct MarkupTests {
    @Test func whatPeopleWrite() {
        let text = """
            # The article

            Shown at `/news` and **important**, see [the draft](https://example.com/a_(1%29).
            Second line.
            ## Fields
            - title
            * body: 5 * 3 = 15
            - a
            1. first
            2. second
            | Name | Type |
            |------|:----:|
            | `title` | text \\| plain |
            | body |

            ```swift
            let a = b ** c // [x](y)
            ```
            """
        #expect(
            Markup.blocks(text) == [
                .heading(1, "The article"),
                .paragraph([
                    "Shown at ", Inline("/news", style: .code), " and ", Inline("important", style: .strong),
                    ", see ",
                    Inline("the draft", link: "https://example.com/a_(1%29"), ".\nSecond line.",
                ]),
                .heading(2, "Fields"), .bullets(of: ["title", "body: 5 * 3 = 15", "a"]),
                .numbers([["first"], ["second"]]),
                .table(
                    header: [["Name"], ["Type"]],
                    rows: [[[Inline("title", style: .code)], ["text | plain"]], [["body"], []]]),
                .code("let a = b ** c // [x](y)", language: "swift"),
            ])
    }

    @Test(arguments: [
        "**", "****", "** a", "`", "``", "[", "[a](", "[a](b)", "[](https://example.com)",
        "[a](javascript:x)", "a ** b",
        "\\", "a\\", "C:\\dir", "|", "|x", "#", "#x", "####### x", "-x", "1.x", "1234567. x", "*", "+", "**a",
        "`a",
        "snake_case_name", "<b>x</b>",
    ]) func whatHasNoMeaningStandsForItself(text: String) {
        let plain = Markup.blocks(text).map { block in
            switch block {
            case .paragraph(let runs): runs.map(\.text).joined()
            case .table(let header, let rows): (header + rows.joined()).joined().map(\.text).joined()
            default: "\(block)"
            }
        }.joined()
        let expected = ["|x": "x", "\\": ""][text] ?? text
        #expect(plain == expected)
    }

    @Test func anUnclosedFenceReachesTheEnd() {
        #expect(Markup.blocks("```\na\n\n# b") == [.code("a\n\n# b", language: nil)])
    }

    @Test func whatNobodySeesIsLeftOut() {
        #expect(Markup.blocks("a\u{0}\u{202E}b\r\nc\rd\u{2028}e") == [.paragraph("ab\nc\nd\ne")])
        #expect(Markup.blocks(" \n\t\n\u{7}") == [])
    }

    @Test(arguments: 0..<300) func whatIsWrittenIsReadAgain(seed: Int) {
        var draw = Draw(seed: UInt64(seed))
        let blocks = draw.blocks()
        let text = Markup.text(blocks)
        #expect(Markup.blocks(text) == blocks, "\(text)")
        #expect(ADFValidator().faults(in: .document(Markup.blocks(text))) == [])
    }

    @Test(arguments: [
        "- x", "1. x", "# x", "| x |", "```", "**x**", "`x`", "[x](https://x)", "a\nb", "\\x", "---",
    ])
    func escapedTextIsOneParagraphOfItself(text: String) {
        #expect(Markup.blocks(Markup.escaped(text)) == [.paragraph(text.replacing("\n", with: " "))])
    }

    @Test func hostileTextTakesNoTime() {
        let pieces = [
            "[a](x ", "[", "**", "** a", "`a", "\\[", "[a](https://", "| ", "*a`[", "```\n", "- \n", "#",
        ]
        for piece in pieces {
            let text = String(repeating: piece, count: 100_000 / piece.count)
            let clock = ContinuousClock()
            let time = clock.measure { #expect(!Markup.blocks(text).isEmpty) }
            // Linear work takes some milliseconds even in a debug build; quadratic work would take minutes.
            #expect(time < .seconds(20), "\(piece)")
        }
    }
}

/// Draws blocks that have one spelling only.
private struct Draw {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func word() -> String {
        let words = [
            "a", "title", "**", "*", "`x`", "[", "](", "|", "#", "-", "1.", "\\", "field_name", "é", "😀",
            "```", "---", "<b>",
            ")", "+", "\\-",
        ]
        return words[next(words.count)]
    }

    mutating func words() -> String { (0...next(4)).map { _ in word() }.joined(separator: " ") }

    mutating func runs(lines: Bool = false) -> [Inline] {
        var runs: [Inline] = []
        for _ in 0...next(3) {
            let style: Inline.Style = [.plain, .strong, .code][next(3)]
            let link = next(4) == 0 ? "https://example.com/\(next(3))" : nil
            if let last = runs.last, last.style == style, last.link == link { continue }
            runs.append(Inline(words(), style: style, link: link))
        }
        if lines, next(3) == 0, runs.count == 1, runs[0].link == nil, runs[0].style == .plain {
            runs[0].text += "\n" + words() + "\n\n" + words()
        }
        return runs
    }

    mutating func block() -> Block {
        switch next(6) {
        case 0: return .heading(level: 1 + next(6), runs())
        case 1: return .bullets((0...next(3)).map { _ in runs() })
        case 2: return .numbers((0...next(3)).map { _ in runs() })
        case 3:
            let lines = (0...next(4)).map { _ in ["", "  "][next(2)] + words() }
            return .code(lines.joined(separator: "\n"), language: [nil, "swift", "c++"][next(3)])
        case 4:
            let width = 1 + next(3)
            let header = next(3) == 0 ? [] : (0..<width).map { _ in runs() }
            return .table(header: header, rows: (0...next(3)).map { _ in (0..<width).map { _ in runs() } })
        default: return .paragraph(runs(lines: true))
        }
    }

    mutating func blocks() -> [Block] { (0...next(5)).map { _ in block() } }
}
