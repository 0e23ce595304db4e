import Foundation
import Lockstep

/// The definition files and folders that a server was given.
struct DefinitionSet: Sendable {
    private let places: [String]

    /// - Parameter places: files, or folders whose definition files are meant, and not those of folders in them.
    init(_ places: [String]) { self.places = places }

    /// A file as it was when it was looked at: when it differs, the file is read again.
    struct Look: Hashable, Sendable {
        let path: String
        let size: Int
        let changedAt: Date
    }

    /// The files that there are now, by name.
    func files() throws -> [String] {
        try places.flatMap { place -> [String] in
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder) else {
                throw CommandError("there is no definition file or folder '\(place)'; name one that is there")
            }
            guard isFolder.boolValue else { return [place] }
            return try FileManager.default.contentsOfDirectory(atPath: place)
                .filter { name in
                    FoundDefinition.extensions.contains(URL(filePath: name).pathExtension.lowercased())
                        && !name.hasPrefix(".")
                }
                .sorted().map { place.hasSuffix("/") ? place + $0 : "\(place)/\($0)" }
        }
    }

    /// How the files look now.
    func look() throws -> [Look] {
        try files().map { path in
            let facts = try FileManager.default.attributesOfItem(atPath: path)
            return Look(
                path: path, size: facts[.size] as? Int ?? 0,
                changedAt: facts[.modificationDate] as? Date ?? .distantPast)
        }
    }

    /// Every lifecycle in the files, audited.
    /// - Throws: ``DefinitionFaults`` with all that is wrong with them.
    func read() throws -> [Definition] {
        var faults: [String] = []
        var definitions: [Definition] = []
        var places: [String: String] = [:]
        for file in try files() {
            for found in try FoundDefinition.read(file: file) {
                switch found.definition {
                case .failure(let error):
                    let place = error.description.hasPrefix(file) ? "" : "\(found.place): "
                    faults.append(place + error.description)
                case .success(let definition):
                    faults += found.faults.map { "\(found.place): lifecycle '\(definition.name)': \($0)" }
                    if let other = places[definition.name] {
                        faults.append(
                            "\(found.place): lifecycle '\(definition.name)' is declared in \(other) too; "
                                + "keep one of the two")
                    }
                    places[definition.name] = found.place
                    definitions.append(definition)
                }
            }
        }
        if definitions.isEmpty, faults.isEmpty {
            faults.append(
                "there is no lifecycle in \(Sentence.list(self.places)); write one into a .yaml file there")
        }
        guard faults.isEmpty else { throw DefinitionFaults(faults: faults) }
        return definitions
    }
}

/// What is wrong with definition files.
struct DefinitionFaults: Error, CustomStringConvertible {
    let faults: [String]
    var description: String { faults.joined(separator: "\n") }
}
