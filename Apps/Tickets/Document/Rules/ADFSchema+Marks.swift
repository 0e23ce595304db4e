extension ADFSchema {
    static let formatting: Set = [
        "annotation", "backgroundColor", "em", "link", "strike", "strong", "subsup", "textColor", "underline",
    ]
    static let codeFormatting: Set = ["annotation", "code", "link"]

    /// The attributes of each mark; an empty list means that it has none.
    static let marks: [String: [AttributeShape]] = [
        "alignment": [AttributeShape(["align": .word(["center", "end"])], required: ["align"])],
        "annotation": [
            AttributeShape(
                ["id": .text, "annotationType": .word(["inlineComment"])], required: ["id", "annotationType"])
        ],
        "backgroundColor": [AttributeShape(["color": .colour(withAlpha: false)], required: ["color"])],
        "border": [
            AttributeShape(
                ["size": .number(1...3), "color": .colour(withAlpha: true)], required: ["size", "color"])
        ],
        "breakout": [
            AttributeShape(["mode": .word(["wide", "full-width"]), "width": .number], required: ["mode"])
        ],
        "code": [],
        "dataConsumer": [AttributeShape(["sources": .texts(least: 1)], required: ["sources"])],
        "em": [],
        "fragment": [AttributeShape(["localId": .text(least: 1), "name": .text], required: ["localId"])],
        "indentation": [AttributeShape(["level": .number(1...6)], required: ["level"])],
        "link": [
            AttributeShape(
                ["href": .text, "title": .text, "id": .text, "collection": .text, "occurrenceKey": .text],
                required: ["href"])
        ],
        "strike": [],
        "strong": [],
        "subsup": [AttributeShape(["type": .word(["sub", "sup"])], required: ["type"])],
        "textColor": [AttributeShape(["color": .colour(withAlpha: false)], required: ["color"])],
        "underline": [],
    ]
}
