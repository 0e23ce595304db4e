/// The scripts of a session's page, for each of its parts; a page gets those that it needs, the common one first.
enum SessionScript {
    /// What all parts need: requests, words about what went wrong, text that is not saved yet, and throwing the session away.
    static let common = """
        "use strict";
        const page = (() => {
          const main = document.querySelector("main");
          const root = "/api/tickets";
          const path = root + "/sessions/" + main.dataset.session;
          const words = document.getElementById("words");
          const news = document.getElementById("news");
          // Each says whether leaving would lose something.
          const unsaved = [];
          let isLeaving = false;

          class Refused extends Error {
            constructor(problem) {
              super(problem.detail || "The server has given no answer that can be read; try again.");
              this.problem = problem;
            }
          }
          const heard = (status, problem) => status === 401
            ? { code: "unauthorized", detail: "You are signed out. Sign in in another window, and load this page again; what you have written is kept." }
            : problem || {};
          const call = async (method, address, body) => {
            let answer;
            try {
              answer = await fetch(address, {
                method, credentials: "same-origin", cache: "no-store",
                body: body === undefined ? undefined : JSON.stringify(body),
                headers: Object.assign({ "X-Lockstep-Form": main.dataset.token },
                  body === undefined ? {} : { "Content-Type": "application/json" }),
              });
            } catch (error) {
              throw new Refused({ code: "unreachable", detail: "The server cannot be reached; try again." });
            }
            if (answer.status === 204) return null;
            const document = await answer.json().catch(() => null);
            if (!answer.ok || document === null) throw new Refused(heard(answer.status, document));
            return document;
          };

          const link = (address, text) => {
            const link = document.createElement("a");
            link.href = address;
            link.textContent = text;
            return link;
          };
          // Says what went wrong, with the way to the session that is meant.
          const say = (error, where = words) => {
            where.replaceChildren(error.message);
            const other = error.problem && error.problem.session_id;
            if (other && other !== main.dataset.session) {
              where.append(" ", link(root + "/sessions/" + encodeURIComponent(other) + "/page", "Open it"));
            }
          };
          // Keeps a button from being pressed twice, and says what went wrong.
          const during = async (button, body, where) => {
            const hadFocus = document.activeElement === button;
            button.disabled = true;
            try {
              say({ message: "" }, where);
              await body();
            } catch (error) {
              say(error, where);
            }
            button.disabled = isLeaving;
            if (hadFocus) button.focus();
          };
          const go = (address) => {
            isLeaving = true;
            if (address) location.href = address; else location.reload();
          };
          const hasUnsaved = () => unsaved.some((isUnsaved) => isUnsaved());
          addEventListener("beforeunload", (event) => {
            if (!isLeaving && hasUnsaved()) event.preventDefault();
          });

          // What was written and not saved, until it is; it outlives the page and the browser.
          const prefix = "lockstep.tickets." + main.dataset.session + ".";
          const kept = {
            read(ticket) {
              try { return JSON.parse(localStorage.getItem(prefix + ticket)); } catch (error) { return null; }
            },
            write(ticket, text) {
              // A storage that is full or forbidden keeps nothing; the page still warns on leaving.
              try { localStorage.setItem(prefix + ticket, JSON.stringify(text)); } catch (error) { return; }
            },
            drop(ticket) { try { localStorage.removeItem(prefix + ticket); } catch (error) { return; } },
            tickets() {
              try {
                return Object.keys(localStorage).filter((key) => key.startsWith(prefix))
                  .map((key) => key.slice(prefix.length));
              } catch (error) { return []; }
            },
            clear() { for (const ticket of kept.tickets()) kept.drop(ticket); },
          };
          if (main.dataset.stage === "completed") kept.clear();

          const tell = (text) => {
            news.hidden = false;
            news.replaceChildren(text + " ", link(location.pathname, "Show it"));
          };
          // Another window may have brought the session on.
          const look = async () => {
            try {
              const session = await call("GET", path);
              if (session.current_stage === main.dataset.stage && session.status === main.dataset.status) return;
              if (hasUnsaved()) tell("This session has gone on in another window."); else go();
            } catch (error) {
              // Without an answer the page stays as it is; whatever is pressed next says what is wrong.
              if (error.problem && error.problem.code === "not_found") say({ message: "This session was deleted in another window." });
            }
          };
          document.addEventListener("visibilitychange", () => {
            if (document.visibilityState === "visible" && !isLeaving) look();
          });
          if ("idle" in main.dataset) call("POST", path + "/recover").catch((error) => {
            // It was completed since the page was made.
            if (error.problem && error.problem.code === "not_recoverable") look(); else say(error);
          });

          const dialog = document.getElementById("really");
          document.getElementById("delete").addEventListener("click", () => {
            dialog.returnValue = "no";
            dialog.showModal();
          });
          dialog.addEventListener("close", () => {
            if (dialog.returnValue !== "yes") return;
            during(document.getElementById("delete"), async () => {
              await call("DELETE", path);
              kept.clear();
              go("/");
            });
          });
          return { main, root, path, unsaved, kept, Refused, heard, call, say, during, go, look };
        })();

        """

    /// The form of the site.
    static let site = """
        (() => {
          const form = document.getElementById("site");
          const fields = [...form.querySelectorAll("input, textarea")];
          const choice = form.elements.llm_provider_choice;
          page.unsaved.push(() => fields.some((field) => field.value !== field.defaultValue));
          form.addEventListener("submit", (event) => {
            event.preventDefault();
            page.during(form.querySelector("button"), async () => {
              const site = { site_name: fields[0].value, site_description: fields[1].value };
              if (choice) site.llm_provider_choice = choice.value || null;
              await page.call("PUT", page.path + "/site", site);
              page.go();
            }, document.getElementById("site-words"));
          });
        })();

        """
}
