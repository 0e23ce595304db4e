// The examples of docs/changing-types.md, word for word.

struct Page: Codable, Sendable {
    var title: String
    var language: String?
}

struct Picture: Codable, Sendable {
    var path: String
    var width = 800
}

extension Picture {
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        path = try fields.decode(String.self, forKey: .path)
        width = try fields.decodeIfPresent(Int.self, forKey: .width) ?? 800
    }
}

struct Letter: Codable, Sendable {
    var recipient: String

    enum CodingKeys: String, CodingKey {
        case recipient = "to"
        case newName = "recipient"
    }
}

extension Letter {
    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        recipient =
            try fields.decodeIfPresent(String.self, forKey: .newName)
            ?? fields.decode(String.self, forKey: .recipient)
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(recipient, forKey: .recipient)
    }
}

struct Order: Codable, Sendable {
    var items: [String]
}

extension Order {
    private enum Fields: CodingKey { case version, items, item }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Fields.self)
        switch try fields.decodeIfPresent(Int.self, forKey: .version) ?? 1 {
        case 1: items = [try fields.decode(String.self, forKey: .item)]
        case 2: items = try fields.decode([String].self, forKey: .items)
        default:
            throw DecodingError.dataCorruptedError(
                forKey: .version, in: fields, debugDescription: "this program reads versions 1 and 2")
        }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Fields.self)
        try fields.encode(2, forKey: .version)
        try fields.encode(items, forKey: .items)
    }
}

enum Colour: String, Codable, Sendable {
    case red, green
    case other

    init(from decoder: any Decoder) throws {
        self = Colour(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .other
    }
}
