/// The rules of the Atlassian Document Format, version 1.
///
/// They are those of the published JSON schema (`full.json` of `@atlaskit/adf-schema`, as of 2025, without
/// `stage-0.json`), written by node instead of by definition: a variant such as `paragraph_with_alignment_node` is
/// the paragraph with the marks that its place allows. In two places the schema's draft says less than it means,
/// and what is meant is kept: in a list item, a task list and a single medium the second rule of `items` holds for
/// all that follow the first. Newer types (`syncBlock`, `blockTaskItem`) are refused by name.
enum ADFSchema {
    static let nodes: [String: NodeRule] = blocks.merging(inlines) { first, _ in first }

    static let localID = AttributeShape(["localId": .text])

    static func withLocalID(_ rules: [String: AttributeRule], required: Set<String> = []) -> AttributeShape {
        AttributeShape(rules.merging(["localId": .text]) { own, _ in own }, required: required)
    }

    static let layouts = AttributeRule.word([
        "wide", "full-width", "center", "wrap-right", "wrap-left", "align-end", "align-start",
    ])
    static let extensionMarks: [Set<String>] = [["dataConsumer", "fragment"]]

    private static let bareParagraph = ChildRule("paragraph", marks: [[]])
    private static let bareHeading = ChildRule("heading", marks: [[]])
    private static let bareCode = ChildRule("codeBlock", marks: [[]])
    private static let bareExpand = ChildRule("expand", marks: [[]])
    private static let anyParagraph = ChildRule("paragraph", marks: [["alignment"], ["indentation"]])
    private static let anyHeading = ChildRule("heading", marks: [["alignment"], ["indentation"]])
    private static let nestedExpand = ChildRule("nestedExpand", marks: [[]])

    private static func kinds(_ names: String...) -> [ChildRule] { names.map { ChildRule($0) } }

    private static let lists = kinds("bulletList", "orderedList")
    private static let nonNestable =
        [bareParagraph, bareHeading, bareCode] + lists
        + kinds(
            "blockCard", "blockquote", "decisionList", "embedCard", "extension", "mediaGroup", "mediaSingle",
            "panel", "rule", "table", "taskList")
    private static let blockContent =
        [anyParagraph, anyHeading, bareCode, bareExpand] + lists
        + kinds(
            "blockCard", "blockquote", "bodiedExtension", "decisionList", "embedCard", "extension",
            "mediaGroup",
            "mediaSingle", "panel", "rule", "table", "taskList")
    private static let documentContent =
        blockContent.filter { !["codeBlock", "expand"].contains($0.type) }
        + [
            ChildRule("codeBlock", marks: [["breakout"]]), ChildRule("expand", marks: [["breakout"]]),
            ChildRule("layoutSection"),
        ]
    private static let cellContent =
        [ChildRule("paragraph", marks: [["alignment"]]), anyHeading, bareCode, nestedExpand] + lists
        + kinds(
            "blockCard", "blockquote", "decisionList", "embedCard", "extension", "mediaGroup", "mediaSingle",
            "panel", "rule", "taskList")
    private static let nestedContent =
        [bareParagraph, bareHeading, bareCode] + lists
        + kinds(
            "blockquote", "decisionList", "extension", "mediaGroup", "mediaSingle", "panel", "rule",
            "taskList")
    static let line =
        [ChildRule("text", marks: [formatting, codeFormatting])]
        + kinds(
            "date", "emoji", "hardBreak", "inlineCard", "inlineExtension", "mediaInline", "mention",
            "placeholder", "status")
    private static let caption = line.filter { !["inlineExtension", "mediaInline"].contains($0.type) }

    private static let cell = NodeRule(
        attrs: [
            withLocalID(["colspan": .number, "rowspan": .number, "colwidth": .numbers, "background": .text])
        ], content: ContentRule(cellContent, least: 1))
    private static let extensionShape = AttributeShape(
        [
            "extensionKey": .text(least: 1), "extensionType": .text(least: 1), "parameters": .anything,
            "text": .text, "layout": .word(["wide", "full-width", "default"]), "localId": .text(least: 1),
        ], required: ["extensionKey", "extensionType"])

