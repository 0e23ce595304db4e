import LockstepChecking
import LockstepSources
import Testing

/// Files have the names that people know them by, wherever the check runs.
struct CheckedFilesTests {
    private func places(_ sources: [String], _ schema: [String] = [], in folder: String) throws -> [String] {
        let files = try CheckedFiles(sources: sources, schema: schema, in: folder)
        return SourceCheck(files.tree, schema: files.schema, schemaFiles: files.schemaFiles).findings
            .filter { $0.type == .d1 }.flatMap { $0.places.map(\.description) }
    }

    /// `tests` above what is checked does not make it a test.
    @Test func aRepositoryIsNamedFromItsOwnRootOrFromWhereTheCheckRuns() throws {
        let folder = try Folder(["tests/shop/db/schema.sql": Shop.schema, "tests/shop/src/app.py": Shop.code])
        let shop = folder.path + "/tests/shop"
        #expect(try places(["."], in: shop) == ["src/app.py:1"])
        #expect(try places([shop], in: shop) == ["src/app.py:1"])
        #expect(try places([shop + "/"], in: "/") == ["src/app.py:1"])
        #expect(try places([shop], in: folder.path + "/elsewhere") == ["src/app.py:1"])
        #expect(try places(["tests/shop"], in: folder.path) == ["tests/shop/src/app.py:1"])
        #expect(try places(["./tests/../tests/shop"], in: folder.path) == ["tests/shop/src/app.py:1"])
    }

    @Test func aSchemaThatIsNamedCountsWhereverItLies() throws {
        let folder = try Folder([
            "tests/schema.sql": Shop.schema, "src/app.py": Shop.code, "src/more/b.py": Shop.code,
            "src/schema.sql": Shop.schema.replacing("'new'", with: "'payed'"),
        ])
        #expect(
            try places(["src"], ["tests/schema.sql"], in: folder.path)
                == ["src/app.py:1", "src/more/b.py:1"])
        #expect(
            try places(["src/app.py", "src", "src/more"], ["tests"], in: folder.path)
                == ["src/app.py:1", "src/more/b.py:1"])
        let outside = try places([folder.path + "/src/more"], [folder.path + "/tests/schema.sql"], in: "/usr")
        #expect(outside == ["src/more/b.py:1"])
    }

    @Test func whatIsNotThereIsSaid() throws {
        let folder = try Folder(["src/app.py": Shop.code])
        #expect(throws: SourceTree.Unreadable.self) { try places(["gone"], in: folder.path) }
        #expect(throws: CheckedFiles.Unreadable.self) { try places(["src"], ["src"], in: folder.path) }
    }

    @Test func aCommentInTheSchemaSilencesItsLine() throws {
        let folder = try Folder([
            "db.sql": "-- lockstep:ignore\n" + Shop.schema.replacing("NOT NULL", with: "DEFAULT 'x'"),
            "src/a.py": "",
        ])
        let files = try CheckedFiles(sources: ["src"], schema: ["db.sql"], in: folder.path)
        #expect(SourceCheck(files.tree, schema: files.schema, schemaFiles: files.schemaFiles).findings == [])
        #expect(SourceCheck(files.tree, schema: files.schema).findings.map(\.type) == [.d9, .d11])
    }
}
