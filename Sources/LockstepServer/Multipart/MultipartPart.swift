/// One part of a form.
public struct MultipartPart: Hashable, Sendable {
    /// The field's name.
    public let name: String
    /// The file's name as the sender gave it, for display alone: without folders and control characters, at
    /// most 255 characters. `nil` for a field that is no file. Never use it as a path.
    public let filename: String?
    /// The type as the sender gave it; it proves nothing.
    public let contentType: String?
    /// Where the file is; `nil` for a field that is no file. Whoever read the form moves it or removes it.
    public let path: String?
    /// The text of a field that is no file.
    public let value: String?
    /// Its size in bytes.
    public let size: Int
    /// SHA-256 of its bytes in lower-case hexadecimal.
    public let sha256: String
}
