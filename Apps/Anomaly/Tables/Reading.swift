/// What reading a table needs besides its file.
struct Reading {
    /// What the file may demand at most.
    let limits: Limits
    /// The folder that the cells of a large table are kept in.
    let scratch: String
    /// Asked now and then; once it says yes, reading stops with `CancellationError`.
    let isCancelled: () -> Bool
}
