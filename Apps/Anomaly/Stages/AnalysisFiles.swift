import AnomalyDetection
import AnomalyTables
import Lockstep
import LockstepSQL
import LockstepServer

/// What the stages share: where datasets are found and how their files become tables.
struct AnalysisFiles: Sendable {
    let store: any SQLStore
    let folder: ObjectFolder

    /// The dataset that a job is about.
    ///
    /// Jobs can also be started through the general job routes, with any input: a dataset that is not the
    /// job's owner's is therefore treated like one that does not exist.
    func dataset(of job: Job<AnomalySession>, input: SessionInput) async throws -> Dataset {
        guard let owner = job.owner,
            let dataset = try await DatasetTable(store: store).find(input.dataset, of: owner)
        else { throw Self.gone }
        return dataset
    }

    /// What a stage says when its dataset is not there (any more).
    static let gone = Failure.userFixable(
        "The dataset does not exist or was deleted; upload the file again.", code: "dataset_gone")

    /// Reads a dataset's file on a thread of its own.
    func table(of dataset: Dataset) async throws -> any TableSource {
        let (path, scratch) = (folder.file(of: dataset.storageKey), folder.scratch)
        let name = Self.neutralName(of: dataset.filename)
        return try await Offload.run { stop in
            do {
                return try TableReader.read(
                    fileAt: path, named: name, scratch: scratch, isCancelled: { stop.isRequested })
            } catch let error as TableError {
                throw Failure(error)
            }
        }
    }

    /// What the reader's sentences call the file: its own ending, which tells its format, under a name of ours.
    ///
    /// These sentences stay in the history of the job, which outlives an erased dataset.
    private static func neutralName(of filename: String) -> String {
        let ending = filename.split(separator: ".").last.map { $0.lowercased() } ?? ""
        let isPlain =
            ending.utf8.count <= 5
            && ending.utf8.allSatisfy { byte in
                UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
            }
        return filename.contains(".") && isPlain ? "dataset.\(ending)" : "dataset"
    }
}

extension Failure {
    /// What a fault in a table means for its analysis.
    init(_ error: TableError) {
        switch error.kind {
        // The file was taken in whole: that it cannot be opened is the disk's fault, and may pass.
        case .unreadable: self = .temporary(error.description, code: "unreadable")
        case .storage: self = .temporary(error.description, code: "storage")
        case .empty, .noNumericSignal, .wrongFormat, .malformed, .tooLarge, .zipBomb, .forbiddenEntity:
            self = .userFixable(error.description, code: "bad_file")
        }
    }
}
