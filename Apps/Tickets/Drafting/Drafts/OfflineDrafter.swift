import TicketDocument

/// Drafts tickets by rules: the same ones from the same site, whoever asks and whenever.
public struct OfflineDrafter: TicketDrafter {
    /// Makes a drafter.
    public init() {}

    /// One ticket for each subject, in their order.
    public func drafts(for request: DraftRequest) async throws -> [TicketDraft] {
        let site = request.site
        let types = Dictionary(
            site.contentTypes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let views = Dictionary(site.views.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let menus = Dictionary(site.menus.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let others = Dictionary(
            site.integrations.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return request.subjects.compactMap { subject in
            let draft: Draft? =
                switch subject.kind {
                case .contentType: types[subject.name].map { Draft(type: $0, in: site) }
                case .view: views[subject.name].map { Draft(view: $0, type: types[$0.contentType]) }
                case .menu: menus[subject.name].map(Draft.init(menu:))
                case .integration:
                    others[subject.name].map { Draft(integration: $0, type: types[$0.contentType]) }
                }
            return draft?.ticket(subject, siteName: request.siteName)
        }
    }
}

/// A ticket in parts.
private struct Draft {
    var title: String
    var blocks: [Block]
    var criteria: [String]

    func ticket(_ subject: SiteSubject, siteName: String) -> TicketDraft {
        var blocks = blocks
        let site = short(siteName)
        if !site.isEmpty, case .paragraph(let runs) = blocks.first {
            blocks[0] = .paragraph(runs + [Inline(" It belongs to the site \(site).")])
        }
        let draft = TicketDraft(
            subject: subject, summary: short(title, 120), body: Markup.text(blocks),
            criteria: criteria.prefix(16).map { Markup.escaped(short($0, 220)) })
        guard !draft.faults.isEmpty else { return draft }
        // Names made of nothing but signs can still be too long for Jira once they are escaped.
        return TicketDraft(
            subject: subject, summary: draft.summary, body: Markup.text(Array(blocks.prefix(1))),
            criteria: Array(draft.criteria.prefix(1)))
    }

    init(type: ContentType, in site: Site) {
        title = "Build the content type \(type.label)"
        let required = type.fields.filter(\.isRequired)
        blocks = [
            .paragraph([
                Inline("Editors need the content type "), Inline(short(type.label), style: .strong), " (",
                Inline(short(type.name), style: .code),
                Inline(") with \(counted(type.fields.count, "field"))."),
            ])
        ]
        if !type.about.isEmpty { blocks.append(.paragraph(short(type.about, 1000))) }
        if !type.fields.isEmpty {
            blocks += [
                .heading(3, "Fields"),
                .table(
                    header: [["Field"], ["Machine name"], ["Type"], ["Required"], ["Values"]],
                    rows: type.fields.prefix(mostRows).map { field in
                        [
                            [Inline(short(field.label))], [Inline(short(field.name), style: .code)],
                            [Inline(short(field.kind))],
                            [field.isRequired ? "yes" : "no"], [field.isMultiple ? "several" : "one"],
                        ]
                    }),
            ]
            blocks += more(type.fields.count, "field")
        }
        let notes = type.fields.filter { !$0.help.isEmpty }.prefix(15)
        if !notes.isEmpty {
            blocks += [
                .heading(3, "Help for editors"),
                .bullets(
                    notes.map {
                        [Inline(short($0.label), style: .strong), Inline(": \(short($0.help, 160))")]
                    }),
            ]
        }
        criteria = ["An editor can create, change, publish and delete content of the type \(type.label)."]
        if !required.isEmpty {
            criteria.append(
                "Saving without \(listed(required.map(\.label))) is refused, and the field is named.")
        }
        criteria += type.fields.compactMap(\.criterion)
        let uses = site.views.filter { $0.contentType == type.name }
        if !uses.isEmpty { criteria.append("Published content appears in \(listed(uses.map(\.label))).") }
    }

    init(view: SiteView, type: ContentType?) {
        title = "Build the \(view.display) \(view.label)"
        let shown =
            type.map { short($0.label) } ?? (view.contentType.isEmpty ? "content" : short(view.contentType))
        blocks = [
            .paragraph([
                Inline("Visitors see \(shown) in the \(short(view.display)) "),
                Inline(short(view.label), style: .strong),
                Inline(view.path.isEmpty ? "." : " at "), Inline(short(view.path), style: .code),
                Inline(view.path.isEmpty ? "" : "."),
            ])
        ]
        if !view.filters.isEmpty {
            blocks += [
                .heading(3, "Filters"), .bullets(of: view.filters.prefix(mostRows).map { short($0, 120) }),
            ]
        }
        criteria = ["Only published content is shown to visitors who are not signed in."]
        if !view.path.isEmpty {
            criteria.append("The address \(view.path) answers, and its title is \(view.label).")
        }
        criteria += view.filters.map { "Visitors can narrow the list down by \($0)." }
        if !view.sort.isEmpty { criteria.append("The order is \(view.sort).") }
        criteria.append("Without any content a sentence says so.")
    }

    init(menu: SiteMenu) {
        title = "Build the menu \(menu.label)"
        blocks = [
            .paragraph([
                Inline("The menu "), Inline(short(menu.label), style: .strong), " (",
                Inline(short(menu.name), style: .code), Inline(") has \(counted(menu.items.count, "item"))."),
            ])
        ]
        if !menu.items.isEmpty {
            blocks += [
                .heading(3, "Items"),
                .table(
                    header: [["Item"], ["Leads to"], ["Below"]],
                    rows: menu.items.prefix(mostRows).map { item in
                        [
                            [Inline(short(item.label))], [Inline(short(item.path))],
                            [Inline(short(item.parent))],
                        ]
                    }),
            ]
            blocks += more(menu.items.count, "item")
        }
        criteria = [
            "The items stand in the order of the table, each below its parent.",
            "Every item leads to a page that answers.", "The menu can be used with the keyboard alone.",
        ]
    }

    init(integration: Integration, type: ContentType?) {
        title = "Connect \(integration.label)"
        let way = ["in": "reads from", "out": "sends to", "both": "exchanges data with"]
        blocks = [
            .paragraph([
                Inline("The site \(way[integration.direction.lowercased()] ?? "talks to") "),
                Inline(short(integration.label), style: .strong),
                Inline(integration.kind.isEmpty ? "." : " (\(short(integration.kind)))."),
            ])
        ]
        let facts = [
            ("Address", integration.endpoint), ("Direction", integration.direction),
            ("How often", integration.schedule), ("Content", type?.label ?? integration.contentType),
        ].filter { !$0.1.isEmpty }
        if !facts.isEmpty {
            blocks.append(
                .table(
                    header: [["What"], ["Value"]],
                    rows: facts.map { [[Inline($0.0)], [Inline(short($0.1, 300))]] }))
        }
        criteria = [
            "The address and the credentials are settings, and no credential stands in the code or a log.",
            "When \(integration.label) does not answer, the site goes on working, and the failure is logged.",
        ]
        if !integration.schedule.isEmpty {
            criteria.append("It runs \(integration.schedule) without anybody's help.")
        }
        if let type { criteria.append("The content type \(type.label) carries all that is exchanged.") }
    }
}

extension SiteField {
    /// The type, with what it leads to.
    fileprivate var kind: String { target.isEmpty ? type : "\(type): \(target)" }

    /// What must hold for a field of its type, if that is more than being there.
    fileprivate var criterion: String? {
        switch type.lowercased() {
        case "image", "media": "\(label) takes pictures, and asks for a text that describes them."
        case "file": "\(label) takes files of the allowed kinds, and refuses others with a sentence."
        case "reference", "entity_reference", "taxonomy":
            "\(label) offers only existing content\(target.isEmpty ? "" : " of \(target)")."
        case "email": "\(label) refuses what is no e-mail address."
        case "link", "url": "\(label) refuses what is no address."
        case "date", "datetime", "daterange": "\(label) is shown in the visitor's language."
        case "list", "select", "choice":
            "\(label) offers exactly these values: \(target.isEmpty ? "to be agreed" : target)."
        default: nil
        }
    }
}

/// The most rows of a table: what does not fit into Jira's 32,767 characters helps nobody.
private let mostRows = 30

private func short(_ text: String, _ longest: Int = 60) -> String {
    PlainLine.shortened(PlainLine.cleaned(text), longest: longest)
}

/// A sentence about the rows that are not shown.
private func more(_ count: Int, _ noun: String) -> [Block] {
    count > mostRows ? [.paragraph("The export has \(counted(count - mostRows, "more \(noun)")).")] : []
}

private func counted(_ count: Int, _ noun: String) -> String {
    "\(count == 0 ? "no" : "\(count)") \(noun)\(count == 1 ? "" : "s")"
}

private func listed(_ names: [String]) -> String {
    guard names.count > 1, let last = names.last else { return names.first ?? "" }
    return names.dropLast().joined(separator: ", ") + " and " + last
}
