import Foundation
import Lockstep
import Testing
import TicketDocument

@Suite struct BoundedJSONTests {
    private func read(_ text: String, deepest: Int = 100) throws -> JSONValue {
        try BoundedJSON.read(Data(text.utf8), mostBytes: 1_000_000, deepest: deepest)
    }

    @Test(arguments: [
        "null", " true ", "[]", "{}", "[1,-1,0,1.5,-2e3,1E-2,9223372036854775807]", "\"\"", "\"é😀\"",
        #"{"a":{"b":[null,false,"x"]},"c":""}"#, #""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\ude00""#,
        "[0.1,123456789012345678901234567890,1e300]", "\r\n\t[ 1 , 2 ]\n",
    ]) func readsWhatFoundationReads(text: String) throws {
        #expect(try read(text) == JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    /// A text and a part of the sentence about it.
    @Test(arguments: [
        ("", "in line 1, it ends too early"), ("[1\n,\n", "in line 3, it ends too early"),
        ("[1 2]", "a comma or a closing bracket"),
        ("{\"a\":1,}", "a name in quotes is expected"), ("[1,]", "a value is expected"),
        ("{a:1}", "a name in quotes"),
        ("{\"a\" 1}", "a colon is expected"), ("{\"a\":1", "a comma or a closing brace"),
        ("nul", "a value is expected"),
        ("1 2", "nothing may follow"), ("\"a", "a text is not closed"), ("\"a\\", "a text is not closed"),
        ("\"a\nb\"", "control"),
        ("\"\\x\"", "a backslash"), ("\"\\u12\"", "four hexadecimal"), ("\"\\u+123\"", "four hexadecimal"),
        ("\"\\ud83d\"", "half a character"), ("\"\\ud83d\\u0041\"", "half a character"),
        ("\"\\ude00\"", "half a character"),
        ("01", "a number"), ("-", "a number"), ("1.", "a number"), (".5", "a value is expected"),
        ("1e", "a number"),
        ("1e999", "too large"), ("NaN", "a value is expected"), ("'a'", "a value is expected"),
        ("\u{FEFF}1", "a value is expected"),
        ("[[[", "nested more than 2 levels"),
    ]) func saysWhatIsWrongAndWhere(text: String, words: String) throws {
        let fault = try #require(throws: JSONFault.self) { try read(text, deepest: 2) }
        #expect(fault.message.contains(words), "\(fault)")
    }

    @Test func sizesAreBounded() throws {
        #expect(throws: JSONFault.self) { try BoundedJSON.read(Data("[1]".utf8), mostBytes: 2) }
        let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(throws: Never.self) { try read(deep) }
        #expect(throws: JSONFault.self) { try read("[" + deep + "]") }
        #expect(throws: JSONFault.self) { try read(String(repeating: "{\"a\":", count: 100_000)) }
        let latin = Data([34, 0xE9, 34])
        #expect(throws: JSONFault.self) { try BoundedJSON.read(latin, mostBytes: 10) }
        #expect(try read(#"{"a":1,"a":2}"#) == ["a": 2])
    }
}
