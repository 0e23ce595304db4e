import HTTPTypes
import Hummingbird
import Lockstep
import LockstepUploads

/// Takes what clients send to the addresses that a ``DiskStorage`` has signed. The signature is the permission: no token
/// is needed.
///
/// | answer | when |
/// |---|---|
/// | 201 | the object is there, on the disk |
/// | 400 `wrong_length`, `truncated` | another length than the announced one, or the body broke off |
/// | 403 `bad_signature`, `permit_expired` | the address is not as it was signed, or has ended |
/// | 405 | another method than PUT |
/// | 409 `already_there` | there is an object already |
/// | 411 `length_required` | the request does not say how long its body is |
/// | 415 `wrong_type` | another `Content-Type` than the announced one |
/// | 422 `wrong_checksum` | another SHA-256 than the announced one |
public struct DiskUploadRoute: Sendable {
    /// What stands among the open paths of a router for it; see ``BearerAuth``.
    public static let openPath = DiskStorage.path + "*"
    /// It is no part of the document: clients are given addresses whole.
    static let route = APIRoute(
        "sendUpload", .put, DiskStorage.path + "{key}", for: [], tag: "Uploads", "Takes an object.")

    private let storage: DiskStorage

    /// Makes the route of a storage.
    public init(_ storage: DiskStorage) { self.storage = storage }

    /// Adds the route to a router or a group without a prefix.
    public func add(to router: some RouterMethods<AppContext>) {
        router.put(RouterPath(Self.route.path)) { request, _ in
            let head = DiskStorage.Request(
                method: request.method.rawValue, path: request.uri.path, query: request.uri.query ?? "",
                length: request.headers[.contentLength].flatMap { Int64($0) },
                contentType: request.headers[.contentType])
            do {
                _ = try await storage.receive(head, body: request.body)
            } catch let refusal as UploadRefusal {
                throw Problem(refusal)
            }
            return Response(status: .created, headers: [.cacheControl: "no-store"])
        }
    }
}

extension Problem {
    /// The answer to what a client sent against its permit.
    init(_ refusal: UploadRefusal) {
        let status: HTTPResponse.Status =
            switch refusal.reason {
            case .wrongMethod: .methodNotAllowed
            case .badSignature, .expired: .forbidden
            case .lengthRequired: .lengthRequired
            case .wrongLength, .truncated: .badRequest
            case .wrongType: .unsupportedMediaType
            case .wrongChecksum: .unprocessableContent
            case .alreadyThere: .conflict
            }
        self.init(status, code: refusal.reason.rawValue, refusal.description)
    }
}
