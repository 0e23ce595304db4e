import Foundation
import Lockstep
import Testing
import TicketDocument

@Suite struct ADFValidatorTests {
    /// A document with nearly every node and mark, as the published schema has them.
    static let everything = #"""
        {"version":1,"type":"doc","content":[
        {"type":"heading","attrs":{"level":2},"marks":[{"type":"alignment","attrs":{"align":"center"}}],
         "content":[{"type":"text","text":"Title"}]},
        {"type":"paragraph","content":[
         {"type":"text","text":"a","marks":[{"type":"strong"},{"type":"em"},{"type":"underline"},{"type":"strike"},
          {"type":"textColor","attrs":{"color":"#00ff9a"}},{"type":"backgroundColor","attrs":{"color":"#00FF9A"}},
          {"type":"subsup","attrs":{"type":"sub"}},{"type":"link","attrs":{"href":"https://example.com"}}]},
         {"type":"text","text":"b","marks":[{"type":"code"},{"type":"link","attrs":{"href":"x","title":"t"}}]},
         {"type":"hardBreak"},{"type":"hardBreak","attrs":{"text":"\n"}},
         {"type":"mention","attrs":{"id":"1","text":"@a","userType":"APP"}},
         {"type":"emoji","attrs":{"shortName":":grin:","text":"😀"}},
         {"type":"date","attrs":{"timestamp":"1582152559"}},
         {"type":"status","attrs":{"text":"done","color":"green"}},
         {"type":"inlineCard","attrs":{"url":"https://example.com"}},
         {"type":"inlineCard","attrs":{"data":{"@type":"x"}}},
         {"type":"mediaInline","attrs":{"id":"1","collection":""}},
         {"type":"inlineExtension","attrs":{"extensionKey":"k","extensionType":"t","parameters":[1,{"a":null}]}},
         {"type":"placeholder","attrs":{"text":""}}]},
        {"type":"paragraph"},
        {"type":"paragraph","marks":[{"type":"indentation","attrs":{"level":6}}],"content":[]},
        {"type":"bulletList","content":[{"type":"listItem","content":[{"type":"paragraph"},
         {"type":"orderedList","attrs":{"order":3},"content":[{"type":"listItem","content":[
          {"type":"codeBlock","attrs":{"language":"swift"},"content":[{"type":"text","text":"let x = 1"}]}]}]},
         {"type":"taskList","attrs":{"localId":"l"},"content":[{"type":"taskItem",
          "attrs":{"localId":"i","state":"TODO"},"content":[{"type":"text","text":"x"}]}]}]}]},
        {"type":"panel","attrs":{"panelType":"info","localId":"p"},"content":[{"type":"rule"},{"type":"paragraph"}]},
        {"type":"blockquote","content":[{"type":"paragraph"},{"type":"codeBlock"}]},
        {"type":"rule"},
        {"type":"codeBlock","marks":[{"type":"breakout","attrs":{"mode":"wide"}}],"content":[]},
        {"type":"expand","attrs":{"title":"More"},"content":[{"type":"nestedExpand","attrs":{},
         "content":[{"type":"paragraph"}]}]},
        {"type":"table","attrs":{"layout":"default","isNumberColumnEnabled":false},"content":[
         {"type":"tableRow","content":[{"type":"tableHeader","attrs":{"colspan":2,"colwidth":[10,20]},
          "content":[{"type":"paragraph","marks":[{"type":"alignment","attrs":{"align":"end"}}]}]}]},
         {"type":"tableRow","content":[{"type":"tableCell","attrs":{"background":"#fff"},
          "content":[{"type":"heading","attrs":{"level":1}}]},{"type":"tableCell","content":[{"type":"rule"}]}]}]},
        {"type":"mediaSingle","attrs":{"layout":"center","width":50},"content":[
         {"type":"media","attrs":{"type":"file","id":"1","collection":"c"},
          "marks":[{"type":"border","attrs":{"size":1,"color":"#00ff9a80"}}]},
         {"type":"caption","content":[{"type":"text","text":"c"}]}]},
        {"type":"mediaGroup","content":[{"type":"media","attrs":{"type":"external","url":"https://example.com/a"}}]},
        {"type":"decisionList","attrs":{"localId":"d"},"content":[{"type":"decisionItem",
         "attrs":{"localId":"e","state":"DECIDED"}}]},
        {"type":"blockCard","attrs":{"datasource":{"id":"1","parameters":{},"views":[{"type":"table"}]}}},
        {"type":"embedCard","attrs":{"url":"https://example.com","layout":"wide"}},
        {"type":"extension","attrs":{"extensionKey":"k","extensionType":"t"},
         "marks":[{"type":"fragment","attrs":{"localId":"f"}},{"type":"dataConsumer","attrs":{"sources":["f"]}}]},
        {"type":"bodiedExtension","attrs":{"extensionKey":"k","extensionType":"t"},"content":[{"type":"paragraph"}]},
        {"type":"layoutSection","content":[
         {"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"paragraph"}]},
         {"type":"layoutColumn","attrs":{"width":50},"content":[{"type":"expand","content":[{"type":"rule"}]}]}]}
        ]}
        """#

    private func node(_ text: String) throws -> ADFNode { try ADFNode(parsing: Data(text.utf8)) }

    private func document(_ block: String) throws -> ADFNode {
        try node(#"{"version":1,"type":"doc","content":[\#(block)]}"#)
    }

    @Test func aDocumentWithEveryNodeIsValid() throws {
        #expect(ADFValidator().faults(in: try node(Self.everything)) == [])
    }

    /// What stands in a document, where the fault is, and a part of the sentence.
    @Test(arguments: [
        (#"{"type":"blink"}"#, "doc.content[0]", "there is no node of the type “blink”"),
        (
            #"{"type":"listItem","content":[]}"#, "doc.content[0]",
            "a listItem cannot stand in a doc, only blockCard"
        ),
        (#"{"type":"text","text":"x"}"#, "doc.content[0]", "a text cannot stand in a doc"),
        (#"{"type":"heading"}"#, "doc.content[0]", "a heading must have attrs"),
        (#"{"type":"heading","attrs":{}}"#, "doc.content[0].attrs", "the attribute level is missing"),
        (
            #"{"type":"heading","attrs":{"level":7}}"#, "doc.content[0].attrs.level",
            "7 must be a number from 1 to 6"
        ),
        (#"{"type":"heading","attrs":{"level":"1"}}"#, "doc.content[0].attrs.level", "“1” must be a number"),
        (
            #"{"type":"heading","attrs":{"level":1,"id":"x"}}"#, "doc.content[0].attrs.id",
            "there is no such attribute here, only level, localId"
        ),
        (#"{"type":"rule","content":[]}"#, "doc.content[0].content", "a rule has no content"),
        (#"{"type":"rule","marks":[]}"#, "doc.content[0].marks", "a rule has no marks"),
        (#"{"type":"rule","text":"x"}"#, "doc.content[0].text", "a rule has no text of its own"),
        (#"{"type":"rule","size":1}"#, "doc.content[0].size", "a rule has no such member"),
        (
            #"{"type":"mediaGroup","attrs":{},"content":[]}"#, "doc.content[0].attrs",
            "a mediaGroup has no attrs"
        ),
        (#"{"type":"bulletList"}"#, "doc.content[0]", "a bulletList must have content"),
        (#"{"type":"bulletList","content":[]}"#, "doc.content[0]", "a bulletList must have content"),
        (
            #"{"type":"bulletList","content":[{"type":"listItem","content":[{"type":"bulletList","content":[]}]}]}"#,
            "doc.content[0].content[0].content[0]",
            "a bulletList cannot stand first in a listItem, only codeBlock"
        ),
        (
            #"{"type":"panel","attrs":{"panelType":"info"},"content":[{"type":"table","content":[]}]}"#,
            "doc.content[0].content[0]", "a table cannot stand in a panel"
        ),
        (
            #"{"type":"panel","attrs":{"panelType":"loud"},"content":[{"type":"paragraph"}]}"#,
            "doc.content[0].attrs.panelType", "“loud” must be one of info, note, tip"
        ),
        (
            #"{"type":"paragraph","content":[{"type":"text","text":""}]}"#, "doc.content[0].content[0]",
            "not empty"
        ),
        (#"{"type":"paragraph","content":[{"type":"text"}]}"#, "doc.content[0].content[0]", "not empty"),
        (
            #"{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"strong"},{"type":"code"}]}]}"#,
            "doc.content[0].content[0].marks[1]", "the marks strong and code cannot stand together"
        ),
        (
            #"{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"glow"}]}]}"#,
            "doc.content[0].content[0].marks[0]", "there is no mark of the type “glow”"
        ),
        (
            #"{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link"}]}]}"#,
            "doc.content[0].content[0].marks[0]", "a mark link must have attrs"
        ),
        (
            #"{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"em","attrs":{}}]}]}"#,
            "doc.content[0].content[0].marks[0].attrs", "a mark em has no attrs"
        ),
        (
            #"{"type":"codeBlock","content":[{"type":"text","text":"x","marks":[{"type":"strong"}]}]}"#,
            "doc.content[0].content[0].marks[0]", "the mark strong is not allowed on a text here"
        ),
        (#"{"type":"codeBlock","content":[{"type":"hardBreak"}]}"#, "doc.content[0].content[0]", "only text"),
        (
            #"{"type":"blockquote","content":[{"type":"paragraph","marks":[{"type":"alignment","attrs":{"align":"end"}}]}]}"#,
            "doc.content[0].content[0].marks[0]", "the mark alignment is not allowed on a paragraph here"
        ),
        (
            #"{"type":"paragraph","marks":[{"type":"alignment","attrs":{"align":"end"}},{"type":"indentation","attrs":{"level":1}}]}"#,
            "doc.content[0].marks[1]", "the marks alignment and indentation cannot stand together"
        ),
        (
            #"{"type":"mediaSingle","attrs":{"layout":"center"},"content":[]}"#, "doc.content[0]",
            "must have content"
        ),
        (
            #"{"type":"mediaSingle","attrs":{"layout":"center","width":101},"content":[{"type":"media","attrs":{"type":"external","url":"x"}}]}"#,
            "doc.content[0].attrs.width", "101 must be a number from 0 to 100"
        ),
        (
            #"{"type":"layoutSection","content":[{"type":"layoutColumn","attrs":{"width":1},"content":[{"type":"rule"}]}]}"#,
            "doc.content[0]", "at least 2 nodes"
        ),
        (
            #"{"type":"table","content":[{"type":"tableRow","content":[{"type":"tableCell","content":[{"type":"table","content":[]}]}]}]}"#,
            "doc.content[0].content[0].content[0].content[0]", "a table cannot stand in a tableCell"
        ),
        (
            #"{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"textColor","attrs":{"color":"red"}}]}]}"#,
            "doc.content[0].content[0].marks[0].attrs.color", "“red” must be a colour such as #00ff9a"
        ),
    ]) func anInvalidNodeIsNamedByItsPath(block: String, path: String, words: String) throws {
        let fault = try #require(ADFValidator().faults(in: try document(block)).first)
        #expect(fault.path == path)
        #expect(fault.problem.contains(words), "\(fault)")
        #expect(fault.description.hasSuffix(".") && fault.description.hasPrefix(path))
        #expect(throws: fault) { try ADFValidator().check(try document(block)) }
    }

    @Test func theDocumentItselfIsChecked() throws {
        #expect(ADFValidator().faults(in: ADFNode("paragraph")).first?.path == "doc")
        #expect(ADFValidator().faults(in: ADFNode("doc", content: [])).first?.path == "doc.version")
        let old = ADFNode("doc", content: [], others: ["version": 2])
        #expect(ADFValidator().faults(in: old).first?.path == "doc.version")
        #expect(
            ADFValidator().faults(in: ADFNode("doc", others: ["version": 1])).first?.problem.contains(
                "content") == true)
    }

    @Test func faultsAreToldInOrderAndBounded() throws {
        let bad = ADFNode("heading", attrs: ["level": 9])
        let document = ADFNode("doc", content: Array(repeating: bad, count: 50), others: ["version": 1])
        let faults = ADFValidator().faults(in: document)
        #expect(faults.count == ADFValidator.mostFaults)
        #expect(faults.map(\.path) == (0..<20).map { "doc.content[\($0)].attrs.level" })
    }

    @Test func sizesAreBounded() throws {
        var list = ADFNode("listItem", content: [ADFNode("paragraph")])
        for _ in 0..<30 {
            list = ADFNode(
                "listItem", content: [ADFNode("paragraph"), ADFNode("bulletList", content: [list])])
        }
        let deep = ADFNode.document([]).with([ADFNode("bulletList", content: [list])])
        #expect(ADFValidator().faults(in: deep).first?.problem.contains("more than 40 levels") == true)
        #expect(throws: ADFFault.self) { try ADFNode(deep.json) }
        let wide = ADFNode.document([]).with(Array(repeating: ADFNode("rule"), count: 5_000))
        #expect(ADFValidator().faults(in: wide).first?.problem.contains("more than 5000 nodes") == true)
        let long = ADFNode.document([.paragraph(String(repeating: "x", count: 32_767))])
        #expect(ADFValidator().faults(in: long).first?.problem.contains("Jira takes 32767") == true)
        let brackets = Data(String(repeating: "[", count: 100_000).utf8)
        #expect(throws: ADFFault.self) { try ADFNode(parsing: brackets) }
        let much = Data(("\"" + String(repeating: "x", count: 500_000) + "\"").utf8)
        #expect(throws: ADFFault.self) { try ADFNode(parsing: much) }
    }
}

extension ADFNode {
    fileprivate func with(_ content: [ADFNode]) -> ADFNode {
        var node = self
        node.content = content
        return node
    }
}
