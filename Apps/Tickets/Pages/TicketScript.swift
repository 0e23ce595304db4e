/// The scripts of the tickets on a session's page, for each of their parts; they stand behind ``SessionScript/common``.
enum TicketScript {
    /// Reading a ticket that does not change.
    static let reading = """
        (() => {
          for (const list of document.querySelectorAll("ol.tickets")) list.addEventListener("toggle", async (event) => {
            const item = event.target.closest("[data-ticket]");
            if (!event.target.open || "editable" in item.dataset) return;
            const inside = item.querySelector(".inside");
            if (inside.hasChildNodes()) return;
            inside.textContent = "Loading…";
            try {
              const ticket = await page.call("GET", page.root + "/tickets/" + item.dataset.ticket);
              const seen = await page.call("POST", page.root + "/preview", {
                summary: ticket.summary, description: ticket.description, acceptance_criteria: ticket.acceptance_criteria,
              });
              inside.innerHTML = seen.html;
              inside.classList.add("preview");
            } catch (error) {
              inside.replaceChildren();
              event.target.open = false;
              page.say(error);
            }
          }, true);
        })();

        """

    /// The editor of a ticket: its fields, what they would look like, and what of them is saved.
    static let editing = """
        const changed = () => document.dispatchEvent(new Event("tickets"));

        class Card {
          constructor(item) {
            this.item = item;
            this.id = item.dataset.ticket;
            this.place = Number(item.id.slice(7));
            this.revision = Number(item.dataset.revision);
            this.details = item.querySelector("details");
            this.state = item.querySelector(".state");
            this.check = item.querySelector(".approve input");
            // What the server has, once it was asked.
            this.saved = null;
            this.form = null;
            // One request after the other: each knows the revision of the one before.
            this.turn = Promise.resolve();
            this.kept = page.kept.read(this.id);
            this.details.addEventListener("toggle", () => { if (this.details.open) this.open(); });
            this.check.addEventListener("change", () => this.approve(this.check.checked));
            if (this.kept) this.details.open = true;
          }

          get isUnsaved() {
            if (!this.saved) return this.kept !== null;
            const now = this.fields;
            return now.summary !== this.saved.summary || now.description !== this.saved.description
              || now.acceptance_criteria.join("\\n") !== this.saved.acceptance_criteria.join("\\n");
          }

          get fields() {
            const elements = this.form.elements;
            return {
              summary: elements.summary.value.trim(),
              description: elements.description.value,
              acceptance_criteria: elements.criteria.value.split("\\n").map((line) => line.trim()).filter((line) => line),
            };
          }

          set fields(text) {
            const elements = this.form.elements;
            elements.summary.value = text.summary;
            elements.description.value = text.description;
            elements.criteria.value = text.acceptance_criteria.join("\\n");
          }

          find(selector) { return this.item.querySelector(selector); }

          async open() {
            if (this.form || this.isOpening) return;
            this.isOpening = true;
            const inside = this.find(".inside");
            inside.textContent = "Loading…";
            try {
              const ticket = await page.call("GET", page.root + "/tickets/" + this.id);
              inside.replaceChildren(document.getElementById("editor").content.cloneNode(true));
              this.form = this.find("form");
              this.take(ticket);
              this.fields = this.saved;
              this.listen();
              if (this.kept) {
                this.fields = this.kept;
                this.revision = this.kept.revision;
                this.find(".conflict").hidden = this.revision === ticket.revision || !this.isUnsaved;
              }
              this.typed();
            } catch (error) {
              inside.replaceChildren();
              this.form = null;
              this.details.open = false;
              page.say(error);
            }
            this.isOpening = false;
          }

          listen() {
            this.form.addEventListener("input", () => this.typed());
            this.form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
            this.find("[data-undo]").addEventListener("click", () => this.reload());
            this.find("[data-load]").addEventListener("click", () => this.reload());
            this.find("[data-keep]").addEventListener("click", () => this.keep());
          }

          // What the server says of the ticket.
          take(ticket) {
            this.revision = ticket.revision;
            this.saved = {
              summary: ticket.summary, description: ticket.description, acceptance_criteria: ticket.acceptance_criteria,
            };
            this.check.checked = ticket.approved;
            this.check.setAttribute("aria-label", "Approved: " + ticket.summary);
            this.item.toggleAttribute("data-left-out", !ticket.approved);
            this.find(".title").textContent = ticket.summary;
            const refusal = this.find(".refusal");
            refusal.hidden = !ticket.refusal;
            refusal.textContent = ticket.refusal ? "Jira refused it: " + ticket.refusal : "";
          }

          // Whatever was typed outlives the page until it is saved.
          typed() {
            const isUnsaved = this.isUnsaved;
            this.kept = null;
            if (isUnsaved) page.kept.write(this.id, Object.assign({ revision: this.revision }, this.fields));
            else page.kept.drop(this.id);
            this.show(isUnsaved ? "Not saved" : "");
            clearTimeout(this.timer);
            this.timer = setTimeout(() => this.preview(), this.isSeen ? 400 : 0);
            this.isSeen = true;
          }

          show(words) {
            this.state.textContent = words;
            this.find(".saved").textContent = words;
            changed();
          }

          async preview() {
            const fields = this.fields;
            try {
              const seen = await page.call("POST", page.root + "/preview", fields);
              if (JSON.stringify(fields) !== JSON.stringify(this.fields)) return;
              this.find(".preview").innerHTML = seen.html;
              this.faults(seen.faults);
            } catch (error) {
              this.find(".preview").textContent = error.message;
            }
          }

          faults(texts) {
            const list = this.find(".faults");
            if ([...list.children].map((item) => item.textContent).join("\\n") === texts.join("\\n")) return;
            list.replaceChildren(...texts.map((text) => {
              const item = document.createElement("li");
              item.textContent = text;
              return item;
            }));
          }
        }

        """
}
