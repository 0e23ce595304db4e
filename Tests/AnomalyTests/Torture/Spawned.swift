import AsyncHTTPClient
import Foundation
import Lockstep
import LockstepTesting
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// A `showcase serve` of the release build, whose memory is measured from outside.
final class Spawned: Sendable {
    /// The release build, if there is one: measuring a debug build says nothing.
    static let executable: URL? = {
        var folder = URL(filePath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let found = folder.appending(path: ".build/release/showcase")
            if FileManager.default.isExecutableFile(atPath: found.path) { return found }
        }
        return nil
    }()

    private let child: ChildProcess
    private let address: String
    private let token: String
    /// The folder of its data.
    let data: String

    /// Runs `body` on a server with a worker and a folder of its own.
    static func run(_ body: (Spawned) async throws -> Void) async throws {
        let data = FileManager.default.temporaryDirectory.appending(path: "torture-\(UUID().uuidString)").path
        let result: Result<Void, any Error>
        do {
            let server = try await start(data)
            do {
                try await body(server)
                result = .success(())
            } catch {
                result = .failure(error)
            }
            await server.stop()
        } catch {
            result = .failure(error)
        }
        if FileManager.default.fileExists(atPath: data) { try FileManager.default.removeItem(atPath: data) }
        try result.get()
    }

    private static func start(_ data: String) async throws -> Spawned {
        let program = try #require(executable)
        // The child ends with its input, however the test ends.
        let child = try ChildProcess(
            program, ["serve", "--port", "0", "--data", data, "--end-with-input"], hasInput: true)
        var lines = child.lines.makeAsyncIterator()
        let line = await lines.next() ?? ""
        let port = try #require(line.split(separator: ":").last.flatMap { Int($0) }, "\(line)")
        let token = try String(contentsOfFile: "\(data)/client.token", encoding: .utf8)
        return Spawned(child, "http://127.0.0.1:\(port)", token, data)
    }

    private init(_ child: ChildProcess, _ address: String, _ token: String, _ data: String) {
        self.child = child
        self.address = address
        self.token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        self.data = data
    }

    private func stop() async { await child.end(SIGTERM) { Issue.record("\($0)") } }

    /// The most memory the process has had resident, in MiB (proc(5), `VmHWM`).
    func peakMemory() throws -> Double {
        let status = try String(contentsOfFile: "/proc/\(child.pid)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
        let digits = line.split(whereSeparator: { !$0.isNumber }).first
        let kibibytes = try #require(digits.flatMap { Double($0) })
        return kibibytes / 1024
    }

    /// Uploads a file that comes in pieces, and gives back the dataset.
    func upload(named name: String, _ pieces: some Sequence<ByteBuffer> & Sendable) async throws -> String {
        let head = "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n\r\n"
        let source = Mutex(Pieces(AnyIterator(pieces.makeIterator()), head: head))
        var request = HTTPClientRequest(url: "\(address)/api/anomaly/datasets/upload")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=limit")
        let stream = AsyncStream<ByteBuffer>(unfolding: { source.withLock { $0.next() } })
        request.body = .stream(stream, length: .unknown)
        return try #require(try await answer(request, status: 201)["id"]?.text)
    }

    private struct Pieces {
        private var iterator: AnyIterator<ByteBuffer>
        private var head: String?
        private var tail: String? = "\r\n--limit--\r\n"

        init(_ iterator: AnyIterator<ByteBuffer>, head: String) {
            self.iterator = iterator
            self.head = head
        }

        mutating func next() -> ByteBuffer? {
            if let head {
                self.head = nil
                return ByteBuffer(string: head)
            }
            if let piece = iterator.next() { return piece }
            defer { tail = nil }
            return tail.map { ByteBuffer(string: $0) }
        }
    }

    /// Starts an analysis.
    func analyze(_ dataset: String) async throws -> JobID {
        var request = HTTPClientRequest(url: "\(address)/api/anomaly/datasets/\(dataset)/analyze")
        request.method = .POST
        request.headers.add(name: "Authorization", value: "Bearer \(token)")
        let text = try #require(try await answer(request, status: 200)["session_id"]?.text)
        return try #require(JobID(text))
    }

    private func answer(_ request: HTTPClientRequest, status: UInt) async throws -> JSONValue {
        let response = try await HTTPClient.shared.execute(request, timeout: .minutes(5))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 20))
        #expect(response.status.code == status, "\(text)")
        return try JSONValue(parsing: text)
    }
}
