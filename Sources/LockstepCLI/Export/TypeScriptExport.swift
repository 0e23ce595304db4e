import Lockstep

/// The statuses of a lifecycle as a TypeScript union, with tables that are plain JavaScript but for their types.
struct TypeScriptExport {
    private let definition: Definition
    private let names: ExportNames

    init(_ definition: Definition) {
        self.definition = definition
        names = ExportNames(definition)
    }

    var text: String {
        get throws {
            let type = names.type
            let prefix = type.prefix(1).lowercased() + type.dropFirst("X".count)
            let kinds = try definition.statuses.map {
                "  \(try TextLiteral.json($0.name)): \"\($0.kind.rawValue)\","
            }
            let allowed = try definition.names.map {
                "  \(try TextLiteral.json($0)): [\(try list(definition.allowed(from: $0)))],"
            }
            return """
                // \(try definition.exportNote())

                export const \(prefix)Lifecycle = \(try TextLiteral.json(definition.name));

                export const \(prefix)Values = [\(try list(definition.names))] as const;

                /** The statuses of lifecycle '\(definition.name)'. */
                export type \(type) = (typeof \(prefix)Values)[number];

                /** What a job does in a status. */
                export type \(type)Kind = "queue" | "work" | "wait" | "success" | "failure" | "closed" | "retired";

                /** The statuses in which jobs start. */
                export const \(prefix)Initial: readonly \(type)[] = [\(try list(definition.initial))];

                export const \(prefix)Kinds: Readonly<Record<\(type), \(type)Kind>> = {
                \(kinds.joined(separator: "\n"))
                };

                /** The statuses that a job may move to, whoever moves it. */
                export const \(prefix)Allowed: Readonly<Record<\(type), readonly \(type)[]>> = {
                \(allowed.joined(separator: "\n"))
                };

                /** Whether a text is one of the statuses: what a newer server says may be none. */
                export function is\(type)(text: string): text is \(type) {
                  return Object.hasOwn(\(prefix)Kinds, text);
                }

                /** Whether a job in this status has ended. */
                export function isEnd\(type)(status: \(type)): boolean {
                  return ["success", "failure", "closed"].includes(\(prefix)Kinds[status]);
                }

                """
        }
    }

    private func list(_ statuses: [String]) throws -> String {
        try statuses.map { try TextLiteral.json($0) }.joined(separator: ", ")
    }
}
