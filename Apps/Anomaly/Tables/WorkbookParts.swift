/// The parts of a workbook's archive, read one at a time under one budget.
struct WorkbookParts {
    let archive: ZipArchive
    let budget: UnpackingBudget

    var fileName: String { archive.file.name }

    /// A scanner of the part of that name, or `nil` when there is none.
    func scanner(of name: String) throws -> XMLScanner? {
        guard let entry = archive.entry(name) else { return nil }
        let stream = try ZipStream(archive: archive, entry: entry, budget: budget)
        return XMLScanner(part: entry.name, fileName: fileName) { try stream.read(into: $0) }
    }

    /// The targets that a part refers to, by their ids and by the ends of their types.
    ///
    /// - Parameter part: the part that refers; empty for the archive as a whole.
    func relationships(of part: String) throws -> [(id: String, type: String, target: String)] {
        let slash = part.lastIndex(of: "/")
        let folder = slash.map { String(part[...$0]) } ?? ""
        let file = slash.map { String(part[part.index(after: $0)...]) } ?? part
        guard let scanner = try scanner(of: "\(folder)_rels/\(file).rels") else { return [] }
        var found: [(id: String, type: String, target: String)] = []
        while true {
            switch try scanner.next() {
            case .finished: return found
            case .start where scanner.isNamed("Relationship"):
                guard let id = try scanner.string("Id"), let target = try scanner.string("Target"),
                    found.count < 10_000
                else { continue }
                let type = try scanner.string("Type") ?? ""
                found.append((id, type, WorkbookParts.resolved(target, in: folder)))
            default: continue
            }
        }
    }

    /// A target's full name; one that starts with a slash counts from the archive's root.
    private static func resolved(_ target: String, in folder: String) -> String {
        var steps = target.hasPrefix("/") ? [] : folder.split(separator: "/").map(String.init)
        for step in target.split(separator: "/") {
            if step == ".." {
                if !steps.isEmpty { steps.removeLast() }
            } else if step != "." {
                steps.append(String(step))
            }
        }
        return steps.joined(separator: "/")
    }
}
