import GRDB
import LockstepSQL

/// The statements by which the road reads and writes the jobs of a lifecycle, prepared when first used.
///
/// They are found once in a transaction: looking a statement up by its text costs as much as running it.
final class RoadStatements {
    private let texts: JobStatements
    private let db: Database
    private var prepared: [HotStatement?] = Array(repeating: nil, count: 5)

    init(_ entry: Catalog.Entry, _ db: Database) {
        texts = entry.statements
        self.db = db
    }

    /// See ``JobStatements/insert``.
    func insert() throws -> HotStatement { try statement(0, texts.insert) }
    /// See ``JobStatements/update``.
    func update() throws -> HotStatement { try statement(1, texts.update) }
    /// See ``JobStatements/selectByID``.
    func selectByID() throws -> HotStatement { try statement(2, texts.selectByID) }
    /// See ``JobStatements/selectByKey``.
    func selectByKey() throws -> HotStatement { try statement(3, texts.selectByKey) }
    /// See ``JobStatements/delete``.
    func delete() throws -> HotStatement { try statement(4, texts.delete) }

    private func statement(_ place: Int, _ text: String) throws -> HotStatement {
        if let statement = prepared[place] { return statement.begin() }
        let statement = try HotStatement(text, db)
        prepared[place] = statement
        return statement.begin()
    }
}
