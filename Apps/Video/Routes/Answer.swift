import HTTPTypes
import Hummingbird
import Lockstep
import LockstepServer

/// How the routes answer.
enum Answer {
    /// A value as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        .json(try JSONText.encode(value), status: status)
    }

    /// The stage of a status, as the protocol writes it: `AWAITING_UPLOAD`.
    static func stage(_ status: String) -> String { status.uppercased() }
}
