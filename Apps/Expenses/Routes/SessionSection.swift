import Lockstep
import LockstepServer

/// A list of sessions as a part of a page, and the form that begins another one.
public struct SessionSection: Sendable {
    let views: [ExpenseService.View]
    let formToken: String?

    /// Whether something runs, so that the page will soon be out of date.
    public var isMoving: Bool { views.contains { $0.job.isLive } }

    /// Whether the page has the form. It must not ask for itself again by a header then, for it would lose the chosen files;
    /// see ``LockstepServer/MovingPage``.
    public var canSend: Bool { formToken != nil }

    /// The form and the list; everything in it is escaped. A page's style sheet needs `ItemList.css` and ``css`` for it, and
    /// the page needs ``script``.
    public var html: String {
        let items = views.map { view in
            ItemList.Item(
                title: view.title, link: "/api/expenses/sessions/\(view.row.id)/page",
                note: "\(Figures.minute(view.row.createdAt)) UTC", badge: view.badge)
        }
        return "\(form)\n\(ItemList(items).html)"
    }

    private var form: String {
        guard let formToken else { return "" }
        return """
            <form class="card statements" id="send-statements" data-token="\(HTML.escape(formToken))">
            <label for="statement-files">Card statements and receipts of one trip or month, as PDF</label>
            <div class="statements-row"><input id="statement-files" name="files" type="file" accept=".pdf" multiple required>
            <button type="submit">Upload</button></div>
            <p id="statement-words" class="soft" role="status"></p>
            </form>
            """
    }

    /// The style sheet of the form.
    public static let css = """
        .statements { padding: 1rem; margin: 0 0 .8rem; display: grid; gap: .6rem; } .statements p { margin: 0; }
        .statements-row { display: flex; flex-wrap: wrap; gap: .6rem; }
        .statements-row input { flex: 1 1 14rem; width: auto; }

        """

    /// The script of the form: it sends the files as one form, and goes to the session's page.
    public static let script = """
        "use strict";
        (() => {
          const form = document.getElementById("send-statements");
          if (!form) return;
          const files = form.elements.files;
          const words = document.getElementById("statement-words");
          const button = form.querySelector("button");
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            const body = new FormData();
            for (const file of files.files) body.append("files", file);
            button.disabled = true;
            words.textContent = "Sending…";
            try {
              const answer = await fetch("/api/expenses/sessions", {
                method: "POST", credentials: "same-origin", body,
                headers: { "X-Lockstep-Form": form.dataset.token },
              });
              const session = await answer.json();
              if (!answer.ok) throw new Error(session.detail);
              location.href = "/api/expenses/sessions/" + session.id + "/page";
            } catch (error) {
              words.textContent = error.message;
              button.disabled = false;
            }
          });
        })();

        """
}
