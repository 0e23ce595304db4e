import Lockstep

/// The statuses of a lifecycle as a Swift enum that needs nothing of Lockstep, for clients and apps.
struct SwiftExport {
    private let definition: Definition
    private let names: ExportNames

    init(_ definition: Definition) {
        self.definition = definition
        names = ExportNames(definition)
    }

    var text: String {
        get throws {
            """
            // \(try definition.exportNote())

            /// The statuses of lifecycle `\(definition.name)`.
            public enum \(names.type): String, Codable, CaseIterable, Hashable, Sendable {
            \(definition.names.map { "    case \(declared($0)) = \(TextLiteral.swift($0))" }.joined(separator: "\n"))

                /// What a job does in a status.
                public enum Kind: String, Codable, CaseIterable, Sendable {
                    case queue, work, wait, success, failure, closed, retired
                }

                /// The lifecycle's name.
                public static let lifecycle = \(TextLiteral.swift(definition.name))
                /// The statuses in which jobs start.
                public static let initial: [\(names.type)] = [\(list(definition.initial))]

                /// What a job does here.
                public var kind: Kind {
                    switch self {
            \(definition.statuses.map { "        case .\(used($0.name)): .\($0.kind.rawValue)" }.joined(separator: "\n"))
                    }
                }

                /// Whether a job here has ended.
                public var isEnd: Bool { kind == .success || kind == .failure || kind == .closed }

                /// The statuses that a job may move to from here, whoever moves it.
                public var allowed: [\(names.type)] {
                    switch self {
            \(definition.names.map { "        case .\(used($0)): [\(list(definition.allowed(from: $0)))]" }.joined(separator: "\n"))
                    }
                }

                /// Whether a job may move from here to another status.
                public func allows(_ next: \(names.type)) -> Bool { allowed.contains(next) }
            }

            """
        }
    }

    private func list(_ statuses: [String]) -> String {
        statuses.map { ".\(used($0))" }.joined(separator: ", ")
    }

    private func declared(_ status: String) -> String { used(status) }

    /// Keywords stand in back quotes; names that the enum itself has, or that none may have, get a word more.
    private func used(_ status: String) -> String {
        let name = names.camel(status)
        if Self.taken.contains(name) { return "\(name)Status" }
        return Self.keywords.contains(name) ? "`\(name)`" : name
    }

    private static let taken: Set = [
        "self", "init", "kind", "isEnd", "allowed", "allows", "initial", "lifecycle", "allCases", "rawValue",
        "hashValue", "hash", "encode",
    ]
    /// "Keywords and Punctuation" in The Swift Programming Language.
    private static let keywords: Set = [
        "associatedtype", "class", "deinit", "enum", "extension", "fileprivate", "func", "import", "inout",
        "internal", "let", "open", "operator", "private", "precedencegroup", "protocol", "public", "rethrows",
        "static", "struct", "subscript", "typealias", "var", "break", "case", "catch", "continue", "default",
        "defer", "do", "else", "fallthrough", "for", "guard", "if", "in", "repeat", "return", "switch",
        "throw",
        "where", "while", "any", "as", "await", "false", "is", "nil", "super", "throws", "true", "try",
    ]
}
