import Foundation
import Lockstep
import LockstepTesting
import Testing

/// The quick writers say what the thorough ones say.
@Suite struct JobTextTests {
    static let odd = "\"\\/\u{8}\t\n\u{c}\r\u{1f}\u{0}\u{7f}é\u{2028}😀</script>"

    static func record(_ change: (inout JobRecord) -> Void = { _ in }) -> JobRecord {
        let now = Timestamp(microseconds: 1_767_225_600_000_001)
        var record = JobRecord(
            id: JobID(at: now), lifecycle: "parcel", status: "queued", input: "{}", now: now)
        change(&record)
        return record
    }

    static let records = [
        record(),
        record {
            $0.owner = odd
            $0.key = odd
            $0.priority = -7
            $0.progress = 40
            $0.progressDetail = odd
            $0.failure = Failure(.temporary, code: "x", message: odd, retryAfter: .seconds(3))
            $0.fence = .max
            $0.attempt = 3
            $0.parkedAt = $0.createdAt
            $0.hold = "address"
            $0.deadline = Timestamp(microseconds: -1)
            $0.endedAt = Timestamp(microseconds: 951_782_399_999_999)
            $0.version = 12
        },
    ]

    @Test(arguments: records) func aJobsTextIsItsHeadAndItsFreeData(record: JobRecord) throws {
        var record = record
        record.input = #" {"n": 123456789012345678901234567890.5, "s":"\u00e9"} "#
        record.output = "[1]"
        let text = try JobText.encode(record, [("reused", "true")])
        let whole = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
        let head = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(JobHead(record))) as? NSDictionary)
        for (name, value) in head { #expect(whole[name] as? NSObject == value as? NSObject, "\(name)") }
        #expect(whole.count == head.count + 4)
        #expect(
            text.contains(#""input": {"n": 123456789012345678901234567890.5, "s":"\u00e9"} ,"output":[1],"#))
        #expect(text.hasSuffix(#""metadata":{},"reused":true}"#))
    }

    @Test(arguments: ["", "{", "}", "{}{}", "nul", "'a'", "{\"a\":1,}", "\u{7}"])
    func whatIsNoJSONIsShownAsAString(text: String) throws {
        let shown = try JobText.encode(Self.record { $0.input = text })
        #expect(try JSONValue(parsing: shown)["input"]?.text == text)
    }

    static let moments: [Int64] = [
        0, -1, 1, 951_782_400_000_000, 951_868_799_999_999, 4_107_542_400_000_000,
        253_402_300_799_999_999, 1_767_225_600_123_456, 68_169_600_000_000, -2_203_891_200_000_000,
    ]

    @Test func momentsAreWrittenAsFoundationWritesThem() {
        var generator = SystemRandomNumberGenerator()
        let random = (0..<2000).map { _ in
            // Before 1583 Foundation takes the calendar of Caesar, which ISO 8601 does not know.
            Int64.random(in: -12_212_553_600_000_000...253_402_300_799_999_999, using: &generator)
        }
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        for moment in Self.moments + random {
            let whole = moment >= 0 || moment % 1_000_000 == 0 ? moment / 1_000_000 : moment / 1_000_000 - 1
            let date = Date(timeIntervalSince1970: Double(whole)).formatted(style)
            let text = Timestamp(microseconds: moment).description
            #expect(text.prefix(19) == date.prefix(19), "\(moment)")
            let fraction = String(moment - whole * 1_000_000)
            let zeros = String(repeating: "0", count: 6 - fraction.count)
            #expect(String(text.dropFirst(19)) == ".\(zeros)\(fraction)Z")
        }
    }

    @Test func momentsLongAgoAreInTheCalendarOfISO8601() {
        #expect(Timestamp(microseconds: -62_135_596_800_000_000).description == "0001-01-01T00:00:00.000000Z")
        #expect(
            Timestamp(microseconds: -62_167_219_200_000_001).description == "-0001-12-31T23:59:59.999999Z")
        #expect(
            Timestamp(microseconds: 253_402_300_800_000_000).description == "010000-01-01T00:00:00.000000Z")
    }

    static let valid = [
        "null", "true", "false", "0", "-0", "12.5e-3", "1E+9", "\"\"", #""\u00e9\n\/""#, #""\ud83d\ude00""#,
        "[]", "[[],{}]", #"{"a":{"b":[1,2,{"c":null}]}}"#, " \t\r\n[ 1 , 2 ] ", "\"\u{7f}é\"",
        String(repeating: "[", count: 512) + String(repeating: "]", count: 512),
    ]
    static let invalid = [
        "", " ", "nulls", "tru", "+1", "01", "1.", ".5", "1e", "-", "\"", "\"\\x\"", "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"", #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{a:1}",
        "{1:1}",
        "{\"a\":1,}", "{,}", "[}", "[", "1 1", "\u{feff}1", "NaN", "Infinity", "/*x*/1",
        String(repeating: "[", count: 513) + String(repeating: "]", count: 513),
    ]

    @Test(arguments: valid) func whatIsJSONIsTaken(text: String) {
        var text = text
        #expect(text.withUTF8 { JSONScan.isValue($0) })
    }

    @Test(arguments: invalid) func whatIsNoneIsNot(text: String) {
        var text = text
        #expect(!text.withUTF8 { JSONScan.isValue($0) })
    }

    /// Whatever passes here can be read: texts that were JSON before something was done to them.
    @Test func nothingPassesThatFoundationRefuses() throws {
        var generator = SystemRandomNumberGenerator()
        let seeds = Self.valid.dropLast().map { Array($0.utf8) }
        let bytes = Array("{}[]\",:\\u0019aentrufls-+.eE \n".utf8)
        for _ in 0..<20_000 {
            var text = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: 0...text.count, using: &generator)
                let byte = bytes.randomElement(using: &generator) ?? 0
                if Bool.random(using: &generator) || place == text.count {
                    text.insert(byte, at: place)
                } else {
                    text[place] = byte
                }
            }
            guard String(validating: text, as: UTF8.self) != nil,
                text.withUnsafeBufferPointer({ JSONScan.isValue($0) })
            else { continue }
            #expect(throws: Never.self) {
                _ = try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
            }
        }
    }
}
