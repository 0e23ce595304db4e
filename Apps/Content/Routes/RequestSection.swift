import Lockstep
import LockstepServer

/// A list of requests as a part of a page, and the form that asks another question.
public struct RequestSection: Sendable {
    let views: [ContentService.View]
    let formToken: String?

    /// Whether something runs, so that the page will soon be out of date.
    public var isMoving: Bool { views.contains { $0.job.isLive && $0.job.record.hold == nil } }

    /// Whether the page has the form.
    public var canSend: Bool { formToken != nil }

    /// The form and the list; everything in it is escaped. A page's style sheet needs `ItemList.css` and ``css`` for it, and
    /// the page needs ``script``.
    public var html: String {
        let items = views.map { view in
            ItemList.Item(
                title: String(view.row.question.prefix(200)),
                link: "/api/content/requests/\(view.row.id)/page",
                note: "\(view.row.stage), \(Figures.minute(view.row.createdAt)) UTC", badge: view.badge)
        }
        return "\(form)\n\(ItemList(items).html)"
    }

    private var form: String {
        guard let formToken else { return "" }
        return """
            <form class="card ask" id="ask-question" data-token="\(HTML.escape(formToken))">
            <label for="ask-text">A question about science or history, to be answered by a short film</label>
            <div class="ask-row"><input id="ask-text" name="question" maxlength="500" required
            placeholder="Why is the sky blue?"><button type="submit">Ask</button></div>
            <p id="ask-words" class="soft" role="status"></p>
            </form>
            """
    }

    /// The style sheet of the form.
    public static let css = """
        .ask { padding: 1rem; margin: 0 0 .8rem; display: grid; gap: .6rem; } .ask p { margin: 0; }
        .ask-row { display: flex; flex-wrap: wrap; gap: .6rem; } .ask-row input { flex: 1 1 14rem; width: auto; }

        """

    /// The script of the form: it asks, and goes to the request's page.
    public static let script = """
        "use strict";
        (() => {
          const form = document.getElementById("ask-question");
          if (!form) return;
          const words = document.getElementById("ask-words");
          const button = form.querySelector("button");
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            button.disabled = true;
            try {
              const answer = await fetch("/api/content/requests", {
                method: "POST", credentials: "same-origin",
                body: JSON.stringify({ question: form.elements.question.value }),
                headers: { "Content-Type": "application/json", "X-Lockstep-Form": form.dataset.token },
              });
              const request = await answer.json();
              if (!answer.ok) throw new Error(request.detail);
              location.href = "/api/content/requests/" + request.id + "/page";
            } catch (error) {
              words.textContent = error.message;
              button.disabled = false;
            }
          });
        })();

        """
}

extension ContentService.View {
    /// Its status, with the progress while something runs.
    var badge: StatusBadge {
        StatusBadge(
            row.status.rawValue, progress: job.isLive && job.record.claimedBy != nil ? row.progress : nil)
    }
}
