import Lockstep
import Synchronization

/// The text of the document, made anew only when other lifecycles are installed: everybody may ask for it.
final class DocumentText: Sendable {
    private let routes: [APIRoute]
    private let last = Mutex<(definitions: [Definition], text: String)?>(nil)

    init(routes: [APIRoute]) { self.routes = routes }

    /// The text for these lifecycles.
    func text(_ definitions: [Definition]) throws -> String {
        if let last = last.withLock({ $0 }), last.definitions == definitions { return last.text }
        let text = try OpenAPIDocument(routes: routes, definitions: definitions).json.encoded()
        last.withLock { $0 = (definitions, text) }
        return text
    }
}
