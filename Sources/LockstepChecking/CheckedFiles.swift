import Foundation
import LockstepSources

/// The files and folders that a check was asked to read, by the names that people and tools know them by.
///
/// Where the folders lie must not matter for what their files mean – a repository below a folder `tests` is no test –,
/// so they are read by their paths from the folder that was named and get their names afterwards: from the folder in
/// which the check runs, as compilers write them, or from the folder that was named where it lies elsewhere.
public struct CheckedFiles: Sendable {
    /// The sources.
    public let tree: SourceTree
    /// The schema: of the files that were named for it, or of the sources.
    public let schema: Schema
    /// The files the schema was read from, where they were named.
    public let schemaFiles: [SourceFile]

    /// What a check cannot read.
    public struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// Reads them.
    /// - Parameters:
    ///   - sources: files and folders.
    ///   - schema: files and folders that hold the schema; empty where it is among the sources.
    ///   - folder: the folder that relative paths begin at.
    /// - Throws: ``SourceTree/Unreadable`` for what is not there, ``Unreadable`` for a schema that holds no table.
    public init(sources: [String], schema: [String] = [], in folder: String) throws {
        let names = FileNames(sources + schema, in: folder)
        let read = try names.tree(of: sources)
        tree = read.tree
        guard !schema.isEmpty else {
            schemaFiles = []
            self.schema = SchemaReading.read(read.files).renamed(read.name)
            return
        }
        let given = try names.tree(of: schema)
        let columns = SchemaReading.read(given.files).renamed(isGiven: true, given.name)
        guard !columns.columns.isEmpty else {
            throw Unreadable(
                description:
                    "No table was found in \(schema.map { "'\($0)'" }.joined(separator: ", ")); name an SQL file, a folder of migrations, a schema of an ORM or an API schema."
            )
        }
        self.schema = columns
        schemaFiles = given.tree.files
    }
}

/// What files are called.
private struct FileNames {
    let folder: String
    /// What the roots that lie elsewhere have in common.
    private let common: String

    init(_ roots: [String], in folder: String) {
        self.folder = folder
        let outside = roots.map { Self.path($0, in: folder) }.filter { !Self.isInside($0, folder) }
            .map { path -> [Substring] in
                let parts = path.split(separator: "/")
                return Self.isFolder(path) ? parts : parts.dropLast()
            }
        var shared = outside.first ?? []
        for parts in outside.dropFirst() {
            shared = zip(shared, parts).prefix { $0 == $1 }.map(\.0)
        }
        common = "/" + shared.joined(separator: "/")
    }

    /// Files as they are read, and what each is called afterwards.
    struct Named {
        let files: [SchemaReading.File]
        let tree: SourceTree
        let names: [String: String]

        /// The name of a file, or of a folder above files.
        func name(_ path: String) -> String { names[path] ?? path }
    }

    func tree(of roots: [String]) throws -> Named {
        var files: [SchemaReading.File] = []
        var named: [SourceFile] = []
        var notes: [String] = []
        var names: [String: String] = [:]
        var seen: Set<String> = []
        for (index, root) in roots.enumerated() {
            let path = Self.path(root, in: folder)
            let tree = try SourceTree(reading: path)
            let prefix = roots.count == 1 ? "" : "\(index)/"
            let outer = Self.isFolder(path) ? path : Self.folder(of: path)
            notes += tree.notes
            for file in tree.files {
                let name = name(of: outer == "/" ? "/" + file.path : outer + "/" + file.path)
                guard seen.insert(name).inserted else { continue }
                files.append(SchemaReading.File(path: prefix + file.path, text: file.text))
                named.append(file.renamed(name))
                names[prefix + file.path] = name
                // The folders above it, for origins that are folders.
                var inner = Self.folder(of: prefix + file.path)
                while !inner.isEmpty, names[inner] == nil {
                    let below = inner.dropFirst(prefix.isEmpty ? 0 : prefix.count)
                    names[inner] = self.name(of: below.isEmpty ? outer : outer + "/" + below)
                    inner = Self.folder(of: inner)
                }
            }
            if prefix.isEmpty, names[""] == nil { names[""] = self.name(of: outer) }
        }
        return Named(files: files, tree: SourceTree(files: named, notes: notes), names: names)
    }

    private func name(of path: String) -> String {
        let base = Self.isInside(path, folder) ? folder : common
        if base == "/" { return path }
        return path == base ? "." : String(path.dropFirst(base.count + 1))
    }

    private static func path(_ root: String, in folder: String) -> String {
        let full = root.hasPrefix("/") ? root : folder + "/" + root
        return URL(filePath: full).standardizedFileURL.path(percentEncoded: false).trimmed
    }

    /// Nobody works in `/`: what lies there is elsewhere.
    private static func isInside(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder + "/")
    }

    /// The folder a path is in; empty for one without.
    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}

extension String {
    /// A path without the slash at its end.
    fileprivate var trimmed: String { count > 1 && hasSuffix("/") ? String(dropLast()) : self }
}
