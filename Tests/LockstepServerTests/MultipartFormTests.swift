import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import LockstepServer
import LockstepTesting
import NIOCore
import NIOHTTP1
import Testing

@Suite struct MultipartFormTests {
    private static func bytes(_ count: Int, seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    @Test func filesGoToTheFolderAndFieldsIntoMemory() async throws {
        let folder = try TemporaryFolder()
        let content = Self.bytes(1_000_000, seed: 1)
        let text =
            FormText.field("note", "größer") + FormText.file("file", "../a.csv", content)
            + FormText.file("empty", "", []) + FormText.end
        let form = try await MultipartForm.read(
            FormText.body(FormText.chunks(text, of: 10_007)), contentType: FormText.contentType,
            into: folder.path)
        #expect(form.parts.map(\.name) == ["note", "file", "empty"])
        #expect(form["note"]?.value == "größer")
        #expect(form["note"]?.path == nil && form["note"]?.filename == nil)
        let file = try #require(form["file"])
        let path = try #require(file.path)
        #expect(file.filename == "a.csv" && file.contentType == "text/csv" && file.size == content.count)
        #expect(path.hasPrefix(folder.path + "/lockstep-upload-"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(content))
        #expect(
            file.sha256
                == SHA256.hash(data: content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(rights == 0o600)
        #expect(form["empty"]?.size == 0)
        try await form.removeFiles()
        #expect(try folder.files.isEmpty)
    }

    @Test func nothingIsLeftOfATruncatedForm() async throws {
        let folder = try TemporaryFolder()
        let whole =
            FormText.file("a", "a", Self.bytes(300, seed: 2)) + FormText.file("b", "b", [1]) + FormText.end
        // The line end after the last boundary may be missing; anything before it may not.
        for length in 0..<(whole.count - 2) {
            let body = FormText.body(FormText.chunks(Array(whole.prefix(length)), of: 64))
            let problem = await #expect(throws: Problem.self) {
                try await MultipartForm.read(body, contentType: FormText.contentType, into: folder.path)
            }
            #expect(problem?.status == .badRequest, "\(length) of \(whole.count) bytes")
        }
        #expect(try folder.files.isEmpty)
    }

    @Test func aBodyThatBreaksOffIsTheSendersFault() async throws {
        struct Broken: Error {}
        let folder = try TemporaryFolder()
        let start = ByteBuffer(bytes: FormText.file("a", "a", [1, 2, 3]))
        let body = AsyncThrowingStream<ByteBuffer, any Error> { continuation in
            continuation.yield(start)
            continuation.finish(throwing: Broken())
        }
        let problem = await #expect(throws: Problem.self) {
            try await MultipartForm.read(body, contentType: FormText.contentType, into: folder.path)
        }
        #expect(problem?.status == .badRequest)
        #expect(try folder.files.isEmpty)
    }

    @Test(arguments: [
        MultipartLimits(total: 400), MultipartLimits(file: 99), MultipartLimits(field: 9),
        MultipartLimits(parts: 2),
    ])
    func everyLimitHoldsAndLeavesNothing(limits: MultipartLimits) async throws {
        let folder = try TemporaryFolder()
        let text =
            FormText.file("a", "a", Self.bytes(50, seed: 3))
            + FormText.file("b", "b", Self.bytes(100, seed: 4))
            + FormText.field("c", "0123456789") + FormText.end
        let body = { FormText.body(FormText.chunks(text, of: 50)) }
        let problem = await #expect(throws: Problem.self) {
            try await MultipartForm.read(
                body(), contentType: FormText.contentType, into: folder.path, limits: limits)
        }
        #expect(problem?.status == .contentTooLarge)
        #expect(try folder.files.isEmpty)
        // Exactly at the limit is allowed.
        let exact = MultipartLimits(total: text.count, file: 100, field: 10, parts: 3)
        let form = try await MultipartForm.read(
            body(), contentType: FormText.contentType, into: folder.path, limits: exact)
        try await form.removeFiles()
    }

    @Test func aFolderThatIsNotThereIsAnAdministratorsBusiness() async throws {
        let text = FormText.file("a", "a", [1]) + FormText.end
        let failure = await #expect(throws: Failure.self) {
            try await MultipartForm.read(
                FormText.body([ByteBuffer(bytes: text)]), contentType: FormText.contentType,
                into: "/nowhere/at/all")
        }
        #expect(failure?.audience == .adminRequired)
        #expect(failure?.message.contains("nowhere") == false)
    }

    @Test func aFormComesThroughARealServer() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path
        let router = Router(context: AppContext.self)
        router.add(middleware: ProblemMiddleware())
        router.post("/upload") { request, _ in
            let form = try await MultipartForm.read(
                request, into: path, limits: MultipartLimits(total: 3_000_000))
            let digest = form["file"]?.sha256 ?? ""
            try await form.removeFiles()
            return digest
        }
        let content = Self.bytes(2_000_000, seed: 5)
        let text = FormText.file("file", "a.csv", content) + FormText.end
        let digest = SHA256.hash(data: content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let large = ByteBuffer(bytes: FormText.file("file", "a.csv", content + content) + FormText.end)
        try await TestServer.run(router) { server in
            let headers = ["Content-Type": FormText.contentType]
            let answer = try await server.send(
                .POST, "/upload", body: ByteBuffer(bytes: text), headers: headers)
            #expect(answer.status == 200 && answer.text == digest)
            let tooLarge = try await server.send(.POST, "/upload", body: large, headers: headers)
            #expect(tooLarge.status == 413)
            #expect(try tooLarge["limit"] == 3_000_000)
            let cut = ByteBuffer(bytes: text.dropLast(20))
            let broken = try await server.send(.POST, "/upload", body: cut, headers: headers)
            #expect(broken.status == 400)
            #expect(try broken["code"] == "bad_form")
            let plain = try await server.send(.POST, "/upload", body: cut)
            #expect(plain.status == 415)
        }
        #expect(try folder.files.isEmpty)
    }
}
