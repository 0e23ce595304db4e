import Lockstep
import NIOHTTP1

/// Uploads in parts.
extension S3Storage {
    /// The most parts of an object.
    static let mostParts: Int64 = 10_000

    private struct Part {
        var number: Int
        var etag: String
        var size: Int64
        /// When it came: ISO 8601, as the storage writes it.
        var moment = ""
    }

    /// What came of joining.
    private enum Joined {
        case done, incomplete, notThere
    }

    /// Makes the parts one object. They have to be numbered from 1 without a gap and have the announced length together:
    /// each part's URL is bound to the length of that part, so these are the announced parts.
    public func join(_ offer: UploadOffer, multipart: String) async throws -> Bool {
        for _ in 1...3 {
            guard let parts = try await list(offer.key, multipart) else { break }
            // Too few may also be what is left while a server puts away the parts that somebody else has just joined.
            guard parts.map(\.number) == Array(1..<(parts.count + 1)), !parts.isEmpty,
                parts.reduce(0, { $0 + $1.size }) == offer.size
            else { break }
            switch try await complete(offer.key, multipart, parts, overwrites: false) {
            case .done: return true
            // Somebody has just joined them, or sent one of them again.
            case .notThere: break
            case .incomplete: continue
            }
            break
        }
        // Joined before, by an answer that was lost or by somebody else: verifying decides about what is there.
        return try await look(at: offer.key)?.size == offer.size
    }

    // MARK: Steps

    func begin(_ key: ObjectKey, contentType: String, checksum: Bool = false) async throws -> String {
        var request = S3Client.Request(
            method: .POST, key: key, query: [("uploads", "")], headers: [("content-type", contentType)],
            what: "to begin an upload in parts")
        if checksum { request.headers.append(("x-amz-checksum-algorithm", "SHA256")) }
        let answer = try await told(request) { try await client.send(request) }
        guard let multipart = S3Document(answer.body)?["UploadId"], (1...1024).contains(multipart.utf8.count)
        else {
            throw incomplete(request)
        }
        return multipart
    }

    /// The parts that are there; `nil` when there is no such upload (any more).
    private func list(_ key: ObjectKey, _ multipart: String) async throws -> [Part]? {
        var parts: [Part] = []
        var after = 0
        while true {
            let request = S3Client.Request(
                method: .GET, key: key,
                query: [("uploadId", multipart), ("max-parts", "1000"), ("part-number-marker", "\(after)")],
                what: "to list the parts of an upload")
            let answer: S3Client.Answer
            do {
                answer = try await client.send(request, upTo: 4 << 20)
            } catch let refusal as S3Refusal {
                guard refusal.status == 404, refusal.code != "NoSuchBucket" else {
                    throw refusal.error(request.what, options)
                }
                return nil
            }
            guard let document = S3Document(answer.body), document.name == "ListPartsResult" else {
                throw incomplete(request)
            }
            for element in document.children where element.name == "Part" {
                guard let number = element["PartNumber"].flatMap(Int.init),
                    number >= (parts.last?.number ?? 1),
                    let etag = element["ETag"], let size = element["Size"].flatMap(Int64.init), size >= 0,
                    parts.count < Self.mostParts
                else { throw incomplete(request) }
                let part = Part(number: number, etag: etag, size: size, moment: element["LastModified"] ?? "")
                // S3 keeps the last of those that were sent under one number; SeaweedFS lists all of them.
                guard let last = parts.last, last.number == number else {
                    parts.append(part)
                    continue
                }
                if part.moment >= last.moment { parts[parts.count - 1] = part }
            }
            guard document["IsTruncated"] == "true", let last = parts.last?.number, last > after else {
                return parts
            }
            after = last
        }
    }

