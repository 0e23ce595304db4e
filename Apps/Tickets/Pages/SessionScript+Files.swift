extension SessionScript {
    /// The files: sending them one after the other, so that one which cannot be used keeps none of the others away.
    static let files = """
        (() => {
          const list = document.getElementById("files");
          const form = document.getElementById("upload");
          if (!form) return;
          const input = document.getElementById("upload-files");
          const sending = document.getElementById("sending");
          const bar = document.getElementById("sent");
          const words = document.getElementById("upload-words");
          const faults = document.getElementById("upload-faults");
          const process = document.getElementById("process");
          let current = null;
          let isStopped = false;

          const size = (bytes) => bytes < 1024 ? bytes + " bytes"
            : bytes < 1048576 ? Number((bytes / 1024).toPrecision(3)) + " KiB"
            : Number((bytes / 1048576).toPrecision(3)) + " MiB";
          const show = (session) => {
            const row = document.getElementById("file-row").content;
            list.replaceChildren(...session.files.map((file) => {
              const item = row.cloneNode(true).firstElementChild;
              item.dataset.place = file.place;
              item.querySelector("b").textContent = file.filename;
              item.querySelector("span").textContent = size(file.size);
              item.querySelector("button").setAttribute("aria-label", "Remove " + file.filename);
              return item;
            }));
            document.getElementById("no-files").hidden = session.files.length > 0;
            // What was drafted from other files is gone.
            const drafted = document.getElementById("drafted");
            if (drafted) drafted.closest("section").remove();
          };
          const fault = (text) => {
            const item = document.createElement("li");
            item.textContent = text;
            faults.append(item);
          };

          list.addEventListener("click", (event) => {
            const button = event.target.closest("button");
            if (!button) return;
            faults.replaceChildren();
            const item = button.closest("li");
            page.during(button, async () => {
              show(await page.call("DELETE", page.path + "/files/" + item.dataset.place));
              words.textContent = item.querySelector("b").textContent + " was removed.";
              list.focus();
            });
          });

          const send = (file, done, total) => new Promise((resolve, reject) => {
            const request = new XMLHttpRequest();
            request.open("POST", page.path + "/files");
            request.setRequestHeader("X-Lockstep-Form", page.main.dataset.token);
            request.responseType = "json";
            request.upload.onprogress = (event) => {
              bar.value = 100 * (done + file.size * event.loaded / event.total) / total;
            };
            request.onload = () => request.status === 201 && request.response ? resolve(request.response)
              : reject(new page.Refused(page.heard(request.status, request.response)));
            request.onerror = () => reject(new Error("The connection broke off while " + file.name + " was sent; try again."));
            request.onabort = () => reject(new Error(file.name + " was not sent."));
            const body = new FormData();
            body.append("files", file, file.name);
            current = request;
            request.send(body);
          });
          document.getElementById("stop-sending").addEventListener("click", () => {
            isStopped = true;
            if (current) current.abort();
          });
          page.unsaved.push(() => current !== null);

          form.addEventListener("submit", (event) => event.preventDefault());
          input.addEventListener("change", async () => {
            const files = [...input.files];
            if (!files.length) return;
            const total = Math.max(1, files.reduce((sum, file) => sum + file.size, 0));
            const most = Number(list.dataset.bytes);
            let [done, sent] = [0, 0];
            isStopped = false;
            faults.replaceChildren();
            bar.value = 0;
            sending.hidden = false;
            input.disabled = process.disabled = true;
            for (const file of files) {
              if (isStopped) break;
              words.textContent = "Sending " + file.name;
              try {
                if (file.size > most) throw new Error(file.name + " is larger than " + size(most) + ".");
                show(await send(file, done, total));
                sent += 1;
              } catch (error) {
                fault(error.message);
              }
              done += file.size;
              bar.value = 100 * done / total;
            }
            current = null;
            sending.hidden = true;
            input.disabled = process.disabled = false;
            input.value = "";
            words.textContent = sent === 1 ? "1 file was added." : sent + " files were added.";
            input.focus();
          });

          process.addEventListener("click", () => page.during(process, async () => {
            await page.call("POST", page.path + "/process");
            page.go();
          }));
        })();

        """
}
