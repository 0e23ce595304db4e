import AnomalyDetection
import Testing

@Suite struct TableTests {
    @Test func showsCellsAsPeopleWriteThem() {
        let table = Table(
            columns: [
                Column(name: "small", values: .numbers([0.1, 3, .nan])),
                Column(name: "large", values: .preciseNumbers([1_234_567.89, 1e20, .nan])),
                Column(name: "day", values: .dates([0, 951_827_696, -86_400])),
                Column(
                    name: "kind", values: .categories(codes: [1, 0, Column.missingCode], levels: ["a", "b"])),
            ], lineNumbers: [2, 4, 5])
        #expect((0..<3).map { table.cell($0, 0) } == ["0.1", "3", ""])
        #expect((0..<3).map { table.cell($0, 1) } == ["1234567.89", "1e+20", ""])
        #expect((0..<3).map { table.cell($0, 2) } == ["1970-01-01", "2000-02-29 12:34:56", "1969-12-31"])
        #expect((0..<3).map { table.cell($0, 3) } == ["b", "a", ""])
        #expect(table.cell(3, 0).isEmpty && table.cell(-1, 0).isEmpty && table.cell(0, 4).isEmpty)
        #expect(table.line(ofRow: 1) == 4)
    }

    @Test func dropsAColumnByName() {
        let table = MadeTables.line(rows: 3).dropping(columnNamed: "n1")
        #expect(table.columnNames == ["n0", "n2", "n3", "colour", "remark"])
        #expect(table.cell(2, 4) == "hello")
    }

    @Test func countsDaysBothWays() throws {
        for days in [-719_162, -1, 0, 59, 60, 11_016, 19_782, 2_932_896] {
            #expect(CivilDate(daysSince1970: days).daysSince1970 == days)
        }
        let leapDay = try #require(CivilDate(year: 2024, month: 2, day: 29))
        #expect(leapDay.daysSince1970 == 19_782)
        #expect(CivilDate(year: 2023, month: 2, day: 29) == nil)
        #expect(CivilDate(year: 2024, month: 13, day: 1) == nil)
    }
}
