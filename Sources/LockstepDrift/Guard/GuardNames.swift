import LockstepSQL

/// The names of what guards a column.
struct GuardNames: Hashable, Sendable {
    /// The CHECK of the declared statuses.
    let values: String
    /// The trigger that refuses rows that start elsewhere than in an initial status.
    let starts: String
    /// The trigger that refuses undeclared moves.
    let moves: String
    /// The functions that refuse, in PostgreSQL.
    static let refuseStart = "lockstep_refuse_start"
    static let refuseMove = "lockstep_refuse_guarded_move"

    /// In PostgreSQL constraints and triggers belong to their table; in SQLite triggers are the database's.
    init(table: String, column: String) {
        let stem = "lockstep_\(table)_\(column)"
        func name(_ end: String) -> String {
            // PostgreSQL cuts names after 63 bytes; a cut that we do not make ourselves would not be found again.
            let full = "\(stem)_\(end)"
            guard full.utf8.count > 63 else { return full }
            var digest: UInt32 = 2_166_136_261
            for byte in stem.utf8 { digest = (digest ^ UInt32(byte)) &* 16_777_619 }
            var short = String(decoding: stem.utf8.prefix(44), as: UTF8.self)
            short.unicodeScalars.removeAll { $0 == "\u{FFFD}" }
            return "\(short)_\(String(digest, radix: 16))_\(end)"
        }
        values = name("values")
        starts = name("starts")
        moves = name("moves")
    }
}

/// SQL that lets a column hold what is declared.
enum GuardText {
    /// `'a', 'b'`
    static func list(_ values: [String]) -> String { values.map(SQLText.literal).joined(separator: ", ") }

    /// The condition of the CHECK. On SQLite an `IN (…)` would build an index at each evaluation.
    static func condition(_ column: String, _ values: [String], isPostgres: Bool) -> String {
        let name = SQLText.name(column)
        guard !isPostgres else { return "\(name)::text IN (\(list(values)))" }
        return values.map { "\(name) = \(SQLText.literal($0))" }.joined(separator: " OR ")
    }

    /// Where a label goes so that an ENUM keeps the declared order: before the next declared label that it has.
    static func addLabel(_ value: String, to type: String, labels: [String], declared: [String]) -> String {
        let later = declared.drop { $0 != value }.dropFirst()
        let next = later.first { labels.contains($0) }
        let place = next.map { " BEFORE \(SQLText.literal($0))" } ?? ""
        return "ALTER TYPE \(type) ADD VALUE IF NOT EXISTS \(SQLText.literal(value))\(place)"
    }
}
