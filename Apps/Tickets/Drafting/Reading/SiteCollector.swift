/// Puts together what several files tell of a site, and checks what refers to what.
struct SiteCollector {
    private let limits: SiteLimits
    private var types: [ContentType] = []
    private var views: [SiteView] = []
    private var menus: [SiteMenu] = []
    private var integrations: [Integration] = []
    private var typeIndex: [String: Int] = [:]
    private var menuIndex: [String: Int] = [:]
    private var described: Set<SiteSubject> = []
    private var fields: Set<[String]> = []
    /// What refers to a type, and where it stands.
    private var references: [(type: String, from: String, entry: Entry)] = []
    private var parents: [(menu: String, parent: String, entry: Entry)] = []

    init(limits: SiteLimits) { self.limits = limits }

    mutating func addType(_ entry: Entry, name: String) throws(SiteFault) {
        try describe(.contentType, name, entry)
        let index = try type(name, entry)
        types[index].label = try entry.label(for: name)
        types[index].about = try entry.text("description")
    }

    mutating func addField(_ entry: Entry, name: String, type: String) throws(SiteFault) {
        let index = try self.type(type, entry)
        guard fields.insert([type, name]).inserted else {
            throw entry.fault("the field “\(name)” of “\(type)” stands there for the second time")
        }
        guard types[index].fields.count < limits.parts else {
            throw entry.fault("the content type “\(type)” has more than \(limits.parts) fields")
        }
        let kind = try entry.text("type")
        types[index].fields.append(
            SiteField(
                name: name, label: try entry.label(for: name), type: kind.isEmpty ? "text" : kind,
                isRequired: try entry.flag("required"), isMultiple: try entry.flag("multiple"),
                target: try entry.text("target"), help: try entry.text("help")))
    }

    mutating func addView(_ entry: Entry, name: String) throws(SiteFault) {
        try describe(.view, name, entry)
        let type = try entry.text("content_type")
        if !type.isEmpty { references.append((type, "the view “\(name)” shows", entry)) }
        let display = try entry.text("display")
        views.append(
            SiteView(
                name: name, label: try entry.label(for: name), path: try entry.text("path"),
                display: display.isEmpty ? "page" : display, contentType: type,
                filters: try entry.texts("filters"), sort: try entry.text("sort")))
        try checkCount(views.count, "views", entry)
    }

    mutating func addMenu(_ entry: Entry, name: String) throws(SiteFault) {
        try describe(.menu, name, entry)
        let index = try menu(name, entry)
        menus[index].label = try entry.label(for: name)
    }

    mutating func addItem(_ entry: Entry, label: String, menu: String) throws(SiteFault) {
        let index = try self.menu(menu, entry)
        guard menus[index].items.count < limits.parts else {
            throw entry.fault("the menu “\(menu)” has more than \(limits.parts) items")
        }
        let title = try entry.text("menu_label")
        if !title.isEmpty { menus[index].label = title }
        let parent = try entry.text("parent")
        if !parent.isEmpty { parents.append((menu, parent, entry)) }
        menus[index].items.append(MenuItem(label: label, path: try entry.text("path"), parent: parent))
    }

    mutating func addIntegration(_ entry: Entry, name: String) throws(SiteFault) {
        try describe(.integration, name, entry)
        let type = try entry.text("content_type")
        if !type.isEmpty { references.append((type, "the integration “\(name)” is for", entry)) }
        integrations.append(
            Integration(
                name: name, label: try entry.label(for: name), kind: try entry.text("kind"),
                endpoint: try entry.text("endpoint"), direction: try entry.text("direction"),
                schedule: try entry.text("schedule"), contentType: type))
        try checkCount(integrations.count, "integrations", entry)
    }

    /// The site, when all of it fits together.
    /// - Parameter isWhole: whether no other file belongs to it.
    func site(isWhole: Bool) throws(SiteFault) -> Site {
        // Without any types the export is a part of the site, and nothing can be said about them.
        if isWhole, !types.isEmpty {
            for reference in references where typeIndex[reference.type] == nil {
                throw reference.entry.fault(
                    "\(reference.from) the content type “\(reference.type)”, which no file describes")
            }
        }
        let labels = menus.map { Set($0.items.map(\.label)) }
        for (menu, parent, entry) in parents where isWhole {
            guard let index = menuIndex[menu], labels[index].contains(parent) else {
                throw entry.fault("the parent “\(parent)” is no item of the menu “\(menu)”")
            }
        }
        let site = Site(contentTypes: types, views: views, menus: menus, integrations: integrations)
        guard !site.isEmpty else {
            throw SiteFault("The export has no content types, views, menus or integrations.")
        }
        return site
    }

    private mutating func describe(
        _ kind: SiteSubject.Kind, _ name: String, _ entry: Entry
    ) throws(SiteFault) {
        guard described.insert(SiteSubject(kind, name)).inserted else {
            let words = kind.rawValue.replacing("_", with: " ")
            throw entry.fault("the \(words) “\(name)” stands there for the second time")
        }
    }

    private mutating func type(_ name: String, _ entry: Entry) throws(SiteFault) -> Int {
        if let index = typeIndex[name] { return index }
        types.append(ContentType(name: name, label: try Entry.implied(entry).label(for: name)))
        typeIndex[name] = types.count - 1
        try checkCount(types.count, "content types", entry)
        return types.count - 1
    }

    private mutating func menu(_ name: String, _ entry: Entry) throws(SiteFault) -> Int {
        if let index = menuIndex[name] { return index }
        menus.append(SiteMenu(name: name, label: try Entry.implied(entry).label(for: name)))
        menuIndex[name] = menus.count - 1
        try checkCount(menus.count, "menus", entry)
        return menus.count - 1
    }

    private func checkCount(_ count: Int, _ what: String, _ entry: Entry) throws(SiteFault) {
        guard count <= limits.things else {
            throw entry.fault("there are more than \(limits.things) \(what)")
        }
    }
}

extension Entry {
    /// An entry of which only the name is known.
    fileprivate static func implied(_ entry: Entry) -> Entry {
        Entry(values: [:], place: entry.place, limits: entry.limits)
    }
}
