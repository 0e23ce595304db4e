/// What a form may hold. A form beyond a limit is answered 413 (400 for headers), and its files are removed.
public struct MultipartLimits: Hashable, Sendable {
    /// Bytes of the whole body.
    public var total: Int
    /// Bytes of one file.
    public var file: Int
    /// Bytes of one field that is no file; fields are kept in memory.
    public var field: Int
    /// Parts, files and fields together.
    public var parts: Int
    /// Bytes of the headers of one part.
    public var headers: Int

    /// Makes limits.
    /// - Parameters:
    ///   - total: of the whole body; 256 MiB.
    ///   - file: of one file; 256 MiB.
    ///   - field: of one field; 64 KiB.
    ///   - parts: 20.
    ///   - headers: of one part; 16 KiB.
    public init(
        total: Int = 256 << 20, file: Int = 256 << 20, field: Int = 64 << 10, parts: Int = 20,
        headers: Int = 16 << 10
    ) {
        self.total = total
        self.file = file
        self.field = field
        self.parts = parts
        self.headers = headers
    }
}
