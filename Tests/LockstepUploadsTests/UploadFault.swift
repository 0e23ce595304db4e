import Crypto
import Foundation
import Lockstep
import LockstepTesting
import LockstepUploads
import NIOCore
import Testing

/// Something that goes wrong with an upload, on purpose or not.
enum UploadFault: String, CaseIterable, Sendable {
    case truncated, reset, tooShort, tooLong, wrongType, wrongChecksum, late, replayed, anotherKey,
        anotherMethod,
        tamperedSignature, overwritten

    /// What a `complete` says afterwards; `nil` where there is nothing wrong with what was verified.
    var code: String? {
        switch self {
        case .replayed, .overwritten: nil
        default: "upload_missing"
        }
    }
}

/// One upload with a fault in it, and what became of it.
struct FaultyUpload: Sendable {
    let stand: Stand
    let fault: UploadFault
    let bytes: [UInt8]

    init(_ stand: Stand, _ fault: UploadFault, size: Int) {
        self.stand = stand
        self.fault = fault
        bytes = someBytes(size)
    }

    private var digest: String { SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined() }

    /// Announces an upload, sends it with the fault, and completes it where a client would.
    /// - Returns: the job, which nobody may claim; `nil` when it was not even started.
    func run() async throws -> JobID? {
        let (job, permit): (JobID, UploadPermit)
        do {
            (job, permit) = try await stand.announce(bytes, sha256: digest, expired: fault == .late)
        } catch let error as StorageError where fault == .late {
            // A storage may not even sign what has ended.
            #expect(error.kind == .refused)
            return nil
        }
        let request = try #require(permit.requests.first)
        try await send(request, job)
        switch fault {
        case .replayed: try await stayedAsItWas(job)
        case .overwritten: try await isNoticed(job)
        default: try await isRefused(job)
        }
        return job
    }

    private func send(_ request: UploadPermit.Request, _ job: JobID) async throws {
        let client = stand.client
        func refused(_ status: Int) { #expect((400..<500).contains(status), "\(fault): \(status)") }
        switch fault {
        case .truncated, .reset: try await breakOff(request)
        case .tooShort: refused(try await client.send(request, Array(bytes.dropLast())).status)
        case .tooLong: refused(try await client.send(request, bytes + [0]).status)
        case .wrongType: refused(try await client.send(request, bytes, contentType: "text/html").status)
        case .wrongChecksum:
            var other = bytes
            other[other.count / 2] ^= 1
            refused(try await client.send(request, other).status)
        case .late: refused(try await client.send(request, bytes).status)
        case .replayed:
            #expect(try await client.send(request, bytes).status < 300)
            refused(try await client.send(request, bytes).status)
            refused(try await client.send(request, bytes.reversed()).status)
        case .anotherKey:
            let other = ObjectKey.random()
            let url = request.url.replacing(try await stand.key(job).text, with: other.text)
            refused(try await client.send(request, bytes, url: url).status)
            #expect(try await stand.storage.look(at: other) == nil)
        case .anotherMethod:
            for method in ["POST", "PATCH", "DELETE"] {
                refused(try await client.send(request, bytes, method: method).status)
            }
        case .tamperedSignature:
            let url = StorageSuite.tampered(request.url)
            refused(try await client.send(request, bytes, url: url).status)
        case .overwritten: #expect(try await client.send(request, bytes).status < 300)
        }
    }

    /// Sends half of it and goes.
    private func breakOff(_ request: UploadPermit.Request) async throws {
        let address = try #require(URLComponents(string: stand.client.absolute(request.url)))
        let port = UInt16(try #require(address.port))
        let target = address.percentEncodedPath + (address.percentEncodedQuery.map { "?\($0)" } ?? "")
        var head = "\(request.method) \(target) HTTP/1.1\r\nHost: \(address.host ?? ""):\(port)\r\n"
        for (name, value) in request.headers { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(bytes.count)\r\n\r\n"
        let (text, half, isReset) = (head, Array(bytes.prefix(bytes.count / 2)), fault == .reset)
        try await Offload.run { _ in
            let connection = try RawConnection(port: port)
            try connection.write(Array(text.utf8))
            try connection.write(half)
            if isReset { connection.reset() } else { _ = connection.finish() }
        }
    }

    // MARK: What becomes of it

    private func isRefused(_ job: JobID) async throws {
        guard case .refused(let failure, let record) = try await stand.complete(job) else {
            Issue.record("\(fault): not refused")
            return
        }
        #expect(record.status == "failed" && failure.code == fault.code, "\(fault): \(failure)")
        #expect(!failure.message.isEmpty)
    }

    /// The first object is there, and no other took its place.
    private func stayedAsItWas(_ job: JobID) async throws {
        let key = try await stand.key(job)
        var found: [UInt8] = []
        for try await part in try await stand.storage.read(key, version: nil, range: nil) {
            found += Array(part.readableBytesView)
        }
        #expect(found == bytes, "\(fault)")
        // Nobody has completed it.
        #expect(try await stand.record(job).status == "awaiting_upload")
    }

    /// It was verified, and is another one when a worker comes.
    private func isNoticed(_ job: JobID) async throws {
        guard case .verified = try await stand.complete(job) else {
            Issue.record("\(fault): not verified")
            return
        }
        let path = stand.scratch.path("other-\(job)")
        try write(bytes.reversed(), to: path)
        _ = try await stand.storage.put(file: path, as: try await stand.key(job), contentType: "video/mp4")
        await #expect(throws: Failure.self) { _ = try await stand.uploads.open("video", of: job) }
    }
}
