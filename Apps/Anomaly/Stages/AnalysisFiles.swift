import AnomalyDetection
import AnomalyTables
import Lockstep
import LockstepSQL

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
    func table(of dataset: Dataset) async throws -> Table {
        let path = folder.file(of: dataset.storageKey)
        let name = dataset.filename
        return try await Offload.run { _ in
            do {
                return try TableReader.read(fileAt: path, named: name)
            } catch let error as TableError {
                throw Failure.userFixable("\(error)", code: "bad_file")
            }
        }
    }
}
