/// The look that all pages share: colours for light and for dark, type, and what fits a phone.
public enum PageStyle {
    /// The style sheet, to stand in front of a page's own.
    public static let css = """
        :root { --paper: #f6f7f9; --card: #fff; --ink: #1b2230; --soft: #5c6675; --line: #dfe3e9;
          --blue: #2866d2; --pale: #cfdcf3; --red: #c7352f; --green: #1a7d4b; --amber: #976000; --on-blue: #fff;
          color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --paper: #12151b; --card: #1a1f28; --ink: #e6e9ef;
          --soft: #98a2b3; --line: #2b323e; --blue: #6c9ff5; --pale: #2a3a58; --red: #f2766f; --green: #56c98d;
          --amber: #e0ad4e; --on-blue: #0d1522; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%;
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        main, footer { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem; }
        h1 { margin: .1rem 0 .5rem; font-size: clamp(1.4rem, 5vw, 2rem); line-height: 1.2; overflow-wrap: anywhere; }
        h2 { margin: 2.2rem 0 .7rem; font-size: 1.15rem; }
        a { color: var(--blue); text-underline-offset: .15em; }
        code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--line);
          border-radius: 4px; padding: .05em .35em; overflow-wrap: anywhere; }
        pre { margin: 0; padding: .8rem 1rem; overflow-x: auto; background: var(--card); border: 1px solid var(--line);
          border-radius: .6rem; font-size: .88rem; }
        pre code { background: none; padding: 0; overflow-wrap: normal; }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; }
        .soft { color: var(--soft); font-size: .9rem; } .fault { margin: .5rem 0 0; color: var(--red); }
        .badge { display: inline-block; margin: 0; padding: .15rem .7rem; border-radius: 1rem; color: #fff;
          background: #2f6fde; font-size: .85rem; font-weight: 600; white-space: nowrap; }
        .badge.completed, .badge.done { background: #1a7d4b; }
        .badge.error, .badge.failed { background: #c7352f; }
        .badge.uploaded, .badge.awaiting_upload, .badge.expired { background: #5c6675; }
        input:not([type=hidden]) { width: 100%; padding: .6rem .7rem; border: 1px solid var(--line); border-radius: .4rem;
          background: var(--paper); color: inherit; font: 1rem ui-monospace, Menlo, Consolas, monospace; }
        button, .button { display: inline-block; padding: .55rem 1.1rem; border: 1px solid var(--blue);
          border-radius: .4rem; background: var(--blue); color: var(--on-blue); font: inherit; font-weight: 600;
          text-decoration: none; cursor: pointer; }
        button.quiet { padding: .3rem .8rem; border-color: var(--line); background: none; color: var(--ink);
          font-weight: 400; white-space: nowrap; }
        :focus-visible { outline: 2px solid var(--blue); outline-offset: 2px; }

        """
}
