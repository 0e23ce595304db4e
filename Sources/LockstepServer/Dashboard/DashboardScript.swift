import Lockstep

/// The script that keeps a page of the dashboard fresh. Without it everything can be read and done, by loading the
/// page again.
///
/// It waits for events, asks for the same page, and puts the marked sections (`data-swap`, with an id) of the answer
/// in the place of the present ones. Focus, scrolling, open details and whatever somebody is typing stay as they
/// are. Where there are no events it asks once a second.
enum DashboardScript {
    static let text = """
        "use strict";
        (() => {
          const EVENTS = \(kinds);
          const SOON = 120, REST = 280, POLL = 1000, SLOW = 5000, QUIET = 10000, LATER = 30000;
          const $ = (selector, from = document) => Array.from(from.querySelectorAll(selector));
          const isTyping = (node) => node && (node.isContentEditable ||
            ["INPUT", "TEXTAREA", "SELECT"].includes(node.tagName));

          document.addEventListener("keydown", (event) => {
            if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
            const field = document.getElementById("search");
            if (!field) return;
            event.preventDefault();
            field.focus();
            field.select();
          });
          // A form is sent once, however often its button is pressed.
          document.addEventListener("submit", (event) => {
            const form = event.target;
            if (form.method !== "post") return;
            if (form.dataset.sent) event.preventDefault();
            form.dataset.sent = "1";
          });
          window.addEventListener("pageshow", () => $("form[data-sent]").forEach((form) => delete form.dataset.sent));
          document.addEventListener("input", (event) => {
            const form = event.target.closest("form");
            if (form) form.dataset.edited = "1";
          });

          if (!document.body.hasAttribute("data-live")) return;
          const served = new Map($("[data-swap]").map((part) => [part.id, part.outerHTML]));
          let busy = false, again = false, timer = 0, poll = 0, source = null, misses = 0, lastSaid = 0, toSay = "", sayTimer = 0;

          const state = (words, name) => $("[data-live-state]").forEach((mark) => {
            if (mark.textContent !== words) mark.textContent = words;
            mark.dataset.liveState = name;
          });

          const say = (words) => {
            toSay = words;
            const wait = Math.max(0, lastSaid + QUIET - Date.now());
            if (sayTimer) return;
            sayTimer = setTimeout(() => {
              sayTimer = 0;
              lastSaid = Date.now();
              document.getElementById("announcer").textContent = toSay;
            }, wait);
          };

          // What tells an element from others in its section, before and after it was swapped.
          const keyOf = (node) => node.id ? "#" + node.id
            : node.tagName + "|" + (node.getAttribute("href") || "") + "|" + (node.getAttribute("name") || "") +
              "|" + (node.getAttribute("value") || "") + "|" + (node.dataset.key || "");
          const find = (part, key) => $("a, button, input, select, textarea, summary, [tabindex]", part)
            .find((node) => keyOf(node) === key);

          const swap = (old, fresh) => {
            const active = document.activeElement;
            const holds = old.contains(active);
            if ((holds && isTyping(active)) || old.querySelector("form[data-edited], form[data-sent]")) return false;
            const focus = holds ? keyOf(active) : null;
            const open = new Map($("details", old).map((node) => [node.dataset.key || keyOf(node), node.open]));
            const scrolls = $(".scroll", old).map((node) => [node.scrollLeft, node.scrollTop]);
            const counts = new Map($("[data-count]", old).map((node) => [node.dataset.count, node.textContent]));
            const news = new Map($("[data-announce]", old).map((node) => [node.dataset.announce, node.textContent]));
            if (old.scrollLeft) scrolls.self = old.scrollLeft;
            old.replaceWith(fresh);
            $("details", fresh).forEach((node) => {
              const was = open.get(node.dataset.key || keyOf(node));
              if (was !== undefined) node.open = was;
            });
            $(".scroll", fresh).forEach((node, index) => {
              if (scrolls[index]) [node.scrollLeft, node.scrollTop] = scrolls[index];
            });
            if (focus) {
              const target = find(fresh, focus);
              if (target) target.focus({ preventScroll: true });
            }
            $("[data-count]", fresh).forEach((node) => {
              const was = counts.get(node.dataset.count);
              if (was !== undefined && was !== node.textContent) node.classList.add("changed");
            });
            $("[data-announce]", fresh).forEach((node) => {
              const was = news.get(node.dataset.announce);
              if (was !== undefined && was !== node.textContent) say(node.textContent);
            });
            return true;
          };

          const refresh = async () => {
            if (busy) { again = true; return; }
            busy = true;
            try {
              const answer = await fetch(location.href, {
                headers: { Accept: "text/html" }, credentials: "same-origin", cache: "no-store",
              });
              if (answer.redirected) { location.reload(); return; }
              const next = new DOMParser().parseFromString(await answer.text(), "text/html");
              if (!answer.ok) { state("This page is no longer there; load it again.", "lost"); return; }
              for (const old of $("[data-swap]")) {
                const fresh = next.getElementById(old.id);
                if (!fresh) continue;
                const html = fresh.outerHTML;
                if (served.get(old.id) === html) continue;
                if (swap(old, document.adoptNode(fresh))) served.set(old.id, html);
              }
              if (poll) state("Updated every second", "poll");
            } catch {
              state("The server does not answer; trying again.", "lost");
            } finally {
              setTimeout(() => {
                busy = false;
                if (again) { again = false; refresh(); }
              }, REST);
            }
          };
          const soon = () => {
            if (timer) return;
            timer = setTimeout(() => { timer = 0; refresh(); }, SOON);
          };

          const listen = () => {
            if (source || poll) return;
            source = new EventSource("/v1/events");
            source.onopen = () => { misses = 0; state("Live", "live"); soon(); };
            for (const name of EVENTS) source.addEventListener(name, soon);
            source.onmessage = soon;
            source.onerror = () => {
              misses += 1;
              if (source.readyState !== EventSource.CLOSED && misses < 3) {
                state("Connecting …", "lost");
                return;
              }
              source.close();
              source = null;
              poll = setInterval(refresh, POLL);
              setTimeout(() => { if (poll) { hush(); listen(); } }, LATER);
            };
          };
          const hush = () => {
            if (source) source.close();
            if (poll) clearInterval(poll);
            source = null;
            poll = 0;
          };
          // A page that nobody sees holds no connection.
          document.addEventListener("visibilitychange", () => {
            if (document.hidden) { hush(); } else { listen(); refresh(); }
          });
          window.addEventListener("pagehide", hush);
          setInterval(() => { if (!document.hidden) soon(); }, SLOW);
          if (!document.hidden) listen();
        })();

        """

    /// The names of the events, as the server sends them.
    private static let kinds =
        "["
        + (HistoryEntry.Kind.allCases.map(\.rawValue) + ["progress"]).map { "\"\($0)\"" }
        .joined(separator: ", ") + "]"
}
