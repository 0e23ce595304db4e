import Foundation
import Lockstep
import TicketDocument

/// Reads the exports of a site.
///
/// JSON is one object with any of `content_types`, `views`, `menus` and `integrations`, in the form in which ``Site``
/// is encoded; other members are passed over. A CSV file is about one kind of thing, which its header tells:
///
/// | has the column | and may have |
/// |---|---|
/// | `content_type`, `field` | `label`, `type`, `required`, `multiple`, `target`, `help` |
/// | `content_type` | `label`, `description` |
/// | `view` | `label`, `path`, `display`, `content_type`, `filters`, `sort` |
/// | `menu`, `item` | `menu_label`, `path`, `parent` |
/// | `integration` | `label`, `kind`, `endpoint`, `direction`, `schedule`, `content_type` |
public struct SiteReader: Sendable {
    /// How large an export may be.
    public let limits: SiteLimits

    /// Makes a reader.
    public init(limits: SiteLimits = .standard) { self.limits = limits }

    /// Reads files as one site.
    /// - Parameter isWhole: whether these are all files; of some of them it is not known yet whether what they point to
    ///   is in the others.
    /// - Throws: ``SiteFault`` with one sentence: the file, the line or entry, what is wrong and what would be right.
    public func read(_ files: [SiteFile], isWhole: Bool = true) throws(SiteFault) -> Site {
        guard files.count <= limits.files else {
            throw SiteFault("There are \(files.count) files, and \(limits.files) are the most.")
        }
        var collector = SiteCollector(limits: limits)
        for file in files {
            let name = PlainLine.shortened(PlainLine.cleaned(file.name), longest: 80)
            guard file.data.count <= limits.bytes else {
                throw SiteFault(
                    "there are \(file.data.count) bytes, and \(limits.bytes) are the most", place: name)
            }
            if name.lowercased().hasSuffix(".json") {
                try readJSON(file.data, name: name, into: &collector)
            } else if name.lowercased().hasSuffix(".csv") {
                try readCSV(file.data, name: name, into: &collector)
            } else {
                throw SiteFault("The file \(name) must be CSV or JSON, and its name end in .csv or .json.")
            }
        }
        return try collector.site(isWhole: isWhole)
    }

    private func readJSON(_ data: Data, name: String, into collector: inout SiteCollector) throws(SiteFault) {
        let json: JSONValue
        do {
            json = try BoundedJSON.read(data.withoutMark, mostBytes: limits.bytes, deepest: 50)
        } catch {
            throw SiteFault(error.message, place: name)
        }
        let kinds = ["content_types", "views", "menus", "integrations"]
        guard case .object(let members) = json, kinds.contains(where: { members[$0] != nil }) else {
            throw SiteFault(
                "there must be an object with content_types, views, menus or integrations", place: name)
        }
        let root = Entry(values: members, place: name, limits: limits)
        for entry in try root.entries("content_types", most: limits.things) {
            let type = try entry.name("name")
            try collector.addType(entry, name: type)
            for field in try entry.entries("fields", most: limits.parts) {
                try collector.addField(field, name: try field.name("name"), type: type)
            }
        }
        for entry in try root.entries("views", most: limits.things) {
            try collector.addView(entry, name: try entry.name("name"))
        }
        for entry in try root.entries("menus", most: limits.things) {
            let menu = try entry.name("name")
            try collector.addMenu(entry, name: menu)
            for item in try entry.entries("items", most: limits.parts) {
                try collector.addItem(item, label: try item.name("label"), menu: menu)
            }
        }
        for entry in try root.entries("integrations", most: limits.things) {
            try collector.addIntegration(entry, name: try entry.name("name"))
        }
    }

    private func readCSV(_ data: Data, name: String, into collector: inout SiteCollector) throws(SiteFault) {
        guard let text = String(validating: data.withoutMark, as: UTF8.self) else {
            throw SiteFault("the text must be UTF-8", place: name)
        }
        let lines = try CSVLines(text, file: name, mostRows: limits.things * limits.parts)
        let columns = Set(lines.header)
        for row in lines.rows {
            let cells = zip(lines.header, row.cells).map { ($0, JSONValue.string($1)) }
            let entry = Entry(
                values: Dictionary(cells, uniquingKeysWith: { first, _ in first }),
                place: "line \(row.line) of \(name)", limits: limits)
            if columns.isSuperset(of: ["content_type", "field"]) {
                let type = try entry.name("content_type")
                try collector.addField(entry, name: try entry.name("field"), type: type)
            } else if columns.contains("view") {
                try collector.addView(entry, name: try entry.name("view"))
            } else if columns.isSuperset(of: ["menu", "item"]) {
                let menu = try entry.name("menu")
                try collector.addItem(entry, label: try entry.name("item"), menu: menu)
            } else if columns.contains("integration") {
                try collector.addIntegration(entry, name: try entry.name("integration"))
            } else if columns.contains("content_type") {
                try collector.addType(entry, name: try entry.name("content_type"))
            } else {
                break
            }
        }
        let known: [Set<String>] = [["content_type"], ["view"], ["menu", "item"], ["integration"]]
        guard known.contains(where: columns.isSuperset) else {
            throw SiteFault(
                "the header must have a column content_type, view or integration, or menu and item",
                place: name)
        }
    }
}

extension Data {
    /// Without the mark that some programs put in front of UTF-8.
    fileprivate var withoutMark: Data { starts(with: [0xEF, 0xBB, 0xBF]) ? dropFirst(3) : self }
}
