import Foundation
import Lockstep
import Testing
import TicketDocument

@Suite struct ADFNodeTests {
    @Test(arguments: [
        ADFValidatorTests.everything,
        #"{"type":"doc"}"#,
        #"{"type":"hologram","depth":3,"attrs":{},"content":[],"marks":[{"type":"glow","attrs":{"a":[null]},"b":1}]}"#,
        #"{"type":"doc","version":"later","content":[{"type":"x","text":"","future":{"nested":[{"type":1}]}}]}"#,
    ]) func whatIsNotKnownIsKeptAsData(text: String) throws {
        let json = try JSONValue(parsing: text)
        let node = try ADFNode(json)
        #expect(node.json == json)
        let again = try JSONDecoder().decode(ADFNode.self, from: JSONEncoder().encode(node))
        #expect(again == node)
    }

    @Test(arguments: [
        ("[]", "doc", "a node must be an object, not a list"),
        ("{", "doc", "this is not valid JSON"),
        ("{}", "doc", "a node must have a type"),
        (#"{"type":1}"#, "doc", "a node must have a type"),
        (#"{"type":"doc","content":{}}"#, "doc.content", "content must be a list, not an object"),
        (#"{"type":"doc","content":null}"#, "doc.content", "content must be a list, not null"),
        (
            #"{"type":"doc","content":[{"type":"x"},7]}"#, "doc.content[1]",
            "a node must be an object, not a number"
        ),
        (
            #"{"type":"doc","content":[{"type":"x","content":["y"]}]}"#, "doc.content[0].content[0]",
            "not a text"
        ),
        (#"{"type":"doc","attrs":[]}"#, "doc.attrs", "attrs must be an object"),
        (#"{"type":"doc","text":true}"#, "doc.text", "text must be a text, not true or false"),
        (#"{"type":"doc","marks":[{}]}"#, "doc.marks[0]", "a mark must have a type"),
        (#"{"type":"doc","marks":["strong"]}"#, "doc.marks[0]", "a mark must be an object"),
    ]) func whatIsNoNodeIsRefusedWithItsPath(text: String, path: String, words: String) throws {
        let fault = try #require(throws: ADFFault.self) { try ADFNode(parsing: Data(text.utf8)) }
        #expect(fault.path == path)
        #expect(fault.problem.contains(words), "\(fault)")
    }

    @Test func blocksBecomeAValidDocument() throws {
        let document = ADFNode.document([
            .heading(2, "Fields"),
            .paragraph([Inline("See "), Inline("here", link: "https://example.com/a")]),
            .paragraph(""), .heading(level: 1, []),
            .bullets([["one"], [Inline("two", style: .strong)]]), .numbers([["first"], []]), .bullets([]),
            .code("let x = 1\n", language: "swift"), .code("", language: nil),
            .table(header: [["A"], ["B"]], rows: [[["1"]], [["2"], [Inline("x", style: .code)], ["3"]]]),
            .table(header: [], rows: []), .paragraph("a\n\nb"),
        ])
        #expect(ADFValidator().faults(in: document) == [])
        #expect(
            document.content?.map(\.type) == [
                "heading", "paragraph", "bulletList", "orderedList", "codeBlock", "codeBlock", "table",
                "paragraph",
            ])
        #expect(
            document.content?[1].content?[1].marks == [
                ADFMark("link", attrs: ["href": "https://example.com/a"])
            ])
        #expect(document.content?[6].content?.map { $0.content?.count } == [3, 3, 3])
        #expect(document.content?[7].content?.map(\.type) == ["text", "hardBreak", "hardBreak", "text"])
        #expect(document.plainText.hasPrefix("Fields\nSee here\none\ntwo\nfirst\nlet x = 1\n"))
    }

    @Test func textFromOutsideIsNeverMoreThanText() throws {
        let nasty = "\u{0}\"}],\"type\":\"<script>\\u0000 ]](javascript:alert(1)) \u{202E}"
        let document = ADFNode.document([.paragraph(nasty), .heading(1, nasty), .code(nasty, language: nil)])
        #expect(ADFValidator().faults(in: document) == [])
        let text = try document.json.encoded()
        #expect(try ADFNode(parsing: Data(text.utf8)) == document)
    }

    @Test(arguments: [
        ("https://example.com/a?b=c#d", true), ("HTTP://example.com", true), ("mailto:a@example.com", true),
        ("javascript:alert(1)", false), ("https://", false), ("https://a b", false),
        ("data:text/html,x", false),
        ("https://a\u{00A0}b", false), ("https://a\n", false), ("//example.com", false), ("", false),
        ("https://\(String(repeating: "a", count: 2000))", false),
    ]) func onlyAddressesOfTheWebAndMailLeadAnywhere(address: String, isTaken: Bool) {
        #expect((Inline("x", link: address).link != nil) == isTaken)
    }
}
