extension TicketScript {
    /// What is sent of a ticket.
    static let saving = """
        Object.assign(Card.prototype, {
          // Sends a change behind those before it, and says whether that went well.
          send(change) {
            const turn = this.turn.then(async () => {
              const sent = change();
              const ticket = await page.call("PATCH", page.root + "/tickets/" + this.id,
                Object.assign({ revision: this.revision }, sent));
              return { ticket, sent };
            });
            this.turn = turn.catch(() => null);
            return turn;
          },

          async save() {
            const button = this.find("button[type=submit]");
            button.disabled = true;
            this.show("Saving…");
            try {
              const { ticket, sent } = await this.send(() => this.fields);
              // What was typed meanwhile stays.
              const isSame = JSON.stringify(sent) === JSON.stringify(this.fields);
              this.take(ticket);
              if (isSame) this.fields = this.saved;
              this.find(".conflict").hidden = true;
              this.typed();
              if (isSame) this.show("Saved");
              return true;
            } catch (error) {
              this.show("Not saved");
              this.refused(error);
              return false;
            } finally {
              button.disabled = false;
            }
          },

          refused(error) {
            const problem = error.problem || {};
            const conflict = this.find(".conflict");
            if (problem.code === "changed_meanwhile") {
              conflict.hidden = false;
              return;
            }
            this.faults(problem.faults || [error.message]);
          },

          // The version of the server instead of what was typed.
          async reload() {
            try {
              const ticket = await page.call("GET", page.root + "/tickets/" + this.id);
              this.take(ticket);
              this.fields = this.saved;
              this.find(".conflict").hidden = true;
              this.faults([]);
              this.typed();
              this.form.elements.summary.focus();
            } catch (error) {
              this.faults([error.message]);
            }
          },

          // What was typed instead of the version of the server.
          async keep() {
            try {
              this.revision = (await page.call("GET", page.root + "/tickets/" + this.id)).revision;
              await this.save();
            } catch (error) {
              this.faults([error.message]);
            }
          },

          async approve(isApproved) {
            this.check.checked = isApproved;
            changed();
            const trouble = this.find(".trouble");
            trouble.hidden = true;
            try {
              const { ticket } = await this.send(() => ({ approved: isApproved }));
              if (this.form) {
                const typed = this.fields;
                const wasUnsaved = this.isUnsaved;
                this.take(ticket);
                if (wasUnsaved) this.fields = typed;
                this.typed();
              } else {
                this.take(ticket);
                this.saved = null;
                if (this.kept) page.kept.write(this.id, Object.assign(this.kept, { revision: ticket.revision }));
              }
              changed();
              return true;
            } catch (error) {
              this.check.checked = !isApproved;
              const isOld = error.problem && error.problem.code === "changed_meanwhile";
              trouble.textContent = isOld
                ? "The ticket was changed meanwhile, in another window or by somebody else; look at it and decide again."
                : error.message;
              trouble.hidden = false;
              if (isOld) await this.renew();
              changed();
              return false;
            }
          },

          // Somebody else changed it: what was not touched here is shown as it is now.
          async renew() {
            if (this.form && this.isUnsaved) {
              this.find(".conflict").hidden = false;
              return;
            }
            if (this.form) { await this.reload(); return; }
            try {
              this.take(await page.call("GET", page.root + "/tickets/" + this.id));
              this.saved = null;
            } catch (error) {
              page.say(error);
            }
          },
        });

        """
}
