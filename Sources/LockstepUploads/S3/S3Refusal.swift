/// What an S3 storage answered instead of doing what it was asked for.
///
/// Of its document only the code is kept: messages repeat signatures and what was signed.
struct S3Refusal: Error, Hashable {
    var status: Int
    /// `NoSuchKey`, `SlowDown`, …; empty where there is no document, as after `HEAD`.
    var code: String

    init(status: Int, code: String) {
        self.status = status
        let isCode =
            (1...64).contains(code.utf8.count)
            && code.utf8.allSatisfy { $0 < 128 && Character(Unicode.Scalar($0)).isLetter }
        self.code = isCode ? code : ""
    }

    /// Reads the answer.
    init(status: Int, body: [UInt8]) {
        let document = S3Document(body)
        self.init(status: status, code: document?.name == "Error" ? document?["Code"] ?? "" : "")
    }

    /// The error for an object that is no longer the one that was meant.
    static let replaced = StorageError(
        .changed, "the object in the storage is no longer the one that was verified; upload it again")

    /// Whether the same request may go through later. Source: "Error responses" in the Amazon S3 API Reference.
    var isPassing: Bool {
        [408, 429, 500, 502, 503, 504].contains(status)
            || ["InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown"]
                .contains(code)
    }

    /// The refusal as an error.
    /// - Parameters:
    ///   - what: what was asked for, such as `to read an object`.
    ///   - options: where.
    func error(_ what: String, _ options: S3Options) -> StorageError {
        let said = code.isEmpty ? "\(status)" : "\(status), \(code)"
        let place = "the bucket '\(options.bucket)' at \(options.endpoint)"
        switch (status, code) {
        case (_, "NoSuchBucket"):
            return StorageError(.misconfigured, "\(place) does not exist; make it, or name another")
        case (404, _):
            return StorageError(.missing, "the object is not in the storage; it has to be uploaded again")
        case (412, _):
            return Self.replaced
        case (416, _):
            return StorageError(.refused, "the range of bytes is not within the object")
        case (_, "EntityTooLarge"):
            return StorageError(.refused, "the object is larger than the storage takes")
        case (_, "RequestTimeTooSkewed"):
            return StorageError(
                .misconfigured,
                "\(place) refused \(what), for this machine's clock is wrong (\(said)); correct the clock")
        case (301, _), (307, _), (_, "AuthorizationHeaderMalformed"):
            return StorageError(
                .misconfigured,
                "\(place) is not in the region '\(options.region)' (\(said)); correct the region or the endpoint"
            )
        case (401, _), (403, _):
            return StorageError(
                .misconfigured,
                "\(place) refused \(what) (\(said)); check the credentials, and that they may read, list, write and delete "
                    + "there")
        case _ where isPassing:
            return StorageError(.unavailable, "\(place) cannot be used now (\(said)); try again later")
        default:
            return StorageError(
                .misconfigured, "\(place) refused \(what) (\(said)); check that it is an S3 storage")
        }
    }
}
