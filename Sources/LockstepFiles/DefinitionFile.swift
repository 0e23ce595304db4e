import Lockstep
import Yams

/// Reads lifecycles from files that people write.
///
/// The YAML form says what the Swift declaration says, status by status, and as shortly:
///
/// ```yaml
/// lifecycle: export
/// initial: queued
/// failure: failed
/// statuses:
///   queued: {queues_for: rendering, within: 1h}
///   rendering: {works: 5m, attempts: 3, moves_to: done}
///   done: {succeeds: 30d}
///   failed: {fails: 30d, reopens_to: queued}
/// ```
///
/// A file holds one lifecycle, a list of them, or several documents. Unknown keys are refused. JSON is YAML, so
/// the same form may be written as JSON too. docs/serve.md lists every key.
public enum DefinitionFile {
    /// A definition with its place.
    public struct Found: Sendable, Hashable {
        /// The definition; nobody has audited it.
        public let definition: Definition
        /// The file.
        public let file: String
        /// The line in which it begins, counted from 1.
        public let line: Int?
        /// The columns of existing tables that have these statuses; empty for a lifecycle whose jobs Lockstep keeps.
        public let guards: [GuardedName]
        /// The line of each status.
        public let statusLines: [String: Int]
    }

    /// The longest file that is read, in bytes.
    public static let longest = 1 << 20

    /// Reads every lifecycle of a YAML text.
    /// - Parameter file: what the text is called in faults.
    /// - Throws: ``FileFault`` for the first fault.
    public static func read(yaml text: String, named file: String) throws(FileFault) -> [Found] {
        guard text.utf8.count <= longest else {
            throw FileFault(
                file: file, line: nil,
                "the file has \(text.utf8.count) bytes; a definition file has at most \(longest)")
        }
        var found: [Found] = []
        for root in try roots(of: text, named: file) {
            let value = YAMLValue(node: root, file: file)
            if case .sequence(let items) = root {
                for item in items { found.append(try LifecycleForm.read(YAMLValue(node: item, file: file))) }
            } else {
                found.append(try LifecycleForm.read(value))
            }
        }
        guard !found.isEmpty else {
            throw FileFault(
                file: file, line: nil, "there is no lifecycle in it; begin with 'lifecycle: a_name'")
        }
        return found
    }

    static func roots(of text: String, named file: String) throws(FileFault) -> [Node] {
        do {
            // The encoding is said, so that no variable of the environment decides it.
            let parser = try Parser(yaml: text, encoding: .utf8)
            var roots: [Node] = []
            while let root = try parser.nextRoot() { roots.append(root) }
            return roots
        } catch let error as YamlError {
            throw fault(error, named: file)
        } catch {
            throw FileFault(file: file, line: nil, "it cannot be read as YAML: \(error)")
        }
    }

    private static func fault(_ error: YamlError, named file: String) -> FileFault {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            FileFault(file: file, line: mark.line, "this is no YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            FileFault(
                file: file, line: context.mark.line,
                "\(Words.list(keys.sorted())) is said twice in what begins here; keep one of the two")
        case .reader(let problem, _, _, _):
            FileFault(file: file, line: nil, "this is no text in UTF-8: \(problem)")
        default: FileFault(file: file, line: nil, "it cannot be read as YAML: \(error)")
        }
    }
}
