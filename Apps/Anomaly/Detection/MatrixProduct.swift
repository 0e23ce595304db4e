/// The vector that the kernels work on.
typealias Lanes = SIMD8<Float>

extension UnsafeMutablePointer where Pointee == Float {
    /// Reads eight floats.
    @inline(__always)
    func lanes(at offset: Int) -> Lanes {
        UnsafeRawPointer(self + offset).loadUnaligned(as: Lanes.self)
    }

    /// Writes eight floats.
    @inline(__always)
    func store(_ value: Lanes, at offset: Int) {
        UnsafeMutableRawPointer(self + offset).storeBytes(of: value, as: Lanes.self)
    }
}

/// A matrix read with any strides, so that one kernel serves both a matrix and its transpose.
struct StridedMatrix {
    let base: UnsafeMutablePointer<Float>
    let rowStride: Int
    let columnStride: Int
}

/// The matrix product `c = a · b`, with `a` of rows × depth, `b` of depth × columns.
///
/// `columns` must be a multiple of `Matrix.lane`. Four rows by eight columns are summed in registers while
/// the depth is walked once, the usual register blocking (Goto and van de Geijn, "Anatomy of
/// high-performance matrix multiplication", ACM TOMS 2008); matrices here are small enough for the cache
/// that no further blocking pays.
func multiply(
    _ a: StridedMatrix, _ b: UnsafeMutablePointer<Float>, bStride: Int, into c: UnsafeMutablePointer<Float>,
    cStride: Int, rows: Int, columns: Int, depth: Int
) {
    var row = 0
    while row + 4 <= rows {
        let start = a.base + row * a.rowStride
        var column = 0
        while column < columns {
            multiplyBlock(
                start, a.rowStride, a.columnStride, b + column, bStride, c + row * cStride + column, cStride,
                depth)
            column += Matrix.lane
        }
        row += 4
    }
    while row < rows {
        let start = a.base + row * a.rowStride
        var column = 0
        while column < columns {
            var sum = Lanes(repeating: 0)
            for step in 0..<depth {
                sum += b.lanes(at: step * bStride + column) * start[step * a.columnStride]
            }
            c.store(sum, at: row * cStride + column)
            column += Matrix.lane
        }
        row += 1
    }
}

/// Sums a block of four rows by eight columns.
@inline(__always)
private func multiplyBlock(
    _ a: UnsafeMutablePointer<Float>, _ rowStride: Int, _ columnStride: Int, _ b: UnsafeMutablePointer<Float>,
    _ bStride: Int, _ c: UnsafeMutablePointer<Float>, _ cStride: Int, _ depth: Int
) {
    var first = Lanes(repeating: 0)
    var second = first
    var third = first
    var fourth = first
    var left = a
    var right = b
    for _ in 0..<depth {
        let values = right.lanes(at: 0)
        first += values * left[0]
        second += values * left[rowStride]
        third += values * left[2 * rowStride]
        fourth += values * left[3 * rowStride]
        left += columnStride
        right += bStride
    }
    c.store(first, at: 0)
    c.store(second, at: cStride)
    c.store(third, at: 2 * cStride)
    c.store(fourth, at: 3 * cStride)
}
