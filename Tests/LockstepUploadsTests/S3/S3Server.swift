import AsyncHTTPClient
import Foundation
import LockstepTesting
import NIOCore
import NIOHTTP1

@testable import LockstepUploads

/// The S3 server for the tests of one process: `LOCKSTEP_TEST_S3` names a running one, as `scripts/s3 url` does; without
/// that a throw-away one is started, which ends with this process, however that ends.
struct S3Server: Sendable {
    var endpoint: String
    var bucket: String
    var credentials: S3Credentials

    private static let running = Task { try await S3Server() }

    /// The server of this process, started for the first who asks.
    static func shared() async throws -> S3Server { try await running.value }

    private struct CannotStart: Error, CustomStringConvertible { let description: String }

    private init() async throws {
        var address = ProcessInfo.processInfo.environment["LOCKSTEP_TEST_S3"] ?? ""
        if address.isEmpty {
            let script = URL(filePath: #filePath).appending(path: "../../../../scripts/s3").standardized
            let folder = NSTemporaryDirectory() + "lockstep-s3-\(getpid())"
            let start = try ChildProcess(
                script, ["start", folder, "--with", "\(getpid())"], complaints: .withOutput)
            let said = await start.text()
            guard await start.ended() == .exited(0) else {
                throw CannotStart(description: "no S3 server could be started: \(said)")
            }
            address = await (try ChildProcess(script, ["url", folder])).text()
        }
        guard let url = URLComponents(string: address.trimmingCharacters(in: .whitespacesAndNewlines)),
            let user = url.user, let password = url.password,
            let host = url.host, let port = url.port
        else { throw CannotStart(description: "LOCKSTEP_TEST_S3 is not what 'scripts/s3 url' says") }
        endpoint = "http://\(host):\(port)"
        bucket = String(url.path.dropFirst())
        credentials = S3Credentials(accessKey: user, secretKey: password)
    }

    /// Options with parts as small as S3 permits.
    func options() throws -> S3Options {
        var options = try S3Options(endpoint: endpoint, bucket: bucket, credentials: credentials)
        options.multipartThreshold = 5 << 20
        options.partSize = 5 << 20
        return options
    }

    /// The storage, fresh, and a server for it if need be.
    static func storage() async throws -> S3Storage { S3Storage(try await shared().options()) }
}

/// What a client makes of a permit.
enum S3Upload {
    /// An answer of the storage.
    struct Answer: Sendable {
        var status: Int
        var text: String
        /// The code of its document.
        var code: String { S3Refusal(status: status, body: Array(text.utf8)).code }
    }

    /// So many bytes that repeat every 251.
    static func bytes(_ size: Int) -> [UInt8] {
        let period = [UInt8](0..<251)
        return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            period.withUnsafeBytes { period in
                while count < size {
                    let piece = min(period.count, size - count)
                    UnsafeMutableRawBufferPointer(buffer)[count..<count + piece].copyBytes(
                        from: period[..<piece])
                    count += piece
                }
            }
        }
    }

    /// Sends one request of a permit.
    static func send(
        _ request: UploadPermit.Request, _ bytes: [UInt8], headers: [String: String]? = nil,
        method: String? = nil,
        url: String? = nil
    ) async throws -> Answer {
        var sent = HTTPClientRequest(url: url ?? request.url)
        sent.method = HTTPMethod(rawValue: method ?? request.method)
        sent.headers = HTTPHeaders((headers ?? request.headers).map { ($0.key, $0.value) })
        sent.body = .bytes(ByteBuffer(bytes: bytes))
        let response = try await HTTPClient.shared.execute(sent, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 1 << 20)
        return Answer(status: Int(response.status.code), text: String(buffer: body))
    }

    /// Sends all of a permit.
    static func send(_ permit: UploadPermit, _ bytes: [UInt8]) async throws -> [Answer] {
        var answers: [Answer] = []
        for request in permit.requests {
            answers.append(
                try await send(
                    request, Array(bytes[Int(request.bytes.lowerBound)..<Int(request.bytes.upperBound)])))
        }
        return answers
    }
}

extension AsyncSequence where Element == ByteBuffer {
    /// All of it.
    func bytes() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await buffer in self { bytes += buffer.readableBytesView }
        return bytes
    }
}
