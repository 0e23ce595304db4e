import Foundation
import LockstepSources

// Reads a folder, or a repository made up of so many lines, and prints what is found as JSON, with the time it took:
// `drift-bench FOLDER`, `drift-bench --generated LINES`. With a folder behind the lines it writes the made-up files there
// and does nothing else, for measuring what reads folders.

let arguments = CommandLine.arguments.dropFirst()
guard arguments.count == 1 || (2...3).contains(arguments.count) && arguments.first == "--generated" else {
    let usage = "Usage: drift-bench FOLDER, or drift-bench --generated LINES [FOLDER]\n"
    FileHandle.standardError.write(Data(usage.utf8))
    exit(2)
}
/// Seconds between calls, to a thousandth.
struct Stopwatch {
    private var started = ContinuousClock.now

    mutating func lap() -> Double {
        let now = ContinuousClock.now
        let parts = (now - started).components
        started = now
        return (Double(parts.seconds) * 1_000 + Double(parts.attoseconds / 1_000_000_000_000_000)) / 1_000
    }
}

do {
    let lines = arguments.count > 1 ? Int(arguments.dropFirst().first ?? "") ?? 0 : nil
    let generated = lines.map { GeneratedRepository(lines: $0) }
    if arguments.count == 3, let generated, let folder = arguments.last {
        for file in generated.files {
            let path = URL(filePath: folder).appending(path: file.path)
            try FileManager.default.createDirectory(
                at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
            try file.text.write(to: path, atomically: false, encoding: .utf8)
        }
        exit(0)
    }
    var watch = Stopwatch()
    let tree = try generated.map { SourceTree(files: $0.files) } ?? SourceTree(reading: arguments.last ?? ".")
    let treeSeconds = watch.lap()
    let schema = SchemaReading.read(tree.files.map { SchemaReading.File(path: $0.path, text: $0.text) })
    let schemaSeconds = watch.lap()
    let check = SourceCheck(tree, schema: schema)
    let checkSeconds = watch.lap()
    let report: [String: Any] = [
        "files": tree.files.count,
        "lines": tree.files.reduce(0) { sum, file in sum + file.bytes.lazy.filter { $0 == 10 }.count },
        "columns": schema.columns.count,
        "seconds": ["tree": treeSeconds, "schema": schemaSeconds, "check": checkSeconds],
        "notes": check.notes,
        "findings": check.findings.map { finding in
            [
                "class": finding.type.rawValue, "severity": finding.severity.rawValue,
                "confidence": String(describing: finding.confidence), "value": finding.value,
                "table": finding.table, "column": finding.column,
                "places": finding.places.map(\.description), "message": finding.message, "fix": finding.fix,
            ] as [String: Any]
        },
    ]
    let data = try JSONSerialization.data(withJSONObject: report, options: [.prettyPrinted, .sortedKeys])
    FileHandle.standardOutput.write(data)
    print()
} catch {
    FileHandle.standardError.write(Data("\(error)\n".utf8))
    exit(1)
}
