/// The style sheet of the report.
enum ReportStyle {
    static let css = """
        :root { --paper: #f6f7f9; --card: #fff; --ink: #1b2230; --soft: #5c6675; --line: #dfe3e9;
          --blue: #2f6fde; --pale: #cfdcf3; --red: #c7352f; --green: #1f8a54; --amber: #a76a00;
          color-scheme: light dark; }
        @media (prefers-color-scheme: dark) { :root { --paper: #12151b; --card: #1a1f28; --ink: #e6e9ef;
          --soft: #98a2b3; --line: #2b323e; --blue: #6c9ff5; --pale: #2a3a58; --red: #f2766f; --green: #56c98d;
          --amber: #e0ad4e; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink);
          font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        main, footer { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem; }
        footer { color: var(--soft); font-size: .8rem; padding-top: 0; overflow-wrap: anywhere; }
        .kind { margin: 0; color: var(--soft); font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; }
        h1 { margin: .1rem 0 .5rem; font-size: clamp(1.4rem, 5vw, 2rem); line-height: 1.2; overflow-wrap: anywhere; }
        h2 { margin: 2.2rem 0 .7rem; font-size: 1.15rem; }
        h3 { margin: 1rem 0 .4rem; font-size: .95rem; }
        code { font: .9em ui-monospace, "SF Mono", Menlo, Consolas, monospace; background: var(--line);
          border-radius: 4px; padding: .05em .35em; overflow-wrap: anywhere; }
        .badge { display: inline-block; margin: 0; padding: .15rem .7rem; border-radius: 1rem; color: #fff;
          background: var(--blue); font-size: .85rem; font-weight: 600; }
        .badge.completed { background: #1f8a54; } .badge.error { background: #c7352f; }
        .badge.analyzing, .badge.triaging { background: #2f6fde; } .badge.uploaded { background: #5c6675; }
        .lead { font-size: 1.1rem; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .7rem;
          margin: 1.2rem 0 0; }
        .facts div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; }
        dt { color: var(--soft); font-size: .8rem; }
        dd { margin: 0; font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        dd small { display: block; color: var(--soft); font-size: .75rem; font-weight: 400; min-height: 1.1em; }
        .remarks { margin-top: .9rem; color: var(--soft); font-size: .9rem; }
        .remarks summary { cursor: pointer; }
        .path { display: flex; flex-wrap: wrap; gap: .5rem 1.6rem; margin: 0; padding: 0; list-style: none; }
        .path li { position: relative; background: var(--card); border: 1px solid var(--line);
          border-top: 3px solid var(--blue); border-radius: .5rem; padding: .45rem .8rem; min-width: 7rem; max-width: 20rem; }
        .path li + li::before { content: "→"; position: absolute; left: -1.3rem; top: .5rem; color: var(--soft); }
        .path .completed { border-top-color: var(--green); } .path .error { border-top-color: var(--red); }
        .path b { display: block; font-size: .9rem; }
        .path small { color: var(--soft); font-variant-numeric: tabular-nums; }
        .path em { display: block; color: var(--amber); font-size: .78rem; font-style: normal; overflow-wrap: anywhere; }
        .path .error em { color: var(--red); }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
        figcaption { margin-top: .5rem; color: var(--soft); font-size: .82rem; }
        .histogram { display: block; width: 100%; height: auto; }
        .histogram .usual { fill: var(--blue); opacity: .75; } .histogram .beyond { fill: var(--red); }
        .histogram .axis { stroke: var(--line); } path.threshold { stroke: var(--red); stroke-dasharray: 4 3; fill: none; }
        .histogram text { fill: var(--soft); font-size: 12px; } .histogram text.threshold { fill: var(--red); }
        article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: 0 0 .8rem;
          padding: .8rem 1rem; break-inside: avoid; }
        article h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .6rem; margin: 0 0 .4rem; }
        .rank { display: inline-grid; place-items: center; min-width: 1.7rem; height: 1.7rem; border-radius: 50%;
          background: var(--pale); font-size: .8rem; }
        .score { margin-left: auto; color: var(--red); font-variant-numeric: tabular-nums; }
        .words { margin: .2rem 0 .6rem; } .refused { color: var(--soft); }
        table { width: 100%; border-collapse: collapse; font-size: .88rem; }
        th, td { text-align: left; padding: .28rem .5rem .28rem 0; border-top: 1px solid var(--line);
          font-weight: 400; overflow-wrap: anywhere; vertical-align: middle; }
        thead th { border-top: 0; color: var(--soft); font-size: .75rem; }
        tbody th { font-weight: 600; } td { font-variant-numeric: tabular-nums; }
        .share { width: 32%; white-space: nowrap; }
        .share svg { display: inline-block; width: calc(100% - 4.2rem); height: .5rem; margin-right: .5rem; }
        .rail { fill: var(--line); } .bar { fill: var(--blue); }
        @media (max-width: 34rem) { th:nth-child(3), td:nth-child(3) { display: none; }
          .share { width: 36%; } .path { flex-direction: column; gap: 1.4rem; }
          .path li { max-width: none; } .path li + li::before { content: "↓"; left: 1rem; top: -1.5rem; } }
        @media print { body { background: #fff; } }
        """
}
