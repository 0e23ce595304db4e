import AnomalyDetection
import AnomalyTables
import Testing

@Suite struct RefusalTests {
    @Test(arguments: [
        ("", TableError.Kind.empty), ("\n\n", .empty), ("a,b\n", .empty),
        (" \n\t\n", .empty), ("a,b\n1,2\n", .noNumericSignal),
        ("a,b\nx,y\nz,w\n", .noNumericSignal),
        ("a\n5\n5\n", .noNumericSignal), ("a,b\n1,\"open\n2,3\n", .malformed),
        ("%PDF-1.7 text", .wrongFormat),
        ("a,b\n1,\0\n", .wrongFormat), ("PK\u{3}\u{4}rest of it", .wrongFormat),
    ])
    func refusesInOneSentence(_ text: String, _ kind: TableError.Kind) throws {
        let error = try #require(MadeFiles.fault { try MadeFiles.read(text) })
        #expect(error.kind == kind)
        #expect(error.description.contains("t.csv") && error.description.hasSuffix("."))
    }

    @Test func refusesTextNamedWorkbook() {
        #expect(MadeFiles.fault { try MadeFiles.read("a,b\n1,2\n", named: "t.xlsx") }?.kind == .wrongFormat)
        #expect(
            MadeFiles.fault { try MadeFiles.read("PK\u{3}\u{4}cut off", named: "t.xlsx") }?.kind == .malformed
        )
        let old: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        #expect(MadeFiles.fault { try MadeFiles.read(old, named: "t.xlsx") }?.kind == .wrongFormat)
        #expect(
            MadeFiles.fault {
                try TableReader.read(fileAt: "/nowhere/at/all", named: "t.csv", scratch: "/nowhere").loaded()
            }?.kind
                == .unreadable)
    }

    @Test func keepsToItsLimits() {
        let text = "a,b\n1,2\n3,4\n5,6\n"
        func kind(_ change: (inout Limits) -> Void) -> TableError.Kind? {
            var limits = Limits()
            change(&limits)
            return MadeFiles.fault { try MadeFiles.read(text, limits: limits) }?.kind
        }
        #expect(kind { $0.rows = 2 } == .tooLarge)
        #expect(kind { $0.columns = 1 } == .tooLarge)
        #expect(kind { $0.cells = 5 } == .tooLarge)
        #expect(kind { $0.fileBytes = 5 } == .tooLarge)
        #expect(kind { _ in } == nil)
        var limits = Limits()
        limits.cellBytes = 10
        let long = MadeFiles.fault {
            try MadeFiles.read("a,b\n1,\"\(String(repeating: "x", count: 20))", limits: limits)
        }
        #expect(long?.kind == .tooLarge)
        #expect(long?.description.contains("line 2, column 2") == true)
    }

    @Test func refusesAnEndlessRowBeforeHoldingIt() {
        let commas = String(repeating: ",", count: 100_000)
        for text in [commas, "a,b\n1,2\n\(commas)\n"] {
            let error = MadeFiles.fault { try MadeFiles.read(text) }
            #expect(error?.kind == .tooLarge)
            #expect(error?.description.contains("column 1001") == true)
        }
    }

    @Test func keepsFewTextsWhenToldSo() throws {
        var limits = Limits()
        limits.keptTextBytes = 20
        let table = try MadeFiles.read("t,n\nfirst text,1\nsecond text,2\n", limits: limits)
        #expect(MadeFiles.cells(table) == [["first text", "1"], ["…", "2"]])
    }

    @Test func refusesABombThatDeclaresItself() {
        var zip = MadeWorkbook(sheets: [("s", "")]).writer
        // Together more than is allowed, though each alone is not.
        for part in 1...3 {
            zip.add("xl/media/\(part).bin", packed: [3, 0], checksum: 0, length: 4_000_000_000)
        }
        #expect(MadeFiles.fault { try MadeFiles.read(zip.archive, named: "b.xlsx") }?.kind == .zipBomb)
    }

    @Test func refusesABombWhileItUnpacks() throws {
        let rows = "<row><c><v>1</v></c></row>" + String(repeating: "<row></row>", count: 200_000)
        let bomb = MadeWorkbook(sheets: [("s", rows)]).archive
        #expect(bomb.count < 20_000)
        var limits = Limits()
        limits.freelyCompressedBytes = 1 << 20
        let steep = MadeFiles.fault { try MadeFiles.read(bomb, named: "b.xlsx", limits: limits) }
        #expect(steep?.kind == .zipBomb)
        limits = Limits()
        limits.uncompressedBytes = 1 << 20
        let long = MadeFiles.fault { try MadeFiles.read(bomb, named: "b.xlsx", limits: limits) }
        #expect(long?.kind == .zipBomb)
    }

    @Test func refusesAPartThatIsLongerThanDeclared() {
        var zip = ZipWriter()
        zip.add("xl/workbook.xml", Array("<workbook><sheets/></workbook>".utf8), declared: 5)
        #expect(MadeFiles.fault { try MadeFiles.read(zip.archive, named: "b.xlsx") }?.kind == .malformed)
    }

    @Test(arguments: [
        "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>", "<!ENTITY e \"x\">", "<!DOCTYPE x>",
    ])
    func refusesDeclaredEntities(_ prologue: String) {
        let book = MadeWorkbook(sheets: [("s", "<row><c><v>1</v></c></row>")], prologue: prologue)
        #expect(
            MadeFiles.fault { try MadeFiles.read(book.archive, named: "x.xlsx") }?.kind == .forbiddenEntity)
    }

    @Test func refusesUnknownEntities() {
        let book = MadeWorkbook(sheets: [("s", "<row><c t=\"str\"><v>&e;</v></c></row>")])
        #expect(
            MadeFiles.fault { try MadeFiles.read(book.archive, named: "x.xlsx") }?.kind == .forbiddenEntity)
    }

    @Test func neverCrashesOnDamage() {
        let rows = (1...20).map {
            "<row r=\"\($0)\"><c r=\"A\($0)\"><v>\($0)</v></c><c t=\"b\"><v>1</v></c></row>"
        }
        let whole = MadeWorkbook(sheets: [("s", rows.joined())]).archive
        #expect(MadeFiles.fault { try MadeFiles.read(whole, named: "x.xlsx") } == nil)
        for length in stride(from: 0, to: whole.count, by: 41) {
            #expect(
                MadeFiles.fault { try MadeFiles.read(Array(whole.prefix(length)), named: "x.xlsx") } != nil)
        }
        // Whatever comes out, it is a table or a sentence.
        for place in stride(from: 4, to: whole.count, by: 7) {
            var damaged = whole
            damaged[place] ^= 0x55
            _ = MadeFiles.fault { try MadeFiles.read(damaged, named: "x.xlsx") }
        }
    }
}
