import ContentRendering
import ContentWriting
import Hummingbird
import Lockstep
import LockstepServer

/// A request for people: where it is as it happens, what is asked back, and the video.
struct RequestPage {
    let view: ContentService.View
    let history: [HistoryEntry]
    let now: Timestamp
    let formToken: String?

    /// The answer.
    func response() -> Response {
        HTML.page(
            title: "\(view.row.question.prefix(80)) · question", css: PageStyle.report + Self.css,
            script: Self.script, playsMedia: true, body: html)
    }

    private var html: String {
        """
        <main data-request="\(HTML.escape(view.row.id.text))" data-after="\(history.last?.number ?? 0)"\(view.job.isLive ? " data-live" : "")>
        <header>
        <p class="kind"><a href="/">All questions</a> · Narrated video</p>
        <h1>\(HTML.escape(view.row.question))</h1>
        <span id="status">\(view.badge.html)</span>
        \(view.isStuck ? "<span class=\"badge flag\">stuck</span>" : "")
        \(progress)
        </header>
        \(failure)
        \(clarification)
        \(video)
        \(history.isEmpty ? "" : path)
        </main>
        """
    }

    // MARK: Sections

    private var progress: String {
        guard view.job.isLive else { return "" }
        return """
            <p class="lead" id="stage" role="status">\(HTML.escape(view.row.stage))</p>
            <progress id="progress" max="100" value="\(view.row.progress)" aria-label="Made so far"></progress>
            \(cancel)
            """
    }

    private var cancel: String {
        guard let formToken else { return "" }
        return """
            <form id="cancel" data-token="\(HTML.escape(formToken))"><button class="quiet" type="submit">Stop</button></form>
            """
    }

    private var failure: String {
        guard let failure = view.job.failure, !view.job.isLive || view.job.record.parkedAt != nil else {
            return ""
        }
        return "<p class=\"fault\">\(HTML.escape(failure.message))</p>"
    }

    private var clarification: String {
        guard let asked = view.row.metadata.clarification, view.job.isLive else { return "" }
        let questions = asked.questions.map { "<li>\(HTML.escape($0))</li>" }.joined()
        let form = formToken.map { token in
            """
            <form id="refine" data-token="\(HTML.escape(token))">
            <label for="question">Your question once more</label>
            <input id="question" name="question" value="\(HTML.escape(view.row.question))" maxlength="500" required>
            <button type="submit">Ask</button></form>
            """
        }
        return """
            <section class="card asked"><h2>We would like to know more</h2>
            <p>\(HTML.escape(asked.reasoning))</p><ul>\(questions)</ul>\(form ?? "")
            <p id="words" class="fault" role="alert"></p></section>
            """
    }

    private var video: String {
        guard let video = view.video else { return "" }
        let path = "/api/content/requests/\(HTML.escape(view.row.id.text))"
        let facts = [
            Fact("Length", Figures.clock(video.seconds)), Fact("Chapters", "\(video.chapters.count)"),
            Fact("Sources", "\(video.sources.count)"), Fact("Size", Figures.bytes(video.bytes)),
        ]
        let chapters = video.chapters.map { chapter in
            """
            <li><a href="#t=\(Int(chapter.start))" data-start="\(chapter.start)">\(Figures.clock(chapter.start))</a>
            \(HTML.escape(chapter.title))</li>
            """
        }
        let sources = video.sources.map { source in
            "<li>\(HTML.escape(source.title)) <small class=\"soft\">\(HTML.escape(source.id))</small></li>"
        }
        return """
            <section><h2>\(HTML.escape(video.title))</h2>
            <video id="video" controls preload="metadata" src="\(path)/video">
            <track kind="captions" srclang="en" label="English" src="\(path)/captions" default></video>
            \(Fact.html(facts))\(notification)</section>
            <section><h2>Chapters</h2><ol class="chapters">\(chapters.joined())</ol></section>
            <section><h2>Sources</h2><ul>\(sources.joined())</ul></section>
            """
    }

    private var notification: String {
        guard let told = view.row.metadata.notification else { return "" }
        switch told.state {
        case .delivered: return "<p class=\"soft\">You were told.</p>"
        case .failed:
            return
                "<p class=\"fault\">You could not be told: \(HTML.escape(told.reason ?? "no reason is known"))</p>"
        }
    }

    private var path: String {
        """
        <section><h2>Path</h2>\(JobPath(history, of: view.job, now: now).html)
        <p class="soft"><a href="/dashboard/jobs/\(HTML.escape(view.job.id.text))">The job in the dashboard</a></p>
        </section>
        """
    }

    private static let css = """
        video { width: 100%; border-radius: .6rem; background: #000; }
        header progress { width: 100%; accent-color: var(--blue); } header form { margin: .6rem 0 0; }
        .asked { padding: 1rem; margin: 1rem 0; } .asked h2 { margin-top: 0; }
        .asked form { display: grid; gap: .6rem; } .asked button { justify-self: start; }
        .chapters { padding-left: 1.5rem; } .chapters a { font-variant-numeric: tabular-nums; margin-right: .6rem; }

        """

    /// Shows progress as it happens, and loads the page again when its parts change.
    private static let script = """
        "use strict";
        (() => {
          const main = document.querySelector("main");
          const path = "/api/content/requests/" + main.dataset.request;
          const send = async (form, action, body) => {
            const answer = await fetch(path + action, {
              method: "POST", credentials: "same-origin", body: JSON.stringify(body),
              headers: { "Content-Type": "application/json", "X-Lockstep-Form": form.dataset.token },
            });
            if (answer.ok) { location.reload(); return; }
            const words = document.getElementById("words") || document.getElementById("stage");
            words.textContent = (await answer.json()).detail;
          };
          const on = (id, action, body) => {
            const form = document.getElementById(id);
            if (form) form.addEventListener("submit", (event) => {
              event.preventDefault();
              send(form, action, body(form));
            });
          };
          on("cancel", "/cancel", () => ({}));
          on("refine", "/clarification", (form) => ({ question: form.elements.question.value }));
          for (const link of document.querySelectorAll("[data-start]")) {
            link.addEventListener("click", (event) => {
              event.preventDefault();
              const video = document.getElementById("video");
              video.currentTime = Number(link.dataset.start) + 0.01;
              video.play();
            });
          }
          if (!("live" in main.dataset)) return;
          const bar = document.getElementById("progress");
          const stage = document.getElementById("stage");
          const badge = document.querySelector("#status .badge");
          // What was before this page is in it already.
          const source = new EventSource(path + "/events?after=" + main.dataset.after);
          source.addEventListener("progress", (event) => {
            const job = JSON.parse(event.data);
            bar.value = Math.max(bar.value, job.progress);
            if (job.progress_detail) stage.textContent = job.progress_detail;
          });
          const moved = (event) => {
            const line = JSON.parse(event.data);
            if (["notifying", "completed", "failed", "cancelled", "pending"].includes(line.to)) {
              source.close();
              location.reload();
              return;
            }
            badge.className = "badge " + line.to;
            badge.textContent = line.to;
          };
          for (const name of ["claimed", "moved", "parked", "held", "released"]) source.addEventListener(name, moved);
        })();

        """
}
