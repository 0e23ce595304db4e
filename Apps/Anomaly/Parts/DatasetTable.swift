import Lockstep
import LockstepSQL

/// Reads and writes `anomaly_datasets`.
struct DatasetTable: Sendable {
    let store: any SQLStore

    /// Adds a dataset.
    func insert(_ dataset: Dataset) async throws {
        try await store.write { transaction in
            try transaction.execute(
                """
                INSERT INTO anomaly_datasets (id, owner, filename, size, sha256, storage_key, created_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                """, dataset.id, dataset.owner, dataset.filename, dataset.size, dataset.sha256,
                dataset.storageKey, dataset.createdAt.microseconds)
        }
    }

    /// A user's dataset; `nil` when there is none or it is somebody else's.
    func find(_ id: String, of owner: String) async throws -> Dataset? {
        try await store.read { try Self.find(id, of: owner, in: $0) }
    }

    /// As ``find(_:of:)``, within a transaction.
    static func find(_ id: String, of owner: String, in database: any SQLReading) throws -> Dataset? {
        try database.query(
            "SELECT \(Dataset.columns) FROM anomaly_datasets WHERE id = ?1 AND owner = ?2", id, owner
        ).first.map(Dataset.init)
    }

    /// A user's datasets, newest first.
    func list(of owner: String, limit: Int) async throws -> [Dataset] {
        try await store.read { database in
            try database.query(
                "SELECT \(Dataset.columns) FROM anomaly_datasets WHERE owner = ?1 ORDER BY id DESC LIMIT ?2",
                owner, limit
            ).map(Dataset.init)
        }
    }

    /// Erases a dataset with the results that came from it, and notes that its folder is to be erased.
    func delete(_ dataset: Dataset) async throws {
        try await store.write { transaction in
            let id = dataset.id
            // In this order, so that nothing depends on whether a database cascades.
            try transaction.execute(
                """
                DELETE FROM anomaly_answers WHERE analysis_id IN
                    (SELECT session_id FROM anomaly_results WHERE dataset_id = ?1)
                """, id)
            try transaction.execute(
                """
                DELETE FROM anomaly_rows WHERE session_id IN
                    (SELECT session_id FROM anomaly_results WHERE dataset_id = ?1)
                """, id)
            try transaction.execute("DELETE FROM anomaly_results WHERE dataset_id = ?1", id)
            let deleted = try transaction.execute("DELETE FROM anomaly_datasets WHERE id = ?1", id)
            // Two may delete at the same time: only one finds the row.
            guard deleted > 0 else { return }
            try transaction.execute(
                "INSERT INTO anomaly_erasures (storage_key) VALUES (?1)", dataset.storageKey)
        }
    }

    /// The folders of deleted datasets that are still to be erased.
    func erasures() async throws -> [String] {
        try await store.read {
            try $0.query("SELECT storage_key FROM anomaly_erasures").compactMap(\.[0].text)
        }
    }

    /// Notes that a folder was erased.
    func erased(_ storageKey: String) async throws {
        try await store.write {
            try $0.execute("DELETE FROM anomaly_erasures WHERE storage_key = ?1", storageKey)
        }
    }
}
