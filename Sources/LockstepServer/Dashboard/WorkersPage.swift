import Hummingbird
import Lockstep

/// The page of the workers.
struct WorkersPage {
    let frame: DashboardFrame
    let workers: [WorkerRecord]

    func response() -> Response {
        frame.page(
            "Workers", part: .workers,
            body: """
                <div class="head"><h1>Workers</h1><p class="soft small">A worker whose lease ends is gone, and its \
                jobs go to others.</p></div>
                <section id="workers" class="card" data-swap aria-label="Workers">\(content)</section>
                """)
    }

    private var content: Markup {
        guard !workers.isEmpty else {
            return DashboardParts.empty(
                "No worker has announced itself.",
                "Jobs wait in their queues until one does. Workers in Swift do it by themselves; those in other "
                    + "languages by <code>POST /v1/workers</code>.")
        }
        return """
            <div class="scroll" tabindex="0" role="group" aria-label="Table of workers"><table>
            <thead><tr><th scope="col">Worker</th><th scope="col">State</th><th scope="col" class="right">Holds</th>\
            <th scope="col">Works on</th><th scope="col">Last sign of life</th><th scope="col">Lease ends</th>\
            <th scope="col">Since</th><th scope="col">Where</th></tr></thead>
            <tbody>\(workers.sorted { $0.startedAt > $1.startedAt }.map(row))</tbody></table></div>
            """
    }

    private func row(_ worker: WorkerRecord) -> Markup {
        let isAlive = worker.leaseEnds > frame.now
        let works = worker.statuses.sorted { $0.key < $1.key }.map { lifecycle, statuses -> Markup in
            "<a href=\"\(DashboardParts.path(toLifecycle: lifecycle))\">\(lifecycle)</a>: \(statuses.sorted().joined(separator: ", "))"
        }
        return """
            <tr><th scope="row"><span class="clip" title="\(worker.id.text)">\(worker.id.text)</span></th>
            <td>\(isAlive ? "<span class=\"tag success\">\(DashboardParts.icon(.success))alive</span>" : "<span class=\"tag warn\">lease over</span>" as Markup)</td>
            <td class="right"><span data-count="holding \(worker.id.text)">\(worker.holding)</span></td>
            <td>\(Markup(trusted: works.map(\.html).joined(separator: "<br>")))</td>
            <td>\(TimeWords.ago(worker.beatAt, frame.now))</td><td>\(TimeWords.ago(worker.leaseEnds, frame.now))</td>
            <td>\(TimeWords.ago(worker.startedAt, frame.now))</td>
            <td><span class="clip" title="\(worker.host)">\(worker.host)</span></td></tr>
            """
    }
}
