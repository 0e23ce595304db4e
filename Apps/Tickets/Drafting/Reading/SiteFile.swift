import Foundation
import Lockstep

/// A file of a site's export, as it was uploaded.
public struct SiteFile: Hashable, Sendable {
    /// Its name, which says the format: `.csv` or `.json`.
    public let name: String
    /// What is in it.
    public let data: Data

    /// Makes a file.
    public init(name: String, data: Data) {
        self.name = name
        self.data = data
    }
}

/// How large an export may be.
public struct SiteLimits: Hashable, Sendable {
    /// The most files.
    public var files: Int
    /// The most bytes of one file.
    public var bytes: Int
    /// The most types of content, and the most views, menus and integrations: so many of each.
    public var things: Int
    /// The most fields of a type, and the most items of a menu.
    public var parts: Int
    /// The most Unicode scalars of a text; longer ones are refused, not cut.
    public var text: Int

    /// Makes limits.
    public init(files: Int, bytes: Int, things: Int, parts: Int, text: Int) {
        self.files = files
        self.bytes = bytes
        self.things = things
        self.parts = parts
        self.text = text
    }

    /// What a session takes.
    public static let standard = SiteLimits(files: 20, bytes: 5_000_000, things: 500, parts: 300, text: 2_000)
}

/// Why an export cannot be used: one sentence for the person who uploaded it.
public struct SiteFault: FailureConvertible, Hashable, CustomStringConvertible {
    /// The sentence.
    public let message: String
    /// The sentence.
    public var description: String { message }
    /// The same for the person who can fix it.
    public var failure: Failure { .userFixable(message, code: "bad_export") }

    /// Makes a fault in a file.
    /// - Parameter place: where in it, such as `line 3 of fields.csv`.
    init(_ problem: String, place: String) { message = "In \(place), \(problem)." }

    /// Makes a fault of the export as a whole.
    init(_ message: String) { self.message = message }
}
