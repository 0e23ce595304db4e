/// What tells that a type is made for showing or for another program's side of a call: it holds more or other values
/// than the column it is named after – "all of them", what is on its way, several statuses as one.
enum InterfaceWords {
    private static let words: Set<String> = [
        "filter", "display", "grouped", "tab", "view", "ui", "badge", "color", "colour", "icon", "label",
        "variant", "sort", "sorted", "picture", "animation", "tone", "style", "theme", "option", "button",
        "form", "page", "mock", "demo", "derived", "effective", "computed", "virtual", "aggregate", "overall",
        "summary", "log",
    ]

    private static let folders: Set<String> = [
        "ui", "frontend", "client", "clients", "sdk", "sdks", "components", "component", "animations",
        "views",
        "widgets", "pages", "screens", "hooks", "dashboard", "mobile", "ios", "android", "renderer",
        "desktop",
        "extension", "extensions", "website", "marketing", "landing", "cli", "integrations", "connectors",
        "providers", "adapters", "third-party", "external",
    ]

    /// Services that many programs talk to: what is named after them follows their statuses.
    private static let services: Set<String> = [
        "stripe", "paypal", "slack", "github", "gitlab", "bitbucket", "linear", "jira", "shopify", "hubspot",
        "salesforce", "twilio", "sendgrid", "mailgun", "aws", "gcp", "azure", "google", "openai", "anthropic",
        "plaid", "adyen", "braintree", "razorpay", "quickbooks", "xero", "zoom", "notion", "discord",
        "telegram",
        "webhook", "external", "remote", "upstream", "thirdparty",
    ]

    /// Whether its name, or the name of its file, says so.
    static func areIn(_ vocabulary: Vocabulary) -> Bool {
        let file = vocabulary.place.file.split(separator: "/").last.map(String.init) ?? ""
        let named =
            NameWords(vocabulary.name).words + vocabulary.owners.suffix(1).flatMap { NameWords($0).words }
            + NameWords(String(file.prefix { $0 != "." })).words
            + file.split(separator: ".").dropFirst().dropLast().map { NameWords.singular($0.lowercased()) }
        return !words.isDisjoint(with: named) || !services.isDisjoint(with: named) || file.hasPrefix("api.")
    }

    /// Whether a file belongs to an interface, a client, or the tie to another service.
    static func isInterface(_ path: String) -> Bool {
        let parts = path.lowercased().split(separator: "/").map(String.init)
        if parts.dropLast().contains(where: { folders.contains($0) || services.contains($0) }) { return true }
        return [".tsx", ".jsx", ".vue", ".svelte"].contains { path.hasSuffix($0) }
    }
}
