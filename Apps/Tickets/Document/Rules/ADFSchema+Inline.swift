extension ADFSchema {
    /// Cards, media and everything that stands in a line.
    static let inlines: [String: NodeRule] = [
        "text": NodeRule(marks: [formatting, codeFormatting], isText: true),
        "date": .leaf(withLocalID(["timestamp": .text(least: 1)], required: ["timestamp"])),
        "emoji": .leaf(
            withLocalID(["shortName": .text, "id": .text, "text": .text], required: ["shortName"])),
        "hardBreak": .leaf(withLocalID(["text": .word(["\n"])]), needsAttrs: false),
        "inlineCard": .leaf(
            withLocalID(["url": .text], required: ["url"]),
            withLocalID(["data": .anything], required: ["data"])),
        "mention": .leaf(
            withLocalID(
                [
                    "id": .text, "text": .text, "accessLevel": .text,
                    "userType": .word(["DEFAULT", "SPECIAL", "APP"]),
                ], required: ["id"])),
        "placeholder": .leaf(withLocalID(["text": .text], required: ["text"])),
        "status": .leaf(
            withLocalID(
                [
                    "text": .text(least: 1),
                    "color": .word(["neutral", "purple", "blue", "red", "yellow", "green"]), "style": .text,
                ], required: ["text", "color"])),
        "inlineExtension": NodeRule(
            attrs: [
                AttributeShape(
                    [
                        "extensionKey": .text(least: 1), "extensionType": .text(least: 1),
                        "parameters": .anything, "text": .text, "localId": .text(least: 1),
                    ], required: ["extensionKey", "extensionType"])
            ], needsAttrs: true, marks: extensionMarks),
        "mediaInline": NodeRule(
            attrs: [
                withLocalID(
                    [
                        "type": .word(["link", "file", "image"]), "id": .text(least: 1), "alt": .text,
                        "collection": .text, "occurrenceKey": .text(least: 1), "width": .number,
                        "height": .number, "data": .anything,
                    ], required: ["id", "collection"])
            ], needsAttrs: true, marks: [["link", "annotation", "border"]]),
        "media": NodeRule(
            attrs: [
                withLocalID(
                    [
                        "type": .word(["link", "file"]), "id": .text(least: 1), "alt": .text,
                        "collection": .text, "occurrenceKey": .text(least: 1), "width": .number,
                        "height": .number,
                    ], required: ["type", "id", "collection"]),
                withLocalID(
                    [
                        "type": .word(["external"]), "alt": .text, "width": .number, "height": .number,
                        "url": .text,
                    ], required: ["type", "url"]),
            ], needsAttrs: true, marks: [["link", "annotation", "border"]]),
        "blockCard": .leaf(
            withLocalID(
                ["url": .text, "datasource": .dataSource, "width": .number, "layout": layouts],
                required: ["datasource"]),
            withLocalID(["url": .text], required: ["url"]),
            withLocalID(["data": .anything], required: ["data"])),
        "embedCard": .leaf(
            withLocalID(
                [
                    "url": .text, "layout": layouts, "width": .number(0...100), "originalHeight": .number,
                    "originalWidth": .number,
                ], required: ["url", "layout"])),
    ]
}
