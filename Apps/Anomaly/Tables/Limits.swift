/// What a file may demand at most; checked while it is read, so that memory stays bounded.
public struct Limits: Sendable, Equatable {
    /// The most bytes of the file itself.
    public var fileBytes = 4 << 30
    /// The most rows below the header.
    public var rows = 2_000_000
    /// The most columns.
    public var columns = 1_000
    /// The most cells: rows times columns.
    public var cells = 400_000_000
    /// The most cells that are kept in memory; those of a larger table are kept in a file meanwhile.
    public var cellsInMemory = 4_000_000
    /// The rows whose cells are kept, and read back, together; positive. Each column takes eight bytes of memory
    /// for each of them while it is read.
    public var blockLength = 4096
    /// The most bytes of one cell, in UTF-8.
    public var cellBytes = 131_072
    /// The most bytes of cell texts that are kept to be shown; further ones read "…".
    public var keptTextBytes = 48 << 20
    /// The most entries of a workbook's archive.
    public var archiveEntries = 10_000
    /// The most bytes that a workbook may unpack to.
    public var uncompressedBytes = 8 << 30
    /// The most bytes that one packed byte may become, on average over an entry.
    public var compressionRatio = 200
    /// The length up to which an entry's compression ratio does not matter.
    public var freelyCompressedBytes = 16 << 20
    /// The most bytes of a workbook's shared texts.
    public var sharedTextBytes = 96 << 20

    /// The defaults, under which a table of 1,000,000 × 200 can be read.
    public init() {}
}