    private static let blocks: [String: NodeRule] = [
        "doc": NodeRule(content: ContentRule(documentContent)),
        "paragraph": NodeRule(
            attrs: [localID], content: ContentRule(line), needsContent: false,
            marks: [["alignment"], ["indentation"]]),
        "heading": NodeRule(
            attrs: [withLocalID(["level": .number(1...6)], required: ["level"])], needsAttrs: true,
            content: ContentRule(line), needsContent: false, marks: [["alignment"], ["indentation"]]),
        "codeBlock": NodeRule(
            attrs: [withLocalID(["language": .text, "uniqueId": .text])],
            content: ContentRule([ChildRule("text", marks: [[]])]), needsContent: false, marks: [["breakout"]]
        ),
        "bulletList": NodeRule(attrs: [localID], content: ContentRule(kinds("listItem"), least: 1)),
        "orderedList": NodeRule(
            attrs: [withLocalID(["order": .number(0...Double.greatestFiniteMagnitude)])],
            content: ContentRule(kinds("listItem"), least: 1)),
        "listItem": NodeRule(
            attrs: [localID],
            content: ContentRule(
                [bareParagraph, bareCode] + lists + kinds("extension", "mediaSingle", "taskList"),
                first: [bareParagraph, bareCode] + kinds("extension", "mediaSingle"), least: 1)),
        "blockquote": NodeRule(
            attrs: [localID],
            content: ContentRule(
                [bareParagraph, bareCode] + lists + kinds("extension", "mediaGroup", "mediaSingle"), least: 1)
        ),
        "panel": NodeRule(
            attrs: [
                withLocalID(
                    [
                        "panelType": .word(["info", "note", "tip", "warning", "error", "success", "custom"]),
                        "panelIcon": .text, "panelIconId": .text, "panelIconText": .text, "panelColor": .text,
                    ], required: ["panelType"])
            ], needsAttrs: true,
            content: ContentRule(
                [bareParagraph, bareHeading, bareCode] + lists
                    + kinds(
                        "blockCard", "decisionList", "extension", "mediaGroup", "mediaSingle", "rule",
                        "taskList"), least: 1)),
        "rule": NodeRule(attrs: [localID]),
        "expand": NodeRule(
            attrs: [withLocalID(["title": .text])],
            content: ContentRule(nonNestable + [nestedExpand], least: 1), marks: [["breakout"]]),
        "nestedExpand": NodeRule(
            attrs: [withLocalID(["title": .text])], needsAttrs: true,
            content: ContentRule(nestedContent, least: 1)),
        "table": NodeRule(
            attrs: [
                AttributeShape([
                    "displayMode": .word(["default", "fixed"]), "isNumberColumnEnabled": .flag,
                    "layout": .word(["wide", "full-width", "center", "align-end", "align-start", "default"]),
                    "localId": .text(least: 1), "width": .number,
                ])
            ], content: ContentRule(kinds("tableRow"), least: 1), marks: [["fragment"]]),
        "tableRow": NodeRule(attrs: [localID], content: ContentRule(kinds("tableCell", "tableHeader"))),
        "tableCell": cell,
        "tableHeader": cell,
        "taskList": NodeRule(
            attrs: [AttributeShape(["localId": .text], required: ["localId"])], needsAttrs: true,
            content: ContentRule(kinds("taskItem", "taskList"), first: kinds("taskItem"), least: 1)),
        "taskItem": NodeRule(
            attrs: [
                AttributeShape(
                    ["localId": .text, "state": .word(["TODO", "DONE"])], required: ["localId", "state"])
            ], needsAttrs: true, content: ContentRule(line), needsContent: false),
        "decisionList": NodeRule(
            attrs: [AttributeShape(["localId": .text], required: ["localId"])], needsAttrs: true,
            content: ContentRule(kinds("decisionItem"), least: 1)),
        "decisionItem": NodeRule(
            attrs: [AttributeShape(["localId": .text, "state": .text], required: ["localId", "state"])],
            needsAttrs: true, content: ContentRule(line), needsContent: false),
        "mediaGroup": NodeRule(content: ContentRule(kinds("media"), least: 1)),
        "mediaSingle": NodeRule(
            attrs: [
                withLocalID(
                    [
                        "width": .number(0...100), "layout": layouts, "widthType": .word(["percentage"]),
                    ], required: ["layout"]),
                withLocalID(
                    [
                        "width": .number(0...Double.greatestFiniteMagnitude), "layout": layouts,
                        "widthType": .word(["pixel"]),
                    ], required: ["width", "widthType", "layout"]),
            ], content: ContentRule(kinds("caption"), first: kinds("media"), least: 1, most: 2),
            marks: [["link"]]),
        "caption": NodeRule(attrs: [localID], content: ContentRule(caption), needsContent: false),
        "layoutSection": NodeRule(
            attrs: [localID], content: ContentRule(kinds("layoutColumn"), least: 2, most: 3),
            marks: [["breakout"]]),
        "layoutColumn": NodeRule(
            attrs: [withLocalID(["width": .number(0...100)], required: ["width"])], needsAttrs: true,
            content: ContentRule(blockContent, least: 1)),
        "extension": NodeRule(attrs: [extensionShape], needsAttrs: true, marks: extensionMarks),
        "bodiedExtension": NodeRule(
            attrs: [extensionShape], needsAttrs: true, content: ContentRule(nonNestable, least: 1),
            marks: extensionMarks),
    ]
}
