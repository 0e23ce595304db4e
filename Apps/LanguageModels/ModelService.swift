import Foundation
import Lockstep

/// Which model is asked, and where.
public struct ModelService: Sendable {
    /// Where the service is; a path below the host is kept, and a final `/v1` is not doubled.
    public let baseURL: String
    /// The model's name.
    public var model: String
    /// The key; `nil` for a service that wants none, such as one on this machine.
    public var key: APIKey?
    /// How long one request may take, its answer included.
    public var timeout: Duration

    /// Makes the settings.
    /// - Throws: a ``Lockstep/Failure`` for an administrator when the address is no HTTP address or there is
    ///   no model.
    public init(
        baseURL: String, model: String, key: APIKey?, timeout: Duration = .seconds(60)
    ) throws {
        let trimmed = baseURL.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let url = URL(string: trimmed), let scheme = url.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = url.host(), !host.isEmpty, url.query() == nil,
            url.fragment() == nil, url.user() == nil
        else {
            throw Failure.adminRequired(
                "The model service's address must be an http or https address without user, query and fragment, "
                    + "such as https://api.example.com.", code: "bad_model_address")
        }
        guard !model.isEmpty else {
            throw Failure.adminRequired(
                "The model's name is empty; set LOCKSTEP_LLM_MODEL.", code: "no_model")
        }
        var base = trimmed[...]
        while base.hasSuffix("/") { base.removeLast() }
        if base.hasSuffix("/v1") { base.removeLast(3) }
        self.baseURL = String(base)
        self.model = model
        self.key = key
        self.timeout = timeout
    }
}
