extension TicketScript {
    /// The list: what is approved and saved, finding, approving many, and the export.
    static let list = """
        (() => {
          const list = document.getElementById("tickets");
          const items = [...list.children];
          const cards = items.filter((item) => "editable" in item.dataset).map((item) => new Card(item));
          const approved = document.getElementById("approved");
          const unsaved = document.getElementById("unsaved");
          const saveAll = document.getElementById("save-all");
          const faults = document.getElementById("export-faults");
          const words = document.getElementById("export-words");
          // Texts of tickets that are not there any more.
          const known = new Set(items.map((item) => item.dataset.ticket));
          for (const ticket of page.kept.tickets()) if (!known.has(ticket)) page.kept.drop(ticket);

          const notSaved = () => cards.filter((card) => card.isUnsaved);
          page.unsaved.push(() => notSaved().length > 0);
          const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
          let hadFaults = "";
          const count = () => {
            const fixed = items.filter((item) => !("editable" in item.dataset) && !("leftOut" in item.dataset)).length;
            const checked = cards.filter((card) => card.check.checked).length;
            put(approved, fixed + checked + " of " + items.length + " approved");
            const open = notSaved().length;
            put(unsaved, open === 0 ? "" : open === 1 ? "1 ticket is not saved" : open + " tickets are not saved");
            saveAll.hidden = open === 0;
          };
          document.addEventListener("tickets", count);
          count();

          // A fault names its ticket by its place.
          const point = (place) => {
            const item = document.getElementById("ticket-" + place);
            if (!item) return;
            item.hidden = false;
            item.querySelector("details").open = true;
            item.querySelector("summary").focus();
            item.scrollIntoView({ block: "start" });
          };
          const showFaults = (texts) => {
            faults.replaceChildren(...texts.map((text) => {
              const item = document.createElement("li");
              const found = /^Ticket (\\d+), /.exec(text);
              if (!found) { item.textContent = text; return item; }
              const link = document.createElement("a");
              link.href = "#ticket-" + found[1];
              link.textContent = "Ticket " + found[1];
              link.addEventListener("click", (event) => { event.preventDefault(); point(found[1]); });
              item.append(link, text.slice(found[0].length - 2));
              return item;
            }));
          };
          showFaults([...faults.children].map((item) => item.textContent));
          const stillFaulty = async () => {
            if (!faults.hasChildNodes()) return;
            try {
              const session = await page.call("GET", page.path);
              showFaults(session.validation ? session.validation.faults : []);
            } catch (error) {
              page.say(error, words);
            }
          };

          saveAll.addEventListener("click", () => page.during(saveAll, async () => {
            for (const card of notSaved()) {
              if (!card.form) await card.open();
              if (!await card.save()) point(card.place);
            }
            await stillFaulty();
            approved.scrollIntoView({ block: "nearest" });
          }, words));

          const find = document.getElementById("find");
          const [all, none] = [document.getElementById("all"), document.getElementById("none")];
          const found = document.getElementById("found");
          find.addEventListener("input", () => {
            const text = find.value.trim().toLowerCase();
            for (const item of items) item.hidden = !item.querySelector("summary").textContent.toLowerCase().includes(text);
            const shown = items.filter((item) => !item.hidden).length;
            put(found, text ? shown + " of " + items.length + " found" : "");
            put(all, text ? "Approve those found" : "Approve all");
            put(none, text ? "Approve none of those found" : "Approve none");
          });
          const approve = (button, isApproved) => button.addEventListener("click", () => page.during(button, async () => {
            const wanted = cards.filter((card) => !card.item.hidden && card.check.checked !== isApproved);
            for (const [index, card] of wanted.entries()) {
              put(found, (index + 1) + " of " + wanted.length);
              if (!await card.approve(isApproved)) { point(card.place); break; }
            }
            put(found, "");
            await stillFaulty();
          }, words));
          approve(all, true);
          approve(none, false);
          list.addEventListener("change", stillFaulty);

          const form = document.getElementById("export");
          if (!form) return;
          form.addEventListener("submit", (event) => {
            event.preventDefault();
            page.during(form.querySelector("button"), async () => {
              const open = notSaved();
              if (open.length) {
                point(open[0].place);
                throw new Error("Save or discard what is not saved first: "
                  + open.map((card) => "ticket " + card.place).join(", ") + ".");
              }
              await Promise.all(cards.map((card) => card.turn));
              try {
                await page.call("POST", page.path + "/export", { jira_project_key: form.elements.jira_project_key.value.trim() });
                page.go();
              } catch (error) {
                const problem = error.problem || {};
                if (problem.code !== "invalid_ticket") throw error;
                showFaults(problem.faults || []);
                throw new Error("These tickets cannot be sent as they are; change them, or leave them out.");
              }
            }, words);
          });
        })();

        """
}
