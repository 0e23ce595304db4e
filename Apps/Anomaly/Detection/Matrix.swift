/// Rows of `Float` in one block of memory, each row padded with zeros to a multiple of eight.
///
/// The padding lets every kernel work on whole SIMD vectors. A matrix owns its memory and is used by one
/// thread at a time.
final class Matrix {
    /// Floats in one SIMD vector of the kernels; every row length is a multiple of it.
    static let lane = 8

    let rowCount: Int
    /// Columns that carry values.
    let columnCount: Int
    /// Floats from one row to the next: `columnCount` rounded up to a multiple of `lane`.
    let stride: Int
    let base: UnsafeMutablePointer<Float>

    /// The number of floats that the matrix holds, padding included.
    var floatCount: Int { rowCount * stride }

    init(rows: Int, columns: Int) {
        rowCount = rows
        columnCount = columns
        stride = Matrix.padded(columns)
        base = .allocate(capacity: max(1, rows * stride))
        base.initialize(repeating: 0, count: max(1, rows * stride))
    }

    deinit {
        base.deallocate()
    }

    func row(_ index: Int) -> UnsafeMutablePointer<Float> {
        base + index * stride
    }

    static func padded(_ count: Int) -> Int {
        (count + lane - 1) / lane * lane
    }
}
