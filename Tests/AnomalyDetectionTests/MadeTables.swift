import AnomalyDetection

/// Tables made up for the tests, the same on every run.
enum MadeTables {
    /// Rows that lie near a line, in four number columns, one category and one text column.
    ///
    /// - Parameter planted: a row that is put far off the line.
    static func line(rows: Int = 300, planted: Int? = nil) -> Table {
        var state: UInt64 = 7
        func noise() -> Float {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Float(state >> 40) * 0x1p-24 - 0.5
        }
        var numbers = [[Float]](repeating: [], count: 4)
        for row in 0..<rows {
            let place = noise() * 10
            for column in 0..<4 {
                let isPlanted = row == planted && column == 2
                numbers[column].append(isPlanted ? 100 : place * Float(column + 1) + noise())
            }
        }
        let columns = numbers.enumerated().map { Column(name: "n\($0.offset)", values: .numbers($0.element)) }
        let codes = (0..<rows).map { UInt16($0 % 3) }
        let bytes = Array("\u{5}hello".utf8)
        return Table(
            columns: columns + [
                Column(name: "colour", values: .categories(codes: codes, levels: ["red", "green", "blue"])),
                Column(
                    name: "remark",
                    values: .text(TextCells(references: [UInt32](repeating: 0, count: rows), bytes: bytes))),
            ])
    }
}
