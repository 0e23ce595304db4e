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
            title: "\(view.video.filename) · video", css: PageStyle.report + Self.css,
            refreshing: view.job.isLive, playsMedia: true, body: html)
    }

    private var html: String {
        """
        <main>
        <header>
        <p class="kind"><a href="/">All videos</a> · Video analysis</p>
        <h1>\(HTML.escape(view.video.filename))</h1>
        \(view.badge.html)
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
            Fact("Length", Figures.clock(quick.duration)),
            Fact("Pictures", "\(container.width) × \(container.height)"),
            Fact("Codec", container.videoCodec),
            Fact("Frames a second", Figures.decimal(quick.frameRate, digits: 2)),
            Fact("Cuts", "\(quick.cuts.count)"),
        ]
        if let deep {
            facts.append(Fact("Active", "\(Figures.clock(deep.activeSeconds)) in \(deep.phases.count)"))
        }
        return Fact.html(facts)
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
        """
        <section><h2>Path</h2>\(JobPath(history, of: view.job, now: now).html)
        <p class="soft"><a href="/dashboard/jobs/\(HTML.escape(view.job.id.text))">The job in the dashboard</a></p>
        </section>
        """
    }

    private func url(_ name: String) -> String {
        HTML.escape("/api/videos/\(view.job.id.text)/artefacts/\(name)")
    }

    private static let css = """
        video { width: 100%; border-radius: .6rem; background: #000; }
        figure svg { display: block; width: 100%; height: 8rem; }
        .phase { fill: var(--pale); } .curve { fill: none; stroke: var(--blue); stroke-width: 2; }
        .cut { stroke: var(--amber); stroke-width: 1.5; } .curve, .cut { vector-effect: non-scaling-stroke; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .6rem; margin: 0;
          padding: 0; list-style: none; } .pictures img { display: block; width: 100%; border-radius: .4rem; }
        .pictures small { color: var(--soft); font-variant-numeric: tabular-nums; }

        """
}
