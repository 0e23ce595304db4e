/// The style sheet of the report.
enum ReportStyle {
    static let css = """
        footer { color: var(--soft); font-size: .8rem; padding-top: 0; overflow-wrap: anywhere; }
        .kind { margin: 0 0 .6rem; color: var(--soft); font-size: .9rem; }
        h3 { margin: 1rem 0 .4rem; font-size: .95rem; }
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
        header { margin-bottom: 1rem; }
        .path .completed { border-top-color: var(--green); } .path .error { border-top-color: var(--red); }
        .path b { display: block; font-size: .9rem; }
        .path small { color: var(--soft); font-variant-numeric: tabular-nums; }
        .path em { display: block; color: var(--amber); font-size: .78rem; font-style: normal; overflow-wrap: anywhere; }
        .path .error em { color: var(--red); }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
        figcaption { margin-top: .5rem; color: var(--soft); font-size: .82rem; }
        .plot { display: flex; } .plot svg { display: block; overflow: visible; }
        .plot .scale { flex: none; } .histogram { flex: 1; min-width: 0; }
        .usual { fill: var(--blue); } .beyond { fill: var(--red); }
        .axis { stroke: var(--soft); } .grid { stroke: var(--line); }
        .plot text { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
        line.threshold { stroke: var(--ink); stroke-dasharray: 4 3; }
        .plot text.threshold { fill: var(--ink); font-weight: 600; }
        article { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; margin: 0 0 .8rem;
          padding: .8rem 1rem; break-inside: avoid; }
        article h3 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .6rem; margin: 0 0 .4rem; }
        .rank { display: inline-grid; place-items: center; min-width: 1.7rem; height: 1.7rem; border-radius: 50%;
          background: var(--pale); font-size: .8rem; }
        .score { margin-left: auto; color: var(--red); font-variant-numeric: tabular-nums; }
        .words { margin: .2rem 0 .6rem; } .refused { color: var(--soft); }
        table { width: 100%; table-layout: fixed; border-collapse: collapse; font-size: .88rem; }
        th, td { text-align: left; padding: .28rem .8rem .28rem 0; border-top: 1px solid var(--line);
          font-weight: 400; overflow-wrap: anywhere; vertical-align: middle; }
        thead th { border-top: 0; color: var(--soft); font-size: .75rem; }
        tbody th { font-weight: 600; } td { font-variant-numeric: tabular-nums; }
        th:nth-child(1) { width: 30%; } th:nth-child(2), th:nth-child(3) { width: 18%; }
        td small { display: none; color: var(--soft); font-size: .75rem; }
        .share { padding-right: 0; white-space: nowrap; }
        .share svg { display: inline-block; width: calc(100% - 4.3rem); height: .5rem; margin-right: .5rem; }
        .rail { fill: var(--line); } .bar { fill: var(--blue); }
        @media (max-width: 34rem) { .facts { grid-template-columns: 1fr 1fr; gap: .5rem; }
          .facts div { padding: .5rem .8rem; } .facts div:last-child:nth-child(odd) { grid-column: 1 / -1; }
          th, td { padding-right: .5rem; } .share { padding-right: 0; } figure, article { padding: .8rem; }
          .path { flex-direction: column; gap: .35rem; }
          .path li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; max-width: none;
            padding: .35rem .8rem; border-top: 1px solid var(--line); border-left: 3px solid var(--blue); }
          .path .completed { border-color: var(--line); border-left-color: var(--green); }
          .path .error { border-color: var(--line); border-left-color: var(--red); }
          .path li + li::before { content: none; } .path em { flex-basis: 100%; }
          th:nth-child(3), td:nth-child(3) { display: none; } td small { display: block; line-height: 1.2; }
          th:nth-child(1) { width: 32%; } th:nth-child(2) { width: 32%; }
          .share svg { width: calc(100% - 3.9rem); margin-right: .4rem; } }
        @media print { body { background: #fff; } }
        """
}
