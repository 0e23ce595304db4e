import LockstepSQL
import PostgresSupport
import Testing

@testable import LockstepPostgres

/// Values go to the server and come back unchanged.
@Suite struct ParametersTests {
    static let texts = [
        "", "plain", "it's \"quoted\" \\ {a,NULL} $1", "NULL", "line\nbreak\ttab\r", "Grüße 🚀 日本語 e\u{301}",
        String(repeating: "ß\\\"", count: 1 << 18),
    ]

    @Test(arguments: texts) func textsComeBack(_ text: String) async throws {
        let (binary, isSame, asText) = try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                var parameters = PGParameters()
                parameters.add(text)
                let statement = PGStatement("SELECT $1::text")
                let binary = try connection.run(statement, parameters).text(0, 0)
                var inferred = PGParameters()
                inferred.addText(text)
                inferred.add(text)
                let step = PGConnection.Step(
                    PGStatement("SELECT $1::text = $2::text, $1"), inferred, isText: true)
                let result = try #require(try connection.run([step]).first)
                return (binary, result.bool(0, 0), result.rows())
            }
        }
        #expect(binary == text && isSame)
        #expect(asText[0][1] == .text(text))
    }

    @Test func numbersTruthAndNullsComeBack() async throws {
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                for number in [0, 1, -1, .min, .max, 1_767_225_600_000_000] as [Int64] {
                    var parameters = PGParameters()
                    parameters.add(number)
                    #expect(
                        try connection.run(PGStatement("SELECT $1::bigint"), parameters).integer(0, 0)
                            == number)
                }
                var parameters = PGParameters()
                parameters.add(true)
                parameters.add(false)
                parameters.add(nil as Int64?)
                parameters.add(nil as String?)
                parameters.add(nil as [UInt8]?)
                parameters.addText(nil)
                parameters.add(2.5)
                let result = try connection.run(
                    PGStatement(
                        "SELECT $1::bool, $2::bool, $3::bigint, $4::text, $5::bytea, $6::text, $7::float8"),
                    parameters)
                #expect(result.bool(0, 0) && !result.bool(0, 1))
                #expect(result.optionalInteger(0, 2) == nil && result.integer(0, 2) == 0)
                #expect(result.optionalText(0, 3) == nil && result.text(0, 3).isEmpty)
                #expect(result.isNull(0, 4) && result.isNull(0, 5) && !result.isNull(0, 0))
                #expect(result.value(0, 6) == .real(2.5))
                let small = try connection.run(PGStatement("SELECT 7::int2, -8::int4, true"))
                #expect(small.integer(0, 0) == 7 && small.integer(0, 1) == -8)
            }
        }
    }

    @Test func bytesComeBack() async throws {
        let all = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0) }
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                for bytes in [[], [0], all] {
                    var parameters = PGParameters()
                    parameters.add(bytes as [UInt8]?)
                    parameters.addInferredBytes(bytes)
                    let statement = PGStatement("SELECT $1::bytea, $1::bytea = $2::bytea")
                    for isText in [false, true] {
                        let step = PGConnection.Step(statement, parameters, isText: isText)
                        let row = try #require(try connection.run([step]).first?.rows().first)
                        #expect(row[0] == .blob(bytes) && row[1] == .integer(1))
                    }
                }
            }
        }
    }

    @Test func arraysComeBack() async throws {
        let numbers: [Int64?] = [1, nil, .min, .max, 0]
        let texts: [String?] = Self.texts + [nil]
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                var parameters = PGParameters(reserving: 1 << 20)
                parameters.add(numbers)
                parameters.add(texts)
                parameters.add(numbers.compactMap(\.self))
                parameters.add(texts.compactMap(\.self))
                parameters.add([] as [Int64])
                parameters.add([] as [String])
                let result = try connection.run(
                    PGStatement(
                        """
                        SELECT a, b, c, d, cardinality($5::bigint[]), cardinality($6::text[])
                        FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) AS t(a, b, c, d)
                        """), parameters)
                func column<Value>(_ read: (Int) -> Value) -> [Value] { (0..<result.count).map(read) }
                let count = max(numbers.count, texts.count)
                func padded<Value>(_ values: [Value?]) -> [Value?] {
                    values + [Value?](repeating: nil, count: count - values.count)
                }
                #expect(column { result.optionalInteger($0, 0) } == padded(numbers))
                #expect(column { result.optionalText($0, 1) } == padded(texts))
                #expect(column { result.optionalInteger($0, 2) } == padded(numbers.compactMap(\.self)))
                #expect(column { result.optionalText($0, 3) } == padded(texts.compactMap(\.self)))
                #expect(result.integer(0, 4) == 0 && result.integer(0, 5) == 0)
            }
        }
    }

    @Test func aTextWithAZeroByteIsRefusedAndNotCutShort() async throws {
        try await PostgresServer.withPool { pool in
            await expectRefusal(.constraint) {
                try await pool.use { connection in
                    var parameters = PGParameters()
                    parameters.addText("a\0b")
                    try connection.run(PGStatement("SELECT $1::text"), parameters)
                }
            }
            await expectRefusal(.constraint) {
                try await pool.use { connection in
                    var parameters = PGParameters()
                    parameters.add("a\0b")
                    try connection.run(PGStatement("SELECT $1::text"), parameters)
                }
            }
            await expectRefusal(.constraint) {
                try await pool.use { try $0.run(PGStatement("SELECT 1 \0 + 1")) }
            }
        }
    }

    @Test func rowsOfTheSQLFaceHaveTheirTypes() async throws {
        let statement = PGStatement(
            """
            SELECT 1::int2 AS a, 2::bigint AS b, 1.5::float8 AS c, 3::numeric AS d, 2.25::numeric AS e, true AS f,
                'x'::text AS g, NULL::text AS h, '\\x00ff'::bytea AS i
            """)
        try await PostgresServer.withPool { pool in
            try await pool.use { connection in
                let step = PGConnection.Step(statement, isText: true)
                let row = try #require(try connection.run([step]).first?.rows().first)
                #expect(row["a"] == .integer(1) && row["b"] == .integer(2) && row["c"] == .real(1.5))
                #expect(row["d"] == .integer(3) && row["e"] == .real(2.25) && row["f"] == .integer(1))
                #expect(row["g"] == .text("x") && row["h"] == .null && row["i"] == .blob([0, 255]))
                let binary = try connection.run(
                    PGStatement("SELECT 1::int2, 1.5::float8, 2.5::float4, true, 'x'::text, '\\x00ff'::bytea")
                )
                let values = (0..<binary.width).map { binary.value(0, $0) }
                #expect(
                    values == [
                        .integer(1), .real(1.5), .real(2.5), .integer(1), .text("x"), .blob([0, 255]),
                    ])
            }
        }
    }
}
