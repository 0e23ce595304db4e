import Foundation

/// The source files of a folder: what a person wrote and a program is made of.
///
/// Left out are what git ignores, what is vendored, generated or minified, and what is too large to have been
/// written by hand. Links are not followed.
public struct SourceTree: Sendable {
    /// Bounds, so that reading any folder ends.
    public struct Limits: Sendable, Hashable {
        /// The most files; the rest is left out and said so. 60,000.
        public var files = 60_000
        /// The largest file, in bytes. 1 MiB; a schema of SQL may have eight times as much.
        public var fileSize = 1 << 20
        /// The most bytes in all. 600 MiB.
        public var bytes = 600 << 20
        /// The deepest folder. 40.
        public var depth = 40

        /// Makes the default bounds.
        public init() {}
    }

    /// A folder that could not be read.
    public struct Unreadable: Error, Sendable, Hashable, CustomStringConvertible {
        /// One sentence.
        public let description: String
    }

    /// The files, by path.
    public let files: [SourceFile]
    /// Files that were left out and why, one sentence each: those that could not be read or are beyond a bound.
    public let notes: [String]

    /// Makes a tree of given files.
    /// - Parameter notes: what was left out of it, one sentence each.
    public init(files: [SourceFile], notes: [String] = []) {
        self.files = files.sorted { $0.path < $1.path }
        self.notes = notes
    }

    /// Reads a folder, or a single file.
    /// - Throws: ``Unreadable`` if there is no such folder or it cannot be listed.
    public init(reading root: String, limits: Limits = Limits()) throws {
        var walk = TreeWalk(root: root, limits: limits)
        try walk.run()
        files = walk.files.sorted { $0.path < $1.path }
        notes = walk.notes
    }
}

/// One walk through a folder.
private struct TreeWalk {
    let root: String
    let limits: SourceTree.Limits
    var files: [SourceFile] = []
    var notes: [String] = []
    private var bytes = 0

    init(root: String, limits: SourceTree.Limits) {
        self.root = root.count > 1 && root.hasSuffix("/") ? String(root.dropLast()) : root
        self.limits = limits
    }

    private static let vendored: Set<String> = [
        ".git", ".hg", ".svn", "node_modules", "vendor", "third_party", "thirdparty", "bower_components",
        ".build",
        ".venv", "venv", "site-packages", "__pycache__", "Pods", "Carthage", ".next", ".nuxt", ".output",
        ".svelte-kit", ".turbo", ".yarn", ".pnpm-store", ".gradle", ".idea", ".tox", ".mypy_cache", ".cache",
        "DerivedData", ".terraform", "coverage", "htmlcov", "dist", ".dart_tool", "jspm_packages",
    ]

    mutating func run() throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder) else {
            throw SourceTree.Unreadable(
                description: "There is no file or folder ‘\(root)’ to read sources from.")
        }
        guard isFolder.boolValue else {
            addFile(root, as: (root as NSString).lastPathComponent)
            return
        }
        // A stack of its own instead of calls: the depth of a folder is not ours to trust.
        var folders: [(path: String, rules: [IgnoreRules], depth: Int)] = [("", [], 0)]
        while let (path, inherited, depth) = folders.popLast() {
            let full = path.isEmpty ? root : root + "/" + path
            let names: [String]
            do {
                names = try FileManager.default.contentsOfDirectory(atPath: full).sorted()
            } catch {
                if path.isEmpty {
                    throw SourceTree.Unreadable(
                        description: "The folder ‘\(root)’ cannot be listed: \(error).")
                }
                notes.append("The folder ‘\(path)’ cannot be listed and was left out.")
                continue
            }
            var rules = inherited
            if names.contains(".gitignore"),
                let data = FileManager.default.contents(atPath: full + "/.gitignore"),
                data.count < 1 << 20
            {
                rules.append(IgnoreRules(String(decoding: data, as: UTF8.self), folder: path))
            }
            for name in names {
                let inner = path.isEmpty ? name : path + "/" + name
                guard let kind = Self.kind(root + "/" + inner) else { continue }
                if rules.contains(where: { $0.ignores(inner, isFolder: kind == .typeDirectory) })
                    && !(rules.last?.keeps(inner, isFolder: kind == .typeDirectory) ?? false)
                {
                    continue
                }
                if kind == .typeDirectory {
                    if Self.vendored.contains(name) { continue }
                    if depth >= limits.depth {
                        notes.append(
                            "The folder ‘\(inner)’ lies deeper than \(limits.depth) folders and was left out."
                        )
                    } else {
                        folders.append((inner, rules, depth + 1))
                    }
                } else if kind == .typeRegular {
                    guard files.count < limits.files, bytes < limits.bytes else {
                        notes.append(
                            "There are more files than are read at once; from ‘\(inner)’ on they were left out."
                        )
                        return
                    }
                    addFile(root + "/" + inner, as: inner)
                }
            }
        }
    }

    private static func kind(_ path: String) -> FileAttributeType? {
        // Attributes of the link itself, not of what it leads to.
        (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
    }

    private mutating func addFile(_ path: String, as name: String) {
        guard let language = SourceLanguage(fileName: name), !name.hasSuffix(".min.js"),
            !name.hasSuffix(".d.ts")
        else { return }
        let largest = language == .sql ? limits.fileSize * 8 : limits.fileSize
        guard let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int else {
            notes.append("The file ‘\(name)’ cannot be read and was left out.")
            return
        }
        guard size <= largest else {
            if language != .json {
                notes.append(
                    "The file ‘\(name)’ has \(size) bytes, more than the \(largest) that are read, and was left out."
                )
            }
            return
        }
        guard let data = FileManager.default.contents(atPath: path) else {
            notes.append("The file ‘\(name)’ cannot be read and was left out.")
            return
        }
        let bytes = [UInt8](data)
        if Self.isGenerated(bytes, language: language) { return }
        if let file = SourceFile(path: name, bytes: bytes) {
            files.append(file)
            self.bytes += bytes.count
        }
    }

    /// Whether the head of a file says that a program wrote it, or its lines are longer than a person's.
    private static func isGenerated(_ bytes: [UInt8], language: SourceLanguage) -> Bool {
        if [.sql, .json, .prisma, .changelog].contains(language) { return false }
        let head = String(decoding: bytes.prefix(1_200), as: UTF8.self)
        if head.contains("DO NOT EDIT") || head.contains("@generated") || head.contains("Code generated") {
            return true
        }
        guard bytes.count > 20_000 else { return false }
        let lines = bytes.lazy.filter { $0 == .newline }.count
        return bytes.count / (lines + 1) > 400
    }
}
