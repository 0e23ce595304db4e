// Measures the detector on labelled tables: for each CSV path given, five seeds, one JSON line each with
// {table, seed, roc_auc, fit_seconds, rows, columns}. The column `label` (1 = anomaly) is taken off before
// the detector sees the table. "fit_seconds" is training and scoring, on one thread, without reading.

import AnomalyDetection
import AnomalyTables
import Foundation

/// Whether each row is labelled an anomaly; `nil` when the table has no such column.
func labels(of table: Table) -> [Bool]? {
    guard let column = table.columns.first(where: { $0.name == "label" }) else { return nil }
    return (0..<table.rowCount).map { column.text(row: $0) == "1" }
}

func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

/// One line of JSON; the name is a file's and gets the two characters escaped that matter there.
func line(table: String, seed: UInt64, auc: Double, seconds: Double, rows: Int, columns: Int) -> String {
    let name = table.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
        .split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\"")
    return "{\"table\": \"\(name)\", \"seed\": \(seed), \"roc_auc\": \(auc), \"fit_seconds\": \(seconds), "
        + "\"rows\": \(rows), \"columns\": \(columns)}"
}

let folder = FileManager.default.temporaryDirectory.path
for path in CommandLine.arguments.dropFirst() {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let labelled = try TableReader.read(fileAt: path, named: file, scratch: folder).loaded()
    guard let truth = labels(of: labelled) else {
        print("\(file) has no column named label, so there is nothing to compare with.")
        continue
    }
    let table = labelled.dropping(columnNamed: "label")
    for seed: UInt64 in 0..<5 {
        var options = AnomalyDetector.Options()
        options.seed = seed
        let clock = ContinuousClock()
        let start = clock.now
        let scores = try AnomalyDetector(options: options).fit(table).score()
        let elapsed = seconds(clock.now - start)
        guard let auc = rocAUC(scores: scores, labels: truth) else {
            print("\(file) has labels of one kind only, so there is nothing to compare.")
            break
        }
        let name = file.hasSuffix(".csv") ? String(file.dropLast(4)) : file
        print(
            line(
                table: name, seed: seed, auc: auc, seconds: elapsed, rows: table.rowCount,
                columns: table.columns.count))
    }
}
