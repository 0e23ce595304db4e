import HTTPTypes
import Hummingbird
import Lockstep

/// What a request demands of the job that it changes: `If-Match` (RFC 9110, section 13.1.1) with the versions that
/// the asker has seen.
struct Precondition {
    /// The versions; `nil` when any is right.
    private let versions: Set<Int64>?

    /// Reads the header of a request.
    /// - Throws: ``Problem`` 422 for a header that is no list of entity tags.
    init(of request: Request) throws {
        let headers = request.headers[values: .ifMatch]
        guard !headers.isEmpty, headers != ["*"] else {
            versions = nil
            return
        }
        let tags = headers.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        versions = try tags.reduce(into: []) { versions, tag in
            let tag = tag.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }
            let opaque = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
            guard opaque.utf8.count >= 2, opaque.hasPrefix("\""), opaque.hasSuffix("\"") else {
                throw Problem.unprocessable(
                    "If-Match must be a job's ETag, such as \"3\" with its quotes", code: "bad_header")
            }
            // A weak tag never matches, nor does one that is no version.
            if tag == opaque, let version = Int64(opaque.dropFirst().dropLast()) { versions.insert(version) }
        }
    }

    /// Puts the demand into a command on a job as it was just read.
    /// - Throws: ``Problem`` 412 when the job is at another version.
    func demand(of command: inout Command, on record: JobRecord) throws {
        guard let versions else { return }
        guard versions.contains(record.version) else { throw Self.failed(record) }
        command.expectingVersion = record.version
    }

    /// What became of such a command.
    /// - Throws: ``Problem`` 412 when the job changed in between; the ``Refusal``.
    func outcome(_ outcome: Outcome, on record: JobRecord) throws -> JobRecord {
        do throws(Refusal) {
            return try outcome.get()
        } catch {
            // Of the two things that may be expected, only a status is named in the refusal.
            guard versions != nil, error.code == .unexpectedState, error.from == nil else { throw error }
            throw Self.failed(record)
        }
    }

    private static func failed(_ record: JobRecord) -> Problem {
        Problem(
            .preconditionFailed, code: "version_differs",
            "job \(record.id) is at another version than If-Match says; read it again and decide anew")
    }
}

extension JobRecord {
    /// The job's ETag: its version. Reports of progress and changes of metadata alone do not count.
    var etag: String { "\"\(version)\"" }
}
