/// The style sheet of the report, to stand after `PageStyle.report`.
enum ReportStyle {
    static let css = """
        .remarks { margin-top: .9rem; color: var(--soft); font-size: .9rem; }
        .remarks summary { cursor: pointer; }
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
        @media (max-width: 34rem) { th, td { padding-right: .5rem; } .share { padding-right: 0; } article { padding: .8rem; }
          th:nth-child(3), td:nth-child(3) { display: none; } td small { display: block; line-height: 1.2; }
          th:nth-child(1) { width: 32%; } th:nth-child(2) { width: 32%; }
          .share svg { width: calc(100% - 3.9rem); margin-right: .4rem; } }
        """
}
