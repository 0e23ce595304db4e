import Lockstep
import LockstepServer

/// A list of videos as a part of a page, and the form that sends another one.
public struct VideoSection: Sendable {
    let views: [VideoService.View]
    let formToken: String?

    /// Whether something runs, so that the page will soon be out of date.
    public var isMoving: Bool {
        views.contains { $0.job.isLive && $0.job.status != VideoJob.awaitingUpload }
    }

    /// Whether the page has the form. It must not ask for itself again by a header then, for it would lose the file;
    /// see ``LockstepServer/MovingPage``.
    public var canSend: Bool { formToken != nil }

    /// The form and the list; everything in it is escaped. A page's style sheet needs `ItemList.css` and ``css`` for it,
    /// and the page needs ``script``.
    public var html: String {
        let items = views.map { view in
            ItemList.Item(
                title: view.video.filename, link: "/api/videos/\(view.job.id)/page",
                note: "\(Figures.bytes(view.video.size)), \(Figures.minute(view.video.createdAt)) UTC",
                badge: view.badge)
        }
        return "\(form)\n\(ItemList(items).html)"
    }

    private var form: String {
        guard let formToken else { return "" }
        return """
            <form class="card send" id="send-video" data-token="\(HTML.escape(formToken))">
            <label for="video-file">A match to look at: an MP4, MOV, MKV, WebM, AVI or MPEG-TS file</label>
            <div class="send-row"><input id="video-file" name="file" type="file" accept="video/*,.mkv,.ts" required>
            <button type="submit">Upload</button></div>
            <progress id="video-progress" max="100" value="0" aria-label="Sent so far" hidden></progress>
            <p id="video-words" class="soft" role="status"></p>
            </form>
            """
    }

    /// The style sheet of the form.
    public static let css = """
        .send { padding: 1rem; margin: 0 0 .8rem; display: grid; gap: .6rem; }
        .send-row { display: flex; flex-wrap: wrap; gap: .6rem; } .send-row input { flex: 1 1 14rem; width: auto; }
        .send progress { width: 100%; accent-color: var(--blue); } .send p { margin: 0; }

        """

    /// The script of the form: it announces the file, sends it to the storage, and says that it is there.
    public static let script = """
        "use strict";
        (() => {
          const form = document.getElementById("send-video");
          if (!form) return;
          const bar = document.getElementById("video-progress");
          const words = document.getElementById("video-words");
          const button = form.querySelector("button");
          const post = async (path, body) => {
            const answer = await fetch(path, {
              method: "POST", credentials: "same-origin", body: JSON.stringify(body),
              headers: { "Content-Type": "application/json", "X-Lockstep-Form": form.dataset.token },
            });
            const document = await answer.json();
            if (!answer.ok) throw new Error(document.detail);
            return document;
          };
          const send = (upload, file) => new Promise((resolve, reject) => {
            const request = new XMLHttpRequest();
            request.open(upload.method, upload.url);
            for (const [name, value] of Object.entries(upload.headers)) {
              // The browser sets these itself, and lets nobody else.
              if (!["content-length", "host"].includes(name.toLowerCase())) request.setRequestHeader(name, value);
            }
            request.upload.onprogress = (event) => {
              bar.value = 100 * event.loaded / file.size;
              words.textContent = "Sending: " + Math.floor(bar.value) + " %";
            };
            request.onload = () => request.status < 300 ? resolve()
              : reject(new Error("The storage has answered " + request.status + "; try again."));
            request.onerror = () => reject(new Error("The connection broke off; try again."));
            request.send(file);
          });
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            const file = form.elements.file.files[0];
            if (!file) return;
            button.disabled = true;
            bar.hidden = false;
            bar.value = 0;
            try {
              const begun = await post("/api/videos/upload/initiate", {
                filename: file.name, content_type: file.type || "application/octet-stream", size: file.size,
              });
              await send(begun.upload, file);
              bar.value = 100;
              words.textContent = "Sent; it is being checked.";
              await post("/api/videos/upload/complete", { job_id: begun.job_id });
              location.href = "/api/videos/" + begun.job_id + "/page";
            } catch (error) {
              words.textContent = error.message;
              button.disabled = false;
            }
          });
        })();

        """
}

extension VideoService.View {
    /// Whether something runs on it.
    private var runs: Bool { job.status == VideoJob.quickRunning || job.status == VideoJob.deepRunning }

    /// Its status, with the progress while something runs.
    var badge: StatusBadge { StatusBadge(job.record.status, progress: runs ? job.progress : nil) }
}
