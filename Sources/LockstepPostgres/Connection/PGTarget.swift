import CPostgres
import LockstepSQL

/// What a connection string says about where it leads.
struct PGTarget {
    /// One of the hosts that may be tried.
    struct Host: Hashable {
        var name: String
        var address: String
        var port: String

        /// Whether an attempt is at this host at the moment.
        func isTried(by handle: OpaquePointer) -> Bool {
            let tried = PQhost(handle).map { String(cString: $0) } ?? ""
            let at = PQport(handle).map { String(cString: $0) } ?? ""
            return (tried == name || tried == address) && (port.isEmpty || port == at)
        }
    }

    /// The hosts, in the string's order; empty when it leaves them to the environment.
    let hosts: [Host]
    /// Hosts, ports and database for people: never the password.
    let place: String

    /// Reads a connection string.
    /// - Throws: ``SQLError`` of kind `statement` when it is none.
    init(_ connection: String) throws {
        var words: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(connection, &words) else {
            defer { PQfreemem(words) }
            // libpq's words repeat parts of the string.
            let mayTell = !connection.contains("@") && !connection.lowercased().contains("password")
            let why = mayTell ? ": " + PGFault.line(words) : ""
            throw SQLError(
                kind: .statement,
                message: "the connection string is none of PostgreSQL's\(why); write for example "
                    + "postgresql://user@host:5432/database")
        }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        func list(_ keyword: String) -> [String] {
            (values[keyword] ?? "").split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
        let count = max(names.count, addresses.count)
        let isSaid = values["host"] != nil || values["hostaddr"] != nil
        hosts =
            isSaid
            ? (0..<count).map { index in
                Host(
                    name: names.indices.contains(index) ? names[index] : "",
                    address: addresses.indices.contains(index) ? addresses[index] : "",
                    port: ports.count == 1 ? ports[0] : ports.indices.contains(index) ? ports[index] : "")
            } : []
        let places = hosts.map { host in
            let name = host.name.isEmpty ? host.address : host.name
            return (name.isEmpty ? "the local server" : name) + (host.port.isEmpty ? "" : ":" + host.port)
        }
        let all = places.isEmpty ? "the default server" : places.joined(separator: ",")
        place = all + (values["dbname"].map { "/" + $0 } ?? "")
    }
}
