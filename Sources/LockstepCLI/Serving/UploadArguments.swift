import ArgumentParser
import Foundation
import Lockstep
import LockstepUploads
import Logging

/// What `lockstep serve` takes as uploads, and where it keeps them.
struct UploadArguments: ParsableArguments {
    @Option(help: ArgumentHelp("The largest upload in GiB.", valueName: "gib"))
    var largestUpload = 20

    @Option(
        help: ArgumentHelp("How long a client may take to send an upload, such as 1h.", valueName: "time"))
    var uploadTime = "1h"

    func validate() throws {
        guard (1...5120).contains(largestUpload) else {
            throw ValidationError("--largest-upload is from 1 to 5120 GiB")
        }
        guard let time = TimeLimit(uploadTime), (1...7 * 86_400_000_000).contains(time.microseconds ?? 0)
        else {
            throw ValidationError("--upload-time is a time of at most 7d, such as 1h, not '\(uploadTime)'")
        }
    }

    /// What the routes take.
    var policy: UploadPolicy {
        UploadPolicy(
            largest: Int64(largestUpload) << 30,
            expiry: .microseconds(TimeLimit(uploadTime)?.microseconds ?? 3_600_000_000))
    }

    /// Where objects are kept: in the bucket that the environment names (see `S3Options`), or a folder in the data folder.
    func storage(
        in folder: DataFolder, time: any TimeSource, _ logger: Logger
    ) async throws -> any ObjectStorage {
        guard let options = try S3Options.read(environment: ProcessInfo.processInfo.environment) else {
            return try await DiskStorage(folder.uploads, time: time)
        }
        let storage = S3Storage(options, logger: logger)
        try await storage.check()
        return storage
    }
}
