import Lockstep
import LockstepServer
import TicketDrafting

/// What tickets are made of: the site and its files.
extension SessionPage {
    // MARK: The site

    /// The form that says what the site is.
    /// - Parameter isOpen: whether that is what the session waits for.
    func siteForm(isOpen: Bool) -> String {
        guard takesMaterial else { return material }
        let form = """
            <form id="site" class="fields">
            <label for="site-name">Name of the site</label>
            <input id="site-name" name="site_name" maxlength="200" required autocomplete="off"
            value="\(HTML.escape(session.siteName ?? ""))">
            <label for="site-description">What it is about</label>
            <textarea id="site-description" name="site_description" rows="4" maxlength="10000">
            \(HTML.escape(session.siteDescription ?? ""))</textarea>
            \(DrafterField(providers: providers, chosen: session.llmProviderChoice, id: "site-drafter").html)
            <div class="row"><button type="submit">\(isOpen ? "Go on to the files" : "Save")</button>
            <span id="site-words" role="status"></span></div>
            </form>
            """
        guard !isOpen else { return "<section class=\"card panel\"><h2>The site</h2>\(form)</section>" }
        return """
            <section class="card panel"><details id="site-details"><summary>The site: name, description, who drafts</summary>
            \(form)</details></section>
            """
    }

    /// The site and its files, when they do not change any more.
    var material: String {
        guard session.siteName != nil else { return "" }
        let description = session.siteDescription.map { "<p class=\"kept\">\(HTML.escape($0))</p>" } ?? ""
        let rows = view.files.map { "<li>\(Self.line(of: $0))</li>" }.joined()
        return """
            <section class="card panel"><details><summary>The site and its \(Self.counted(view.files.count, "file"))</summary>
            \(description)<ul class="files">\(rows)</ul></details></section>
            """
    }

    // MARK: The files

    /// The files, and the way to send more.
    var files: String {
        guard takesMaterial else { return material }
        let limits = SiteLimits.standard
        let rows = view.files.map { file in
            """
            <li data-place="\(file.place)">\(Self.line(of: file))
            <button type="button" class="quiet" aria-label="Remove \(HTML.escape(file.filename))">Remove</button></li>
            """
        }
        let isFirst = session.currentStage == .upload
        return """
            <section class="card panel"><h2>Exports of the site</h2>
            <p class="soft">Content types, fields, views, menus and integrations, as CSV or JSON;
            \(limits.files) files of up to \(Figures.bytes(Int64(limits.bytes))) at most.</p>
            <ul class="files" id="files" tabindex="-1" aria-label="Files" data-most="\(limits.files)" data-bytes="\(limits.bytes)">\
            \(rows.joined())</ul>
            <p class="soft" id="no-files"\(rows.isEmpty ? "" : " hidden")>There are no files yet.</p>
            <form id="upload" class="fields">
            <label for="upload-files">Add files</label>
            <input id="upload-files" type="file" accept=".csv,.json" multiple>
            <div class="row" id="sending" hidden><progress id="sent" max="100" value="0" aria-label="Sent so far"></progress>
            <button type="button" class="quiet" id="stop-sending">Stop</button></div>
            <p id="upload-words" class="soft" role="status"></p>
            <div role="alert"><ul id="upload-faults" class="fault"></ul></div>
            </form>
            \(isFirst ? "<div class=\"row\"><button type=\"button\" id=\"process\">Draft tickets</button></div>" : "")
            <template id="file-row"><li><b></b> <span class="soft"></span>
            <button type="button" class="quiet">Remove</button></li></template>
            </section>
            """
    }

    private static func line(of file: TicketFile) -> String {
        "<b>\(HTML.escape(file.filename))</b> <span class=\"soft\">\(Figures.bytes(file.size))</span>"
    }

    /// The way to try drafting again.
    var again: String {
        guard takesMaterial else { return "" }
        return """
            <section class="card panel"><h2>Drafting did not work</h2>
            <p>Mend the files or the site below, and try again; tickets that were drafted stay while neither is changed.</p>
            <div class="row"><button type="button" id="process">Try again</button></div></section>
            """
    }

    /// A number of things: `1 file`, `2 files`.
    static func counted(_ number: Int, _ thing: String) -> String {
        "\(number) \(thing)\(number == 1 ? "" : "s")"
    }
}

/// The choice of who drafts the tickets; nothing where there is no choice.
struct DrafterField {
    let providers: [SessionRecord.ProviderChoice]
    let chosen: SessionRecord.ProviderChoice?
    let id: String

    /// The field.
    var html: String {
        // What was chosen before stays to be seen, also where it is not there any more.
        let all = SessionRecord.ProviderChoice.allCases.filter { providers.contains($0) || $0 == chosen }
        guard !all.isEmpty else { return "" }
        let options = all.map { choice in
            """
            <option value="\(choice.rawValue)"\(choice == chosen ? " selected" : "")>\(choice.displayName)</option>
            """
        }
        return """
            <label for="\(id)">Who drafts the tickets</label>
            <select id="\(id)" name="llm_provider_choice"><option value="">Rules, without a language model</option>
            \(options.joined())</select>
            """
    }
}
