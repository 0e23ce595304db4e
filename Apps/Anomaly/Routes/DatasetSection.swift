import Lockstep
import LockstepServer

/// A list of datasets as a part of a page: each with its status, its progress and its report.
public struct DatasetSection: Sendable {
    let views: [AnomalyService.View]

    /// Whether there is nothing to show.
    public var isEmpty: Bool { views.isEmpty }
    /// Whether something runs, so that the page will soon be out of date.
    public var isMoving: Bool { views.contains(where: \.runs) }

    /// The list; everything in it is escaped. A page's style sheet needs `ItemList.css` for it.
    public var html: String {
        ItemList(
            views.map { view in
                let dataset = view.dataset
                return ItemList.Item(
                    title: dataset.filename, link: "/api/anomaly/datasets/\(dataset.id)/report",
                    note: "\(Figures.bytes(dataset.size)), \(Figures.minute(dataset.createdAt)) UTC",
                    badge: view.badge)
            }
        ).html
    }
}

extension AnomalyService.View {
    /// Whether something runs on it.
    var runs: Bool { status == .analyzing || status == .triaging }

    /// Its status, with the progress while something runs.
    var badge: StatusBadge { StatusBadge(status.rawValue, progress: runs ? progress : nil) }
}
