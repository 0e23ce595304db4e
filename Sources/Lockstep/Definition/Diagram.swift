/// Pictures of a lifecycle as text for other programs to draw.
extension Definition {
    /// A Mermaid state diagram (`stateDiagram-v2`), as GitHub draws it.
    public func mermaid() -> String {
        var lines = ["stateDiagram-v2"]
        for rule in statuses {
            lines.append("    state \"\(Self.escape(caption(of: rule)))\" as \(identifier(rule.name))")
        }
        for status in initial { lines.append("    [*] --> \(identifier(status))") }
        for edge in drawnEdges {
            lines.append("    \(identifier(edge.from)) --> \(identifier(edge.to)) : \(label(of: edge))")
        }
        for rule in statuses where rule.kind.isEnd { lines.append("    \(identifier(rule.name)) --> [*]") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A Graphviz digraph: working statuses are boxes, queues and waits are round, ends have a double line.
    public func dot() -> String {
        var lines = ["digraph \(name) {", "    rankdir=LR; node [fontname=\"sans-serif\"];"]
        for rule in statuses {
            let shape =
                switch rule.kind {
                case .work: "box"
                case .queue, .wait: "ellipse"
                case .success, .failure, .closed: "doublecircle"
                case .retired: "plaintext"
                }
            let caption = Self.escape(caption(of: rule))
            lines.append("    \(identifier(rule.name)) [shape=\(shape), label=\"\(caption)\"];")
        }
        for status in initial {
            lines.append(
                "    start_\(identifier(status)) [shape=point]; "
                    + "start_\(identifier(status)) -> \(identifier(status));")
        }
        for edge in drawnEdges {
            let style =
                edge.causes.keys.allSatisfy { $0 == .failure || $0 == .cancellation } ? ", style=dashed" : ""
            lines.append(
                "    \(identifier(edge.from)) -> \(identifier(edge.to)) [label=\"\(label(of: edge))\"\(style)];"
            )
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    /// What a diagram shows of a retired status is its name alone: its moves are its successor's.
    private var drawnEdges: [Edge] {
        edges.filter { declaredRule(for: $0.from)?.kind != .retired || $0.causes[.renaming] != nil }
    }

    private func caption(of rule: StatusRule) -> String {
        switch rule.kind {
        case .queue, .work: "\(rule.name) (\(rule.kind.rawValue), \(rule.limit))"
        case .wait: "\(rule.name) (waits for \(rule.event ?? "an event"), \(rule.limit))"
        case .success, .failure, .closed: "\(rule.name) (kept \(rule.limit))"
        case .retired: "\(rule.name) (retired)"
        }
    }

    private func label(of edge: Edge) -> String {
        edge.causes.keys.map(\.rawValue).sorted().joined(separator: ", ")
    }

    /// Statuses are free text; diagram languages want plain identifiers, which must stay distinct.
    private func identifier(_ status: String) -> String {
        if Self.isPlainName(status) { return status }
        let index = names.firstIndex(of: status) ?? names.count
        return "s\(index)_" + status.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
    }

    private static func escape(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\"", with: "'")
    }
}
