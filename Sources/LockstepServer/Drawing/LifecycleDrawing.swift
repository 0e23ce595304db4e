import Lockstep

/// A lifecycle as a picture: SVG (Scalable Vector Graphics 2) with a box for every status, a line for every move,
/// and the numbers of jobs on the statuses.
///
/// The happy path runs straight along the top with strong lines. What goes wrong runs along dashed rails below;
/// what leads back bends back. Kinds of statuses differ by the picture in the box and by its shape, not by colour
/// alone. No text leaves its box, no line crosses a box, and no two lines lie on each other.
///
/// The layout depends on the definition alone, so it is made once for each.
public struct LifecycleDrawing: Sendable {
    /// The definition.
    public let definition: Definition
    /// The jobs in each status; statuses that are missing have no badge.
    public var counts: [StatusCount]
    /// Where the status with this name leads when it is clicked; `nil` leads nowhere.
    public var link: (@Sendable (String) -> String?)?
    /// The status that is marked as the present one.
    public var current: String?
    /// The pauses that are marked, by status; a pause of the whole lifecycle is not drawn.
    public var paused: Set<String> = []
    /// What is counted, for those who hear the picture.
    public var counted = Counted.jobs
    /// What ids in the picture end with: different ones where a page draws a lifecycle twice.
    public var id = ""

    /// What the numbers on the statuses count.
    public enum Counted: Sendable {
        /// Jobs of Lockstep's; those that are marked are parked.
        case jobs
        /// Rows of another table; those that are marked are stuck.
        case rows
    }

    /// Makes a drawing.
    public init(_ definition: Definition, counts: [StatusCount] = []) {
        self.definition = definition
        self.counts = counts
    }

    /// The picture as SVG text.
    /// - Parameter standalone: whether it brings its style sheet along, as a file of its own needs it; inside a
    ///   page, ``css`` belongs into the page's style sheet.
    public func svg(standalone: Bool = true) -> String {
        SVGDrawing(self, scene: SceneCache.shared.scene(of: definition)).text(standalone: standalone)
    }

    /// How wide it is in pixels where it is not scaled.
    public var width: Double { SceneCache.shared.scene(of: definition).width }

    /// The style sheet of all drawings: colours by custom properties, for light and for dark.
    public static let css = DrawingStyle.css
}
