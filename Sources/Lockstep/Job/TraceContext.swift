/// Where a job belongs in a distributed trace, as W3C Trace Context has it
/// (https://www.w3.org/TR/trace-context/, `traceparent` and `tracestate`).
///
/// A job keeps the context of the request that started it, and hands it on to whoever works on it, so that a trace
/// does not end where a queue begins. What is malformed counts as not sent, as the specification wants it.
public struct TraceContext: Hashable, Sendable {
    /// The trace: 32 lower-case hexadecimal digits, not all zero.
    public let traceID: String
    /// The span that started the job: 16 lower-case hexadecimal digits, not all zero.
    public let parentID: String
    /// The flags that are defined: 1 for sampled, 2 for a random trace id.
    public let flags: UInt8
    /// What tracing systems add for themselves: `tracestate`, at most ``longestState`` characters.
    public let state: String?

    /// The longest `tracestate` that is kept, in characters: what the specification wants carried at least.
    public static let longestState = 512
    /// The most entries of a `tracestate`.
    static let mostEntries = 32

    /// Reads a context from the values of its two headers.
    /// - Parameters:
    ///   - traceparent: the values of the header of that name: exactly one.
    ///   - tracestate: the values of the header of that name, in order. One that is malformed is dropped alone.
    /// - Returns: `nil` when nothing was sent, or something malformed.
    public init?(traceparent: [String], tracestate: [String] = []) {
        guard traceparent.count == 1 else { return nil }
        self.init(traceparent: traceparent[0], tracestate: tracestate.joined(separator: ","))
    }

    /// Reads a context; see ``init(traceparent:tracestate:)-([String],[String])``.
    public init?(traceparent: String, tracestate: String? = nil) {
        let bytes = Array(traceparent.utf8)
        let dash = UInt8(ascii: "-")
        guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.hex(bytes[0..<2]), version != 0xff,
            // A later version may say more behind another dash; what is known of it stands where it did.
            version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == dash,
            Self.isID(bytes[3..<35]), Self.isID(bytes[36..<52]), let flags = Self.hex(bytes[53..<55])
        else { return nil }
        traceID = String(decoding: bytes[3..<35], as: UTF8.self)
        parentID = String(decoding: bytes[36..<52], as: UTF8.self)
        self.flags = flags & (version == 0 ? 3 : 1)
        state = tracestate.flatMap(Self.state)
    }

    /// The header `traceparent`, in version 00.
    public var traceparent: String { "00-\(traceID)-\(parentID)-0\(flags)" }

    /// The headers that hand the context on.
    public var headers: [(name: String, value: String)] {
        [("traceparent", traceparent)] + (state.map { [("tracestate", $0)] } ?? [])
    }

    // MARK: Reading

    private static func hex(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        guard bytes.allSatisfy(isHex) else { return nil }
        return UInt8(String(decoding: bytes, as: UTF8.self), radix: 16)
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (97...102).contains(byte)
    }

    private static func isID(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.allSatisfy(isHex) && bytes.contains { $0 != UInt8(ascii: "0") }
    }

    /// The entries as they are carried on: at most so many, each key once; long ones go first when all of them are
    /// too long together, then the last ones (section 3.3.1.5).
    private static func state(_ text: String) -> String? {
        let blanks: Set<Character> = [" ", "\t"]
        var entries: [String] = []
        for part in text.split(separator: ",") {
            let entry = String(
                part.drop(while: blanks.contains).reversed().drop(while: blanks.contains).reversed())
            if !entry.isEmpty { entries.append(entry) }
        }
        var keys: Set<Substring> = []
        guard !entries.isEmpty, entries.count <= mostEntries,
            entries.allSatisfy({ entry in key(of: entry).map { keys.insert($0).inserted } ?? false })
        else { return nil }
        func length() -> Int { entries.reduce(entries.count - 1) { $0 + $1.utf8.count } }
        if length() > longestState { entries.removeAll { $0.utf8.count > 128 } }
        while length() > longestState { entries.removeLast() }
        return entries.isEmpty ? nil : entries.joined(separator: ",")
    }

    /// The key of a well-formed entry `key=value` (section 3.3.1.3).
    private static func key(of entry: String) -> Substring? {
        guard let equals = entry.firstIndex(of: "=") else { return nil }
        let (key, value) = (entry[..<equals], entry[entry.index(after: equals)...])
        let keyIsFine = key.utf8.allSatisfy { byte in
            (97...122).contains(byte) || (48...57).contains(byte) || "_-*/@".utf8.contains(byte)
        }
        let valueIsFine = value.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "=") }
        guard keyIsFine, valueIsFine, (1...256).contains(key.utf8.count),
            (1...256).contains(value.utf8.count),
            key.utf8.first.map({ (97...122).contains($0) || (48...57).contains($0) }) ?? false
        else { return nil }
        return key
    }
}

// MARK: In a job's metadata

extension TraceContext {
    /// The member of a job's metadata in which its context is kept: `{"traceparent": …, "tracestate": …}`.
    public static let metadataKey = "lockstep_trace"

    /// Reads the context from a job's metadata, JSON text; `nil` when there is none, or none that can be read.
    init?(metadata: String) {
        // Most jobs have none, and looking for the name costs less than reading JSON.
        guard metadata.contains(Self.metadataKey) else { return nil }
        let kept: JSONValue?
        do { kept = try JSONValue(parsing: metadata)[Self.metadataKey] } catch { return nil }
        guard let traceparent = kept?["traceparent"]?.text else { return nil }
        self.init(traceparent: traceparent, tracestate: kept?["tracestate"]?.text)
    }

    /// A job's metadata with this context in it.
    /// - Throws: ``Refusal`` for metadata that is no JSON object.
    func written(into metadata: String) throws(Refusal) -> String {
        let kept = JSONValue.object(
            Dictionary(uniqueKeysWithValues: headers.map { ($0.name, JSONValue.string($0.value)) }))
        guard case .object(var members) = try JSONValue.object(parsing: metadata) else { return metadata }
        members[Self.metadataKey] = kept
        return try JSONValue.object(members).compactText()
    }
}

extension JobRecord {
    /// The trace in which the job was started, when that was said.
    public var trace: TraceContext? { TraceContext(metadata: metadata) }
}
