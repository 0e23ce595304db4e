extension SessionSection {
    /// The script of the form and the lists: it begins a session with its site and goes to its page, takes one up again that
    /// was left alone, and deletes one that was left for too long.
    public static let script = """
        "use strict";
        (() => {
          const form = document.getElementById("begin-session");
          if (!form) return;
          const root = "/api/tickets/sessions";
          const call = async (method, address, body) => {
            const answer = await fetch(address, {
              method, credentials: "same-origin", body: body === undefined ? undefined : JSON.stringify(body),
              headers: Object.assign({ "X-Lockstep-Form": form.dataset.token },
                body === undefined ? {} : { "Content-Type": "application/json" }),
            });
            if (answer.status === 204) return null;
            const document = await answer.json();
            if (!answer.ok) throw Object.assign(new Error(document.detail), { problem: document });
            return document;
          };
          const page = (id) => root + "/" + encodeURIComponent(id) + "/page";
          const say = (words, error) => {
            words.replaceChildren(error.message);
            if (!error.problem || !error.problem.session_id) return;
            const link = document.createElement("a");
            link.href = page(error.problem.session_id);
            link.textContent = "Open it";
            words.append(" ", link);
          };

          // A page that loads itself again meanwhile keeps what is written.
          const texts = [...form.querySelectorAll("input, textarea, select")];
          for (const field of texts) {
            try { field.value = sessionStorage.getItem(field.id) || field.value; } catch (error) { break; }
          }
          form.addEventListener("input", () => {
            // A storage that is full or forbidden keeps nothing.
            try { for (const field of texts) sessionStorage.setItem(field.id, field.value); } catch (error) { return; }
          });
          const forget = () => {
            try { for (const field of texts) sessionStorage.removeItem(field.id); } catch (error) { return; }
          };
          const button = form.querySelector("button");
          form.addEventListener("submit", async (event) => {
            event.preventDefault();
            button.disabled = true;
            try {
              const fields = form.elements;
              const site = { site_name: fields.site_name.value, site_description: fields.site_description.value };
              if (fields.llm_provider_choice && fields.llm_provider_choice.value) {
                site.llm_provider_choice = fields.llm_provider_choice.value;
              }
              const session = await call("POST", root, site);
              forget();
              // Its site is known, so that it goes on to the files; where that fails the session's page asks once more.
              try { await call("PUT", root + "/" + session.id + "/site", site); } finally { location.href = page(session.id); }
            } catch (error) {
              say(document.getElementById("begin-words"), error);
              button.disabled = false;
            }
          });

          const lists = document.getElementById("ticket-sessions");
          if (!lists) return;
          const words = lists.querySelector(":scope > p");
          const dialog = document.getElementById("delete-session");
          let wanted = null;
          dialog.addEventListener("close", async () => {
            if (dialog.returnValue !== "yes") return;
            try {
              await call("DELETE", root + "/" + wanted);
              location.reload();
            } catch (error) {
              say(words, error);
            }
          });
          lists.addEventListener("click", async (event) => {
            const remove = event.target.closest("[data-delete]");
            if (remove) {
              wanted = remove.dataset.delete;
              dialog.returnValue = "no";
              dialog.showModal();
              return;
            }
            const link = event.target.closest("[data-recover]");
            if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
            event.preventDefault();
            try {
              // The history of each open session keeps that they were asked for, and that this one was taken up.
              await call("GET", root + "?incomplete=true");
              await call("POST", root + "/" + link.dataset.recover + "/recover");
              location.href = link.href;
            } catch (error) {
              // It was completed meanwhile, or left for too long: its page says so.
              if (error.problem && error.problem.code === "not_recoverable") location.href = link.href;
              else say(words, error);
            }
          });
        })();

        """
}
