import Lockstep

/// The statuses of a lifecycle as a Python enum (3.8 or newer, standard library only).
struct PythonExport {
    private let definition: Definition
    private let names: ExportNames

    init(_ definition: Definition) {
        self.definition = definition
        names = ExportNames(definition)
    }

    var text: String {
        get throws {
            let type = names.type
            let members = try definition.names.map {
                "    \(names.upper($0)) = \(try TextLiteral.json($0))"
            }
            let kinds = definition.statuses.map {
                "    \(type).\(names.upper($0.name)): \"\($0.kind.rawValue)\","
            }
            let allowed = definition.names.map {
                "    \(type).\(names.upper($0)): frozenset({\(list(definition.allowed(from: $0)))}),"
                    .replacing("frozenset({})", with: "frozenset()")
            }
            return """
                # \(try definition.exportNote())
                from __future__ import annotations

                from enum import Enum
                from typing import Dict, FrozenSet

                LIFECYCLE = \(try TextLiteral.json(definition.name))


                class \(type)(str, Enum):
                    \"""The statuses of lifecycle '\(definition.name)'.\"""

                \(members.joined(separator: "\n"))

                    def __str__(self) -> str:
                        return self.value

                    @property
                    def kind(self) -> str:
                        \"""What a job does here: queue, work, wait, success, failure, closed or retired.\"""
                        return KINDS[self]

                    @property
                    def is_end(self) -> bool:
                        \"""Whether a job here has ended.\"""
                        return KINDS[self] in ("success", "failure", "closed")

                    def allows(self, status: \(type)) -> bool:
                        \"""Whether a job may move from here to another status, whoever moves it.\"""
                        return status in ALLOWED[self]


                INITIAL: FrozenSet[\(type)] = frozenset({\(list(definition.initial))})

                KINDS: Dict[\(type), str] = {
                \(kinds.joined(separator: "\n"))
                }

                ALLOWED: Dict[\(type), FrozenSet[\(type)]] = {
                \(allowed.joined(separator: "\n"))
                }

                """
        }
    }

    private func list(_ statuses: [String]) -> String {
        statuses.map { "\(names.type).\(names.upper($0))" }.joined(separator: ", ")
    }
}
