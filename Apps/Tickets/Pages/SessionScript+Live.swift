extension SessionScript {
    /// What workers do, as it happens.
    static let live = """
        (() => {
          const bar = document.getElementById("progress");
          const stage = document.getElementById("stage");
          const list = document.getElementById("tickets");
          const title = document.getElementById(list.getAttribute("aria-labelledby"));
          const isExport = "sent" in list.dataset;
          const kinds = { content_type: "Content type", view: "View", menu: "Menu", integration: "Integration" };
          const items = new Map([...list.children].map((item) => [item.dataset.ticket, item]));

          const drafted = (tickets) => {
            const line = document.getElementById("ticket-line").content;
            tickets.forEach((ticket, index) => {
              if (items.has(ticket.id)) return;
              const item = line.cloneNode(true).firstElementChild;
              item.dataset.ticket = ticket.id;
              item.querySelector(".kind-of").textContent = kinds[ticket.subject.split(":")[0]] || "";
              item.querySelector("b").textContent = ticket.summary;
              list.insertBefore(item, list.children[index] || null);
              items.set(ticket.id, item);
            });
            title.textContent = tickets.length + (tickets.length === 1 ? " ticket" : " tickets") + " drafted";
          };
          const sent = (tickets) => {
            for (const ticket of tickets) {
              const item = items.get(ticket.id);
              if (!item) continue;
              const [jira, refusal] = [item.querySelector(".jira"), item.querySelector(".refusal")];
              if (ticket.jira_key && jira.textContent !== ticket.jira_key) {
                const link = document.createElement("a");
                if (/^https?:/.test(ticket.jira_url || "")) link.href = ticket.jira_url;
                link.rel = "noopener noreferrer";
                link.target = "_blank";
                link.textContent = ticket.jira_key;
                jira.replaceChildren(link);
                jira.hidden = false;
              }
              refusal.hidden = !ticket.refusal;
              refusal.textContent = ticket.refusal ? "Jira refused it: " + ticket.refusal : "";
            }
          };
          // A long list is asked for less often.
          let isAsking = false;
          let asksAgain = false;
          const refresh = async () => {
            if (isAsking) { asksAgain = true; return; }
            isAsking = true;
            const begun = performance.now();
            try {
              const answer = await page.call("GET", page.path + "/tickets");
              (isExport ? sent : drafted)(answer.tickets);
            } catch (error) {
              // The next event asks again, and the end of the work loads the page.
              asksAgain = false;
            }
            setTimeout(() => {
              isAsking = false;
              if (asksAgain) { asksAgain = false; refresh(); }
            }, Math.min(10000, 100 + 4 * (performance.now() - begun)));
          };

          // What was before this page is in it already.
          const source = new EventSource(page.path + "/events?after=" + page.main.dataset.after);
          const again = () => { source.close(); page.go(); };
          source.addEventListener("progress", (event) => {
            const job = JSON.parse(event.data);
            bar.value = Math.max(bar.value, job.progress);
            if (job.progress_detail) stage.textContent = job.progress_detail;
            refresh();
          });
          const moved = (event) => {
            const line = JSON.parse(event.data);
            if (line.to === "exporting") page.main.dataset.status = "exporting";
            else if (line.to !== "processing" && line.to !== "jira_export") again();
          };
          source.addEventListener("moved", moved);
          source.addEventListener("claimed", moved);
          source.addEventListener("retried", () => { stage.textContent = "Something is in the way; it is tried again by itself."; });
          for (const name of ["parked", "resumed", "held", "released"]) source.addEventListener(name, again);
          source.addEventListener("error", () => {
            // A stream that is refused does not come back by itself.
            if (source.readyState === EventSource.CLOSED) setTimeout(page.go, 5000);
          });
        })();

        """
}
