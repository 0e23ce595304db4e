import Foundation
import TicketDrafting

/// The sample site of the repository, and small files of tests.
enum Samples {
    static let names = ["content-types.csv", "fields.csv", "views.csv", "menus.csv", "integrations.json"]

    static func files() throws -> [SiteFile] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Apps/Tickets/Samples").standardizedFileURL
        return try names.map { name in
            SiteFile(name: name, data: try Data(contentsOf: folder.appending(path: name)))
        }
    }

    static func site() throws -> Site { try SiteReader().read(files()) }

    static func request(_ site: Site) -> DraftRequest {
        DraftRequest(siteName: "Harbour Museum", siteDescription: "The museum at the pier.", site: site)
    }

    static func file(_ name: String, _ text: String) -> SiteFile {
        SiteFile(name: name, data: Data(text.utf8))
    }
}
