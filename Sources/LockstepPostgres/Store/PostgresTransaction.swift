import Lockstep
import LockstepSQL

/// The small SQL face on a connection in a reading transaction.
struct PostgresReading: SQLReading {
    let connection: PGConnection

    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
        try connection.run([SQLFaceStep.step(sql, parameters)])[0].rows()
    }
}

/// The small SQL face on a connection in a transaction that writes, in which starts and changes of jobs join.
struct PostgresTransaction: SQLTransaction {
    let road: PostgresRoad

    func query(_ sql: String, _ parameters: [any SQLConvertible]) throws -> [SQLRow] {
        try PostgresReading(connection: road.connection).query(sql, parameters)
    }

    func execute(_ sql: String, _ parameters: [any SQLConvertible]) throws -> Int {
        try road.connection.run([SQLFaceStep.step(sql, parameters)])[0].changed
    }

    func start(_ job: NewJob) throws -> StartOutcome {
        try PostgresStarts(road).startAlone(job)
    }

    func apply(_ command: Command) throws -> Outcome { try road.applyAlone(command) }
}

/// An application's statement as PostgreSQL takes it: `?1` becomes `$1`, and the server infers the types.
enum SQLFaceStep {
    static func step(_ sql: String, _ parameters: [any SQLConvertible]) -> PGConnection.Step {
        var values = PGParameters(reserving: parameters.count)
        for parameter in parameters {
            switch parameter.sqlValue {
            case .null: values.addText(nil)
            case .integer(let value): values.addText(String(value))
            case .real(let value): values.addText(text(value))
            case .text(let value): values.addText(value)
            case .blob(let bytes): values.addInferredBytes(bytes)
            }
        }
        return PGConnection.Step(statement: PGStatement(numbered(sql)), parameters: values, isText: true)
    }

    /// PostgreSQL's words for the numbers that Swift writes otherwise.
    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return "\(value)"
    }

    /// Writes `$1` for `?1`, but not within literals, quoted names and comments; a `?` without a number is an
    /// operator of PostgreSQL's and stays.
    static func numbered(_ sql: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(sql.utf8)
        var index = 0
        var quote: UInt8?
        while index < bytes.count {
            let byte = bytes[index]
            if let end = quote {
                if byte == end { quote = nil }
                result.append(byte)
            } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
                quote = byte
                result.append(byte)
            } else if byte == UInt8(ascii: "-"), index + 1 < bytes.count, bytes[index + 1] == byte {
                quote = UInt8(ascii: "\n")
                result.append(byte)
            } else if byte == UInt8(ascii: "?"), index + 1 < bytes.count,
                (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(bytes[index + 1])
            {
                result.append(UInt8(ascii: "$"))
            } else {
                result.append(byte)
            }
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }
}
