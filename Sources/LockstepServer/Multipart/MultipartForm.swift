import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Lockstep
import Logging
import NIOCore

/// A form that was read from a request: `multipart/form-data` (RFC 7578, RFC 2046).
///
/// ```swift
/// let form = try await MultipartForm.read(request, into: folder)
/// guard let file = form["file"], let path = file.path else { throw … }
/// ```
///
/// Files are streamed to the folder, never held in memory. When ``read(_:into:limits:)`` throws, none of them
/// is left; when it returns, they are on the disk, and whoever called it moves or removes them. After a crash
/// of the process, files whose names begin with `lockstep-upload-` may be left over.
public struct MultipartForm: Sendable {
    /// The parts in the order in which they came.
    public let parts: [MultipartPart]

    /// The first part of this name.
    public subscript(_ name: String) -> MultipartPart? { parts.first { $0.name == name } }

    /// Reads a request's form.
    /// - Parameters:
    ///   - folder: an existing folder; it should be on the same file system as the files' final place.
    ///   - limits: what the form may hold.
    /// - Throws: ``Problem``: 415 when the body is no form, 400 when it is broken or breaks off, 413 when a
    ///   limit is exceeded; a ``Failure`` when the folder cannot be written to.
    public static func read(
        _ request: Request, into folder: String, limits: MultipartLimits = MultipartLimits()
    ) async throws -> MultipartForm {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limits.total {
            throw tooLarge("the form", limits.total)
        }
        return try await read(
            request.body, contentType: request.headers[.contentType], into: folder, limits: limits)
    }

    /// Reads a request's form, and removes the files that `body` leaves where they are; see ``read(_:into:limits:)``.
    /// - Throws: what reading throws, and what `body` throws.
    public static func use<Result: Sendable>(
        of request: Request, into folder: String, limits: MultipartLimits = MultipartLimits(),
        _ body: (MultipartForm) async throws -> Result
    ) async throws -> Result {
        let form = try await read(request, into: folder, limits: limits)
        let result: Result
        do {
            result = try await body(form)
        } catch {
            try await form.removeFiles()
            throw error
        }
        try await form.removeFiles()
        return result
    }

    /// Reads a form from any sequence of chunks; see ``read(_:into:limits:)``.
    public static func read<Body: AsyncSequence>(
        _ body: Body, contentType: String?, into folder: String, limits: MultipartLimits = MultipartLimits()
    ) async throws -> MultipartForm where Body.Element == ByteBuffer {
        let boundary = try MultipartBoundary(contentType: contentType)
        var reader = MultipartReader(boundary: boundary, folder: folder, limits: limits)
        do {
            var chunks = body.makeAsyncIterator()
            while let chunk = try await Self.next(&chunks) { try await reader.take(chunk) }
            return MultipartForm(parts: try await reader.finish())
        } catch {
            // A file that cannot be removed is the graver error, and an administrator's.
            try await reader.removeFiles()
            throw error
        }
    }

    /// Removes the files of all parts that are still where they were written.
    /// - Throws: a ``Failure`` when one cannot be removed.
    public func removeFiles() async throws {
        let paths = parts.compactMap(\.path)
        try await Offload.run { _ in
            for path in paths where unlink(path) != 0 && errno != ENOENT {
                throw Failure.adminRequired(
                    "a temporary file cannot be removed: \(String(cString: strerror(errno)))",
                    code: "upload_folder")
            }
        }
    }

    /// Whatever goes wrong with receiving the body is the sender's or the network's, not the server's.
    private static func next<Chunks: AsyncIteratorProtocol>(
        _ chunks: inout Chunks
    ) async throws -> ByteBuffer? where Chunks.Element == ByteBuffer {
        do {
            return try await chunks.next()
        } catch let error as CancellationError {
            throw error
        } catch {
            throw broken("the body broke off or is no well-formed HTTP")
        }
    }

    static func broken(_ detail: String) -> Problem {
        .badRequest("the form is broken: \(detail)", code: "bad_form")
    }

    static func tooLarge(_ what: String, _ limit: Int) -> Problem {
        .tooLarge("\(what) has more than \(limit) bytes", limit: limit)
    }
}
