/// The style sheet of a session's page, behind that of reports.
enum SessionStyle {
    static let css = """
        .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
        [hidden] { display: none !important; }
        .notice { margin: 1rem 0; padding: .7rem 1rem; border: 1px solid var(--amber); border-radius: .6rem; background: var(--card); }
        .failure { padding: .7rem 1rem; border: 1px solid var(--red); border-radius: .6rem; background: var(--card);
          overflow-wrap: anywhere; }
        .steps { display: flex; margin: 1rem 0 0; padding: 0; list-style: none; counter-reset: step; }
        .steps li { flex: 1; position: relative; padding-top: 2.1rem; text-align: center; font-size: .8rem; color: var(--soft);
          counter-increment: step; }
        .steps li::before { content: counter(step); position: absolute; top: 0; left: 50%; width: 1.7rem; height: 1.7rem;
          margin-left: -.85rem; border: 2px solid var(--line); border-radius: 50%; background: var(--paper); z-index: 1;
          line-height: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
        .steps li + li::after { content: ""; position: absolute; top: .8rem; right: 50%; width: 100%; height: 2px;
          background: var(--line); }
        .steps .done::before { content: "✓"; border-color: var(--green); color: var(--green); }
        .steps .done + li::after { background: var(--green); }
        .steps [aria-current] { color: var(--ink); font-weight: 650; }
        .steps .active::before, .steps .exporting::before { border-color: var(--blue); background: var(--blue); color: var(--on-blue); }
        .steps .failed::before { content: "!"; border-color: var(--red); color: var(--red); }
        .panel { margin: 1.2rem 0; padding: 1rem; } .panel h2:first-child { margin-top: 0; }
        .panel summary, .end summary { cursor: pointer; font-weight: 600; } .kept { white-space: pre-wrap; overflow-wrap: anywhere; }
        .panel > .row { margin-top: .8rem; } .panel progress { width: 100%; accent-color: var(--blue); }
        .fields { display: grid; gap: .5rem; align-content: start; } .fields label { display: grid; gap: .3rem; font-weight: 600; }
        .fields p { margin: 0; } textarea, select { width: 100%; padding: .6rem .7rem; border: 1px solid var(--line);
          border-radius: .4rem; background: var(--paper); color: inherit; font: inherit; }
        textarea { font: .95rem/1.45 ui-monospace, Menlo, Consolas, monospace; resize: vertical; }
        .row { display: flex; flex-wrap: wrap; align-items: center; gap: .6rem; } .row progress { flex: 1; }
        .files { display: grid; gap: .3rem; margin: .6rem 0; padding: 0; list-style: none; }
        .files li { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .7rem; overflow-wrap: anywhere; }
        .files button { margin-left: auto; }
        #upload-faults:empty, #words:empty, .faults:empty, #export-faults:empty, #export-words:empty { display: none; }
        .tools { margin: .8rem 0; } .tools input { flex: 1 1 12rem; width: auto; }
        .export { margin: .8rem 0; padding: .8rem 1rem; display: grid; gap: .6rem; }
        .export input { flex: 0 1 9rem; width: 9rem; text-transform: uppercase; } .export p, .export ul { margin: 0; }
        .export label { font-weight: 600; }
        .tickets { display: grid; gap: .5rem; margin: .8rem 0; padding: 0; list-style: none; }
        .ticket { position: relative; display: grid; grid-template-columns: 1fr auto; gap: 0 .8rem; padding: .6rem .9rem;
          scroll-margin-top: 12rem; overflow-wrap: anywhere; }
        .ticket > * { grid-column: 1 / -1; min-width: 0; } .ticket p.line, .ticket p.jira { margin: 0; }
        .ticket:not([data-editable]) > details { grid-column: 1; } .ticket > .jira { grid-column: 2; max-width: 14rem; }
        .ticket summary { cursor: pointer; } .ticket p.fault { margin: .3rem 0 0; }
        .ticket[data-editable] > .approve { position: absolute; top: 0; left: 0; }
        .ticket[data-editable] summary { padding-left: 7.2rem; }
        .ticket[data-left-out] .title { color: var(--soft); text-decoration: line-through; }
        .approve { display: flex; align-items: center; gap: .4rem; white-space: nowrap; font-size: .9rem; }
        .approve input[type=checkbox] { width: 1.2rem; height: 1.2rem; margin: 0; padding: 0; accent-color: var(--blue); }
        .kind-of { display: inline-block; margin-right: .3rem; padding: 0 .5rem; border: 1px solid var(--line); border-radius: 1rem;
          color: var(--soft); font-size: .8rem; white-space: nowrap; } .state { color: var(--amber); font-size: .85rem; }
        .editor { display: grid; gap: 1rem; margin-top: .8rem; } .editor > * { min-width: 0; }
        .seen { border-top: 1px solid var(--line); } .seen > p { margin: .6rem 0 0; }
        .preview { margin-top: .6rem; overflow-wrap: anywhere; } .preview > :first-child { margin-top: 0; }
        .preview h4, .preview h5, .preview h6 { margin: 1rem 0 .3rem; font-size: 1rem; }
        .wide { overflow-x: auto; } .preview table { border-collapse: collapse; font-size: .88rem; overflow-wrap: normal; }
        .preview th, .preview td { padding: .3rem .6rem; border: 1px solid var(--line); text-align: left; vertical-align: top; }
        .preview td code { overflow-wrap: normal; }
        .preview th p, .preview td p, .preview li p { margin: 0; }
        .end { display: grid; gap: 1rem; margin-top: 2.5rem; } button.danger { border-color: var(--red); }
        button.quiet.danger { color: var(--red); } button.danger:not(.quiet) { background: var(--red); color: var(--on-red, #fff); }
        @media (prefers-color-scheme: dark) { button.danger:not(.quiet) { color: #1b0d0c; } }
        button:disabled { opacity: .6; cursor: default; }
        dialog { max-width: 30rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--card); color: inherit; }
        dialog::backdrop { background: rgb(0 0 0 / .5); } dialog .row { justify-content: flex-end; }
        @media (min-width: 50rem) { .export { position: sticky; top: .5rem; z-index: 2; }
          .editor { grid-template-columns: 1fr 1fr; } .seen { border: 0; border-left: 1px solid var(--line); padding-left: 1rem; } }
        @media (max-width: 34rem) { .steps li { font-size: 0; padding-top: 1.9rem; } .steps li::before { font-size: .8rem; }
         
          .steps [aria-current] { flex: 2.4; font-size: .85rem; } .ticket { grid-template-columns: 1fr; }
          .ticket > .jira { grid-column: 1; } .ticket[data-editable] > .approve { position: static; margin-bottom: .3rem; }
          .ticket[data-editable] summary { padding-left: 0; } .row button { flex: 1 1 auto; } }

        """
}
