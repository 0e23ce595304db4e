import HTTPTypes
import NIOCore
import Testing

@testable import LockstepServer
import LockstepTesting

@Suite struct MultipartParserTests {
    /// Contents that look like boundaries and are none.
    private static let nearly: [[UInt8]] = [
        "", "\r", "\n", "\r\n", "\r\n-", "\r\n--", "\r\n--A", "\r\n--AaB03", "-AaB03x", "-", "--AaB03",
        "\n--AaB03x",
        "\r--AaB03x", "\r\r\n--AaB03y", "\r\n--aAB03x", "\r\n\r\n--AaB03", "x\r\n--AaB0\r\n--AaB03\r\n--AaB",
    ].map { Array($0.utf8) }

    @Test func boundariesAreFoundAcrossAllChunkBorders() throws {
        for content in Self.nearly {
            let bytes = FormText.file("f", "a.csv", content) + FormText.field("note", "hello") + FormText.end
            for size in 1...bytes.count {
                let parts = try FormText.parse(FormText.chunks(bytes, of: size))
                #expect(parts.count == 2, "chunks of \(size)")
                #expect(parts.first?.content == content, "chunks of \(size)")
                #expect(parts.last?.content == Array("hello".utf8))
            }
        }
    }

    @Test func randomContentComesThroughUnchanged() throws {
        var random = SeededGenerator(seed: 42)
        let pieces = Self.nearly + [[0], [255], Array("data".utf8), [13, 13, 10]]
        for _ in 0..<300 {
            var content: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                content += pieces.randomElement(using: &random) ?? []
                content.append(UInt8.random(in: 0...255, using: &random))
            }
            // A real boundary cannot be inside: its sender would have chosen another.
            guard !(Array("\r\n".utf8) + content).contains(Array("\r\n--AaB03x".utf8)) else { continue }
            let bytes = FormText.file("f", "a", content) + FormText.end
            var chunks: [ByteBuffer] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...30, using: &random)
                chunks.append(ByteBuffer(bytes: rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            #expect(try FormText.parse(chunks).map(\.content) == [content])
        }
    }

    @Test func aPartMayHaveNoContentAtAll() throws {
        let text =
            "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\n--AaB03x\r\nContent-Disposition: form-data; name=b\r\n\r\n\r\n--AaB03x--"
        for size in 1...text.utf8.count {
            let parts = try FormText.parse(FormText.chunks(Array(text.utf8), of: size))
            #expect(parts.map(\.header.name) == ["a", "b"])
            #expect(parts.allSatisfy { $0.content.isEmpty })
        }
    }

    @Test func preambleEpilogueAndPaddingAreIgnored() throws {
        let text =
            "this is\r\nnot a part\r\n--AaB03x \t \r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03x--  \r\nnor is this"
        for size in [1, 2, 3, 7, 1000] {
            let parts = try FormText.parse(FormText.chunks(Array(text.utf8), of: size))
            #expect(parts.map(\.content) == [Array("x".utf8)])
            #expect(parts.first?.header.name == "a")
        }
    }

    @Test func noBytesAreTakenForAForm() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            let alphabet = Array("\r\n-AaB03x:; =\"nameform-dt".utf8)
            let bytes = (0..<200).compactMap { _ in alphabet.randomElement(using: &random) }
            // Whatever it is, it is refused or read, never a crash or an endless loop.
            #expect(throws: Problem.self) { try FormText.parse(FormText.chunks(bytes, of: 9)) }
        }
    }

    @Test(arguments: [
        "", "x", "--AaB03x", "--AaB03x\r\n", "--AaB03x\r\n\r\n",
        "--AaB03x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Type: text/csv\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition form-data\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data; name=a\r\nContent-Disposition: form-data; name=b\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data; name=\"a\u{0}\"\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\nContent-Disposition: form-data; name=a\n\nx\n--AaB03x--",
        "--AaB03xy\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x-\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03x--",
        "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03x",
        "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx\r\n--AaB03x-",
        "--AaB03x\r\nContent-Disposition: form-data; name=a\r\n\r\nx--AaB03x--",
        "--AaB03x\(String(repeating: " ", count: 300))\r\n",
        "--AaB03x\r\nX: \(String(repeating: "h", count: 17_000))\r\n\r\n",
    ])
    func brokenFormsAreRefused(text: String) {
        for size in [1, 5, 100_000] {
            let problem = #expect(throws: Problem.self) {
                try FormText.parse(FormText.chunks(Array(text.utf8), of: size))
            }
            #expect(problem?.status == .badRequest)
        }
    }

    @Test(arguments: [
        ("a.csv", "a.csv"), ("../../etc/passwd", "passwd"), ("C:\\Users\\me\\b.csv", "b.csv"),
        ("..", "unnamed"),
        ("", "unnamed"), ("a/", "unnamed"), ("a\\\"b.csv", "a\"b.csv"), ("a%22b.csv", "a\"b.csv"),
        ("a%0D%0Ab.csv", "ab.csv"), ("x\u{202E}vsc.exe", "xvsc.exe"), ("Zoë 表.csv", "Zoë 表.csv"),
    ])
    func filenamesAreForDisplayOnly(given: String, shown: String) throws {
        let header = try MultipartHeader(
            Array("Content-Disposition: form-data; name=\"f\"; filename=\"\(given)\"".utf8))
        #expect(header.filename == shown)
    }

    @Test func longFilenamesAreCut() {
        #expect(MultipartHeader.displayName(String(repeating: "é", count: 300)).unicodeScalars.count == 255)
    }

    @Test(
        arguments: [
            nil, "", "text/plain", "multipart/mixed; boundary=a", "multipart/form-data-x; boundary=a",
        ] as [String?])
    func otherTypesAreUnsupported(type: String?) {
        let problem = #expect(throws: Problem.self) { try MultipartBoundary(contentType: type) }
        #expect(problem?.status == .unsupportedMediaType)
    }

    @Test(arguments: [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a_b\u{e9}",
        "multipart/form-data; boundary=\(String(repeating: "b", count: 71))",
        "multipart/form-data; boundary=a[b]",
    ])
    func badBoundariesAreRefused(type: String) {
        let problem = #expect(throws: Problem.self) { try MultipartBoundary(contentType: type) }
        #expect(problem?.status == .badRequest)
    }

    @Test func boundariesMayBeQuotedAndNamesInAnyCase() throws {
        let type = "Multipart/Form-Data; charset=utf-8; BOUNDARY=\"a b:c\""
        #expect(try MultipartBoundary(contentType: type).text == "a b:c")
    }
}
