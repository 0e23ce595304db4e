import AnomalyDetection
import AnomalyTables
import Testing

@Suite struct CSVTests {
    @Test func readsQuotedFields() throws {
        let table = try MadeFiles.read(
            "name,\"the \"\"size\"\"\",note\r\n\"a,b\",1.5,\"two\r\nlines\"\r\n\"\",2,\"\"\r\nc,\"3\",x\r\n")
        #expect(table.columnNames == ["name", "the \"size\"", "note"])
        #expect(
            MadeFiles.cells(table) == [["a,b", "1.5", "two\r\nlines"], ["", "2", ""], ["c", "3", "x"]])
        #expect((0..<3).map { table.line(ofRow: $0) } == [2, 4, 5])
        #expect(table.columns.map(\.kind) == [.category, .number, .category])
    }

    @Test(arguments: [";", "\t", "|", ","])
    func findsTheSeparator(_ separator: String) throws {
        let rows = [["x", "y"], ["1", "2.5"], ["3", "4"]]
        let table = try MadeFiles.read(rows.map { $0.joined(separator: separator) }.joined(separator: "\n"))
        #expect(table.columnNames == ["x", "y"])
        #expect(MadeFiles.cells(table) == [["1", "2.5"], ["3", "4"]])
    }

    @Test func readsDecimalCommas() throws {
        let table = try MadeFiles.read("a;b\n1,5;1.234,5\n-2,25;7\n;1.000\n")
        #expect(MadeFiles.cells(table) == [["1.5", "1234.5"], ["-2.25", "7"], ["", "1000"]])
    }

    @Test func readsNumbersAsPeopleWriteThem() throws {
        let texts = [
            "1e3", "-.5", "+7", "$12.50", "€3", "12 %", "\"1,234,567\"", "0.1234567890123", "NA", "#N/A",
        ]
        let table = try MadeFiles.read("v,w\n" + texts.map { "\($0),1" }.joined(separator: "\n"))
        let wanted = ["1000", "-0.5", "7", "12.5", "3", "12", "1234567", "0.1234567890123", "", ""]
        #expect(MadeFiles.cells(table).map { $0[0] } == wanted)
    }

    @Test func readsDates() throws {
        let table = try MadeFiles.read(
            """
            iso,time,german,us,british,named
            2024-02-29,2024-02-29T12:30:00Z,31.12.2023,12/31/2023,31/12/2023,"Jan 5, 2024"
            1999/12/31,2024-02-29 01:02:03.5+01:00,1.2.2024,1/2/2024,1/2/2024,5-Feb-2024
            """)
        #expect(table.columns.allSatisfy { $0.kind == .date })
        let cells = MadeFiles.cells(table)
        #expect(
            cells[0] == [
                "2024-02-29", "2024-02-29 12:30", "2023-12-31", "2023-12-31", "2023-12-31", "2024-01-05",
            ])
        #expect(cells[1][2...] == ["2024-02-01", "2024-01-02", "2024-02-01", "2024-02-05"])
    }

    @Test func readsEveryEncoding() throws {
        let text = "größe,wert\nä😀,1\nb,2\n"
        let units = Array(text.utf16)
        let little = units.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let big = units.flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] }
        let files: [[UInt8]] = [
            Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), [0xFF, 0xFE] + little,
            [0xFE, 0xFF] + big, little,
            big,
        ]
        for bytes in files {
            let table = try MadeFiles.read(bytes, named: "t.csv")
            #expect(table.columnNames == ["größe", "wert"])
            #expect(table.cell(0, 0) == "ä😀")
        }
        let latin: [UInt8] = Array("gr".utf8) + [0xF6, 0x80] + Array(",n\na,1\nb,2\n".utf8)
        #expect(try MadeFiles.read(latin, named: "t.csv").columnNames == ["grö€", "n"])
    }

    @Test func tellsWhetherThereIsAHeader() throws {
        #expect(try MadeFiles.read("1,2\n3,4\n").columnNames == ["column 1", "column 2"])
        #expect(try MadeFiles.read("1,2\n3,4\n").rowCount == 2)
        #expect(try MadeFiles.read("item,2019,2020\na,1,2\nb,3,5\n").columnNames == ["item", "2019", "2020"])
        #expect(try MadeFiles.read("x,x,\n1,2,3\n2,3,4\n").columnNames == ["x", "x (2)", "column 3"])
        #expect(try MadeFiles.read("sep=;\na;b\n1;2\n2;3").columnNames == ["a", "b"])
    }

    @Test func skipsBlankLinesAndCountsThem() throws {
        let table = try MadeFiles.read("a,b\n\n1,2\r\n\r\n3,4\n\n")
        #expect(MadeFiles.cells(table) == [["1", "2"], ["3", "4"]])
        #expect(table.line(ofRow: 1) == 5)
    }

    @Test func namesTheLineOfARaggedRow() {
        for rows in [3, 300] {
            let good = (0..<rows).map { "\($0),1\n" }.joined()
            let error = MadeFiles.fault { try MadeFiles.read("a,b\n\(good)1,2,3\n") }
            #expect(error?.kind == .malformed)
            #expect(error?.description.contains("3 cells on line \(rows + 2)") == true)
        }
    }

    @Test func keepsATextAmongNumbersAsAWarning() throws {
        let table = try MadeFiles.read("a,b\n" + (0..<30).map { "\($0),1\n" }.joined() + "broken,2\n")
        #expect(table.columns[0].kind == .number)
        #expect(table.warnings.first?.contains("line 32: \"broken\"") == true)
    }

    @Test func readsManyTextsAsFreeText() throws {
        let table = try MadeFiles.read("t,n\n" + (0..<6000).map { "text number \($0),\($0 % 7)\n" }.joined())
        #expect(table.columns[0].kind == .text)
        #expect(table.cell(5999, 0) == "text number 5999" && table.cell(0, 0) == "text number 0")
    }

    @Test func readsTwoHundredColumns() throws {
        let header = (0..<200).map { "c\($0)" }.joined(separator: ",")
        let rows = (0..<50).map { row in (0..<200).map { "\(row * $0)" }.joined(separator: ",") }
        let table = try MadeFiles.read(([header] + rows).joined(separator: "\n"))
        #expect(table.columns.count == 200 && table.cell(49, 199) == "9751")
    }

    @Test func readsCellsThatPiecesCutInTwo() throws {
        let rows = (0..<40_000).map { "\"row \"\"\($0)\"\"\",\($0).25\n" }
        let table = try MadeFiles.read("name,value\n" + rows.joined())
        #expect(table.rowCount == 40_000)
        #expect(
            (0..<40_000).allSatisfy {
                table.cell($0, 1) == "\($0).25" && table.cell($0, 0) == "row \"\($0)\""
            })
    }
}
