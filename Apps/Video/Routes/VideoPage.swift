import Hummingbird
import Lockstep
import LockstepServer

/// What was found in a video, for people: one page that needs no script.
struct VideoPage {
    let view: VideoService.View
    let history: [HistoryEntry]
    let now: Timestamp
    let quick: QuickResult?
    let deep: DeepResult?

    /// The answer; while something runs the page asks for itself again.
    func response() -> Response {
        HTML.page(
            title: "\(view.video.filename) · video", css: VideoSection.css + Self.css,
            refreshing: view.job.isLive, playsMedia: true, body: html)
    }

    private var html: String {
        """
        <main>
        <header>
        <p class="kind"><a href="/">All videos</a> · Video analysis</p>
        <h1>\(HTML.escape(view.video.filename))</h1>
        \(Self.badge(view))
        </header>
        \(failure)
        \(facts)
        \(reel)
        \(timeline)
        \(pictures)
        \(path)
        </main>
        """
    }

    // MARK: Sections

    private var failure: String {
        guard let failure = view.job.failure else { return "" }
        return "<p class=\"fault\">\(HTML.escape(failure.message))</p>"
    }

    private var facts: String {
        guard let quick else {
            return view.job.isLive ? "<p class=\"lead\">The scenes will be here when they are found.</p>" : ""
        }
        let container = quick.container
        var facts = [
            ("Length", Figures.clock(quick.duration)),
            ("Pictures", "\(container.width) × \(container.height)"),
            ("Codec", container.videoCodec), ("Frames a second", Figures.decimal(quick.frameRate, digits: 2)),
            ("Cuts", "\(quick.cuts.count)"),
        ]
        if let deep {
            facts.append(("Active", "\(Figures.clock(deep.activeSeconds)) in \(deep.phases.count)"))
        }
        let list = facts.map { "<div><dt>\($0)</dt><dd>\(HTML.escape($1))</dd></div>" }
        return "<dl class=\"facts\">\(list.joined())</dl>"
    }

    private var reel: String {
        guard let deep else {
            return quick == nil || !view.job.isLive
                ? "" : "<p class=\"lead\">Motion and highlights are still being looked for.</p>"
        }
        guard let reel = deep.reel else {
            return "<p class=\"lead\">Nothing moves, so there are no highlights.</p>"
        }
        let words = reel.segments.map { "\(Figures.clock($0.start))–\(Figures.clock($0.end))" }
        return """
            <section><h2>Highlights</h2>
            <video id="reel" controls preload="metadata" src="\(url(reel.name))"></video>
            <p class="soft">\(HTML.escape(Figures.clock(reel.duration))) from \(words.joined(separator: ", "))</p>
            </section>
            """
    }

    private var timeline: String {
        guard let quick else { return "" }
        return """
            <section><h2>Timeline</h2>
            <figure>\(VideoTimeline(quick: quick, deep: deep).svg())
            <figcaption>Motion over time\(deep == nil ? " (not yet)" : "") in blue, active phases behind it, cuts as
            lines.</figcaption></figure></section>
            """
    }

    private var pictures: String {
        guard let quick, !quick.thumbnails.isEmpty else { return "" }
        let items = quick.thumbnails.map { picture in
            let time = Figures.clock(picture.seconds)
            return
                "<li><img src=\"\(url(picture.name))\" alt=\"At \(time)\" loading=\"lazy\"><small>\(time)</small></li>"
        }
        return "<section><h2>Pictures</h2><ul class=\"pictures\">\(items.joined())</ul></section>"
    }

    private var path: String {
        var steps: [(status: String, at: Timestamp, notes: [String])] = []
        for entry in history {
            if entry.from != entry.to || steps.isEmpty {
                let note = entry.to == VideoJob.failed.rawValue ? entry.reason.map { [$0] } ?? [] : []
                steps.append((entry.to, entry.at, note))
            } else if entry.kind == .lost || entry.kind == .retried {
                steps[steps.count - 1].notes.append(entry.reason ?? entry.kind.rawValue)
            }
        }
        let items = steps.enumerated().map { index, step -> String in
            let end = index + 1 < steps.count ? steps[index + 1].at : view.job.isLive ? now : nil
            let time =
                end.map { "<small>\(Figures.decimal(($0 - step.at).seconds, digits: 2)) s</small>" } ?? ""
            let notes = step.notes.map { "<em>\(HTML.escape($0))</em>" }.joined()
            return
                "<li class=\"\(HTML.escape(step.status))\"><b>\(HTML.escape(step.status))</b>\(time)\(notes)</li>"
        }
        return """
            <section><h2>Path</h2><ol class="path">\(items.joined())</ol>
            <p class="soft"><a href="/dashboard/jobs/\(HTML.escape(view.job.id.text))">The job in the dashboard</a></p>
            </section>
            """
    }

    private func url(_ name: String) -> String {
        HTML.escape("/api/videos/\(view.job.id.text)/artefacts/\(name)")
    }

    // MARK: Words

    static func runs(_ view: VideoService.View) -> Bool {
        view.job.status == VideoJob.quickRunning || view.job.status == VideoJob.deepRunning
    }

    /// The status in its colour, with the progress while something runs.
    static func badge(_ view: VideoService.View) -> String {
        let status = HTML.escape(view.job.record.status)
        return
            "<span class=\"badge \(status)\">\(status)\(runs(view) ? " · \(view.job.progress) %" : "")</span>"
    }

    /// A moment to the minute.
    static func minute(_ moment: Timestamp) -> String {
        String(moment.description.prefix(16)).replacing("T", with: " ")
    }

    private static let css = """
        .kind { margin: 0 0 .6rem; color: var(--soft); font-size: .9rem; } .lead { font-size: 1.1rem; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .7rem; margin: 1.2rem 0 0; }
        .facts div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .6rem .8rem; }
        dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-weight: 650; font-variant-numeric: tabular-nums; }
        video { width: 100%; border-radius: .6rem; background: #000; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
        figure svg { display: block; width: 100%; height: 8rem; }
        figcaption { margin-top: .5rem; color: var(--soft); font-size: .82rem; }
        .phase { fill: var(--pale); } .curve { fill: none; stroke: var(--blue); stroke-width: 2; }
        .cut { stroke: var(--amber); stroke-width: 1.5; } .curve, .cut { vector-effect: non-scaling-stroke; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .6rem; margin: 0;
          padding: 0; list-style: none; } .pictures img { display: block; width: 100%; border-radius: .4rem; }
        .pictures small { color: var(--soft); font-variant-numeric: tabular-nums; }
        .path { display: flex; flex-wrap: wrap; gap: .5rem; margin: 0; padding: 0; list-style: none; }
        .path li { background: var(--card); border: 1px solid var(--line); border-top: 3px solid var(--blue);
          border-radius: .5rem; padding: .45rem .8rem; max-width: 20rem; }
        .path .done { border-top-color: var(--green); } .path .failed { border-top-color: var(--red); }
        .path b { display: block; font-size: .9rem; } .path small { color: var(--soft); }
        .path em { display: block; color: var(--amber); font-size: .78rem; font-style: normal; overflow-wrap: anywhere; }

        """
}
