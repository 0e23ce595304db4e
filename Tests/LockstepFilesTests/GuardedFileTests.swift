import Lockstep
import LockstepFiles
import Testing

/// The list of tables that a server watches.
@Suite struct GuardedFileTests {
    @Test func everythingIsRead() throws {
        let found = try GuardedFile.read(
            yaml: """
                every: 30s
                tables:
                  - declaration: orders.yaml
                    database_env: SHOP_DATABASE
                    column: sales.orders.status
                    since: status_changed_at
                    history: sales.order_moves:from=old,to=new,job=order_id,at=made
                    name: Orders
                  - {declaration: clips.yaml, database: clips.sqlite, history: clip_moves}
                """, named: "tables.yaml")
        #expect(found.every == .seconds(30))
        let first = try #require(found.tables.first)
        #expect(first.name == "Orders" && first.database == .environment("SHOP_DATABASE"))
        #expect(first.declaration == "orders.yaml" && first.since == "status_changed_at")
        #expect(first.column == GuardedName(namespace: "sales", table: "orders", column: "status"))
        #expect(first.history?.namespace == "sales" && first.history?.table == "order_moves")
        #expect(first.history?.columns == ["from": "old", "to": "new", "job": "order_id", "at": "made"])
        let second = try #require(found.tables.last)
        #expect(second.database == .address("clips.sqlite") && second.column == nil && second.name == nil)
        #expect(second.history?.columns == [:] && second.place == "tables.yaml:9")
    }

    @Test(arguments: [
        ("tables: []", "'tables' lists none"),
        ("orders: {}", "the key 'orders' says nothing in a list of guarded tables"),
        ("tables: [{declaration: a.yaml}]", "nothing says where the database is; write 'database: URL'"),
        ("tables: [{database: a}]", "'declaration' is missing; name the file of the lifecycle"),
        (
            "tables: [{declaration: a.yaml, database: a, database_env: B}]",
            "'database' and 'database_env' exclude each other"
        ),
        (
            "tables: [{declaration: a.yaml, database: a, column: status}]",
            "'column' must be table.column, not 'status'"
        ),
        ("tables: [{declaration: a.yaml, database: a, sinc: at}]", "did you mean 'since'?"),
        (
            "tables: [{declaration: a.yaml, database: a, history: 'm:old=x'}]",
            "known are from=, to=, job= and at="
        ),
        ("tables: [{declaration: a.yaml, database: a, history: 'm:from=x'}]", "has no 'to='"),
        ("tables: [{declaration: a.yaml, database: a, history: 'a.b.c'}]", "'a.b.c' names no history"),
        ("every: 1ms\ntables: [{declaration: a.yaml, database: a}]", "'every' must be from 1s to 1h"),
        ("tables: [", "this is no YAML"), ("", "there must be one document in it"),
    ])
    func whatIsWrongIsSaid(_ text: String, _ words: String) throws {
        let fault = #expect(throws: FileFault.self) { try GuardedFile.read(yaml: text, named: "t.yaml") }
        #expect(fault?.description.hasPrefix("t.yaml") == true)
        #expect(fault?.description.contains(words) == true, "\(fault?.description ?? "")")
    }
}
