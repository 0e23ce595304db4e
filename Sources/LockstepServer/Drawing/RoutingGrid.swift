/// The lines along which a drawing's moves may run: through the gaps between columns and rows, and to the sides
/// of the boxes. Where the lines lie on the paper is decided afterwards, when it is known which of them are used.
struct RoutingGrid {
    /// One direction's lines, in order.
    struct Axis {
        /// What a line is there for.
        enum Line: Hashable {
            /// In the gap before the cell with this number; the last gap is behind the last cell.
            case gap(Int)
            /// A side of the boxes in this cell. Nothing runs along it.
            case side(Int)
            /// Through this cell and the boxes in it.
            case port(Int)
        }

        let lines: [Line]
        /// Where the lines lie for now, to judge the lengths of ways.
        let rough: [Int]
        /// For each cell, its first side's number.
        let near: [Int]
        let ports: Int

        /// - Parameters:
        ///   - sizes: the cells' lengths.
        ///   - tracks: how many lines a gap has.
        ///   - ports: how many lines run through a cell; an odd number.
        init(sizes: [Int], tracks: Int, ports: Int) {
            var lines: [Line] = []
            var rough: [Int] = []
            var near: [Int] = []
            var place = 0
            for (cell, size) in sizes.enumerated() {
                for _ in 0..<tracks {
                    place += 8
                    lines.append(.gap(cell))
                    rough.append(place)
                }
                place += 14
                near.append(lines.count)
                lines.append(.side(cell))
                rough.append(place)
                for port in 1...ports {
                    lines.append(.port(cell))
                    rough.append(place + size * port / (ports + 1))
                }
                place += size
                lines.append(.side(cell))
                rough.append(place)
                place += 14
            }
            for _ in 0..<tracks {
                place += 8
                lines.append(.gap(sizes.count))
                rough.append(place)
            }
            self.lines = lines
            self.rough = rough
            self.near = near
            self.ports = ports
        }

        func far(_ cell: Int) -> Int { near[cell] + ports + 1 }
        func portLines(_ cell: Int) -> Range<Int> { near[cell] + 1..<far(cell) }
        func isSide(_ line: Int) -> Bool { if case .side = lines[line] { true } else { false } }
    }

    /// A crossing of two lines.
    struct Point: Hashable {
        var column: Int
        var row: Int
    }

    let x: Axis
    let y: Axis

    var count: Int { x.lines.count * y.lines.count }
    func vertex(_ point: Point) -> Int { point.row * x.lines.count + point.column }
    func point(_ vertex: Int) -> Point {
        Point(column: vertex % x.lines.count, row: vertex / x.lines.count)
    }

    /// The four ways on from a point.
    enum Heading: Int, CaseIterable {
        case right, down, left, up
        var isHorizontal: Bool { self == .right || self == .left }
        var opposite: Heading {
            switch self {
            case .right: .left
            case .down: .up
            case .left: .right
            case .up: .down
            }
        }
    }

    static let headings = Heading.allCases

    /// Where a line may leave the box in a cell, and in which direction.
    func exits(of cell: DrawnGraph.Cell) -> [(point: Point, heading: Heading, isMiddle: Bool)] {
        let columns = x.portLines(cell.column)
        let rows = y.portLines(cell.row)
        let top = y.near[cell.row], bottom = y.far(cell.row)
        let left = x.near[cell.column], right = x.far(cell.column)
        let across = columns.flatMap { column in
            let isMiddle = column == columns.lowerBound + columns.count / 2
            return [
                (Point(column: column, row: top), Heading.up, isMiddle),
                (Point(column: column, row: bottom), Heading.down, isMiddle),
            ]
        }
        return across
            + rows.flatMap { row in
                let isMiddle = row == rows.lowerBound + rows.count / 2
                return [
                    (Point(column: left, row: row), Heading.left, isMiddle),
                    (Point(column: right, row: row), Heading.right, isMiddle),
                ]
            }
    }
}
