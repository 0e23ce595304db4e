/// Lists of texts in JavaScript and TypeScript, written out or by a constant's name.
struct ScriptValues {
    let index: SourceIndex
    let path: String

    /// `['a', Status.B]`, `STATUSES`, `Object.values(Status)`, `[...STATUSES, 'c']`, `STATUSES as [string, …]`; nil
    /// when a part of it is not known.
    func texts(_ value: CodeValue?) -> [String]? {
        switch value {
        case .list(let items):
            var texts: [String] = []
            for item in items {
                switch item {
                case .spread(let inner):
                    guard let more = self.texts(inner) else { return nil }
                    texts += more
                default:
                    guard let text = text(item) else { return nil }
                    texts.append(text)
                }
            }
            return texts
        case .name(let name, _): return constant(name)?.values
        case .dictionary(let entries):
            // TypeORM's and Drizzle's enums may be objects.
            let texts = entries.compactMap { text($0.value) }
            return texts.count == entries.count && !texts.isEmpty ? texts : nil
        case .call(let call):
            switch call.name {
            case "Object.values": return call[0].flatMap(texts)
            case "Object.keys": return call[0]?.path.flatMap { constant($0)?.names }
            case "Object.freeze", "Array.from": return call[0].flatMap(texts)
            default: return nil
            }
        default: return nil
        }
    }

    private func constant(_ path: String) -> CodeConstant? {
        let parts = path.split(separator: ".").map(String.init)
        guard let first = parts.first, let found = index.constant(first, from: self.path) else { return nil }
        return parts.count == 1 || parts.count == 2 && parts[1] == "options" || parts.last == "enumValues"
            ? found : nil
    }

    /// One text: a string, or `Status.New`.
    func text(_ value: CodeValue?) -> String? {
        if let plain = value?.plain { return plain }
        guard case .name(let name, _) = value else { return nil }
        return HoleFilling(index: index, path: path)(name)
    }
}