    private func complete(
        _ key: ObjectKey, _ multipart: String, _ parts: [Part], overwrites: Bool, checksums: [String] = []
    ) async throws -> Joined {
        let lines = parts.enumerated().map { place, part in
            let checksum =
                place < checksums.count ? "<ChecksumSHA256>\(checksums[place])</ChecksumSHA256>" : ""
            return "<Part><PartNumber>\(part.number)</PartNumber><ETag>\(S3Document.escape(part.etag))</ETag>"
                + checksum + "</Part>"
        }
        let body = "<CompleteMultipartUpload>\(lines.joined())</CompleteMultipartUpload>"
        let request = S3Client.Request(
            method: .POST, key: key, query: [("uploadId", multipart)],
            headers: [("content-type", "application/xml")] + (overwrites ? [] : [("if-none-match", "*")]),
            body: .bytes(Array(body.utf8)), what: "to join the parts of an upload")
        do {
            // The answer begins before the parts are joined, so its status says nothing.
            try await client.send(request) { answer in
                guard S3Document(answer.body)?.name == "CompleteMultipartUploadResult" else {
                    throw S3Refusal(status: 200, body: answer.body)
                }
            }
            return .done
        } catch let refusal as S3Refusal {
            switch (refusal.status, refusal.code) {
            case (_, "InvalidPart"), (_, "InvalidPartOrder"), (_, "EntityTooSmall"): return .incomplete
            case (_, "NoSuchUpload"), (_, "PreconditionFailed"), (_, "ConditionalRequestConflict"), (409, _),
                (412, _):
                return .notThere
            default: throw refusal.error(request.what, options)
            }
        }
    }

    /// Erases what was sent. A part that is on its way outlives one request, so the storage is asked until it knows no
    /// such upload.
    func giveUp(_ multipart: String, of key: ObjectKey) async throws {
        let request = S3Client.Request(
            method: .DELETE, key: key, query: [("uploadId", multipart)], what: "to give up an upload in parts"
        )
        for _ in 1...3 {
            do {
                try await client.send(request)
            } catch let refusal as S3Refusal {
                guard refusal.status == 404, refusal.code != "NoSuchBucket" else {
                    throw refusal.error(request.what, options)
                }
                return
            }
            guard try await list(key, multipart) != nil else { return }
        }
    }

    // MARK: Files

    func putParts(of file: S3File, as key: ObjectKey, contentType: String) async throws {
        let multipart = try await begin(key, contentType: contentType, checksum: true)
        do {
            var parts: [Part] = []
            var checksums: [String] = []
            for (place, range) in options.parts(of: file.size).enumerated() {
                let part = S3FilePart(file: file, range: range)
                let hash = try await part.sha256().hexadecimal
                let checksum = S3Digest.base64(ofHex: hash) ?? ""
                let request = S3Client.Request(
                    method: .PUT, key: key, query: [("partNumber", "\(place + 1)"), ("uploadId", multipart)],
                    headers: [("x-amz-checksum-sha256", checksum)], body: .file(part, sha256: hash),
                    what: "to write a part of an object")
                let answer = try await told(request) { try await client.send(request) }
                guard let etag = answer.headers.first(name: "etag") else { throw incomplete(request) }
                parts.append(Part(number: place + 1, etag: etag, size: range.byteCount))
                checksums.append(checksum)
            }
            guard try await complete(key, multipart, parts, overwrites: true, checksums: checksums) != .done
            else { return }
            // The answer of an attempt that went through was lost, or the parts are gone.
            guard try await look(at: key)?.size == file.size else {
                throw StorageError(
                    .unavailable, "the parts of a file could not be joined in the storage; try again later")
            }
        } catch {
            // Outside of this task, which may have been cancelled.
            await Task {
                do {
                    try await giveUp(multipart, of: key)
                } catch {
                    client.noteLeft("an upload in parts", error)
                }
            }.value
            throw error
        }
    }
}

extension S3Options {
    /// The parts of an object: all of one size but the last.
    func parts(of size: Int64) -> [Range<Int64>] {
        let smallest = (size + S3Storage.mostParts - 1) / S3Storage.mostParts
        // S3 permits 5 MiB to 5 GiB.
        let part = min(5 << 30, max(partSize, 5 << 20, smallest))
        return stride(from: 0, to: size, by: Int64.Stride(part)).map { $0..<min(size, $0 + part) }
    }
}
