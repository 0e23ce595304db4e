/// The style sheet of the dashboard, in front of that of the drawings.
enum DashboardStyle {
    static let css = """
        :root { color-scheme: light dark; \(DrawingStyle.light) }
        @media (prefers-color-scheme: dark) { :root { \(DrawingStyle.dark) } }

        """ + frame + parts + data + job + drawings

    /// A wide drawing is made smaller, but not so small that its texts cannot be read: then it is scrolled.
    private static let drawings =
        (6...40).map { hundreds in
            ".drawing.w\(hundreds) { min-width: \(hundreds * 72)px; } "
        }.joined() + "\n"

    private static let frame = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-padding-top: 4rem; }
        body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper);
          color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        main { flex: 1; width: 100%; max-width: 84rem; margin: 0 auto; padding: 1.75rem 1.5rem 3rem; }
        main:focus { outline: none; }
        h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; overflow-wrap: anywhere; }
        h2 { margin: 0; font-size: 1.06rem; line-height: 1.35; overflow-wrap: anywhere; }
        h3 { margin: 0; font-size: .95rem; overflow-wrap: anywhere; }
        p { margin: 0; } ul, ol, dl { margin: 0; padding: 0; } li { list-style: none; }
        a { color: var(--link, var(--blue)); text-underline-offset: .18em; text-decoration-thickness: .06em; }
        a:hover { text-decoration-thickness: .12em; }
        :focus-visible { outline: 2.5px solid var(--focus); outline-offset: 2px; border-radius: 4px; }
        code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
          font-size: .88em; }
        time { white-space: nowrap; }
        .hidden { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%);
          white-space: nowrap; }
        .skip { position: absolute; left: .75rem; top: -4rem; z-index: 2; padding: .5rem 1rem; border-radius: .4rem;
          background: var(--card); border: 1px solid var(--line); }
        .skip:focus { top: .6rem; }
        .spaced { margin-top: 1.1rem; } .problem { max-width: 38rem; margin: min(12vh, 7rem) auto 0; }
        .soft { color: var(--soft); } .small { font-size: .87rem; } .num { font-variant-numeric: tabular-nums; }
        .bar { background: var(--card); border-bottom: 1px solid var(--line); }
        .bar-in { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.6rem; max-width: 84rem;
          margin: 0 auto; padding: .65rem 1.5rem; }
        .brand { display: flex; align-items: center; gap: .55rem; color: var(--ink); font-weight: 650;
          text-decoration: none; font-size: 1.02rem; }
        .logo-a { fill: var(--slate); opacity: .75; } .logo-b { fill: var(--blue); }
        .bar nav ul { display: flex; flex-wrap: wrap; gap: .3rem; }
        .bar nav a { display: block; padding: .3rem .7rem; border-radius: .45rem; color: var(--soft);
          text-decoration: none; font-weight: 550; }
        .bar nav a:hover { background: var(--pill); color: var(--ink); }
        .bar nav a[aria-current] { background: var(--pill); color: var(--ink); }
        .search { position: relative; flex: 1 1 14rem; max-width: 24rem; margin-left: auto; }
        .search input { width: 100%; padding: .38rem 2rem .38rem .75rem; background: var(--paper); }
        .search kbd { position: absolute; right: .55rem; top: 50%; translate: 0 -50%; padding: 0 .4rem;
          border: 1px solid var(--line); border-radius: .3rem; color: var(--soft); font: inherit; font-size: .78rem;
          pointer-events: none; }
        .search input:focus + kbd { display: none; }
        .who { display: flex; align-items: center; gap: .7rem; color: var(--soft); font-size: .9rem; }
        .who span { max-width: 10rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .foot { width: 100%; max-width: 84rem; margin: 0 auto; padding: 0 1.5rem 1.5rem; color: var(--soft);
          font-size: .84rem; }
        [data-live-state="live"]::before, [data-live-state="poll"]::before { content: "";
          display: inline-block; width: .5rem; height: .5rem; margin: 0 .3rem 0 .4rem; border-radius: 50%;
          background: var(--green); }
        [data-live-state="lost"] { color: var(--red); font-weight: 600; }
        @media (max-width: 46rem) {
          main { padding: 1.2rem 1rem 2.5rem; } .bar-in { padding: .6rem 1rem; gap: .5rem .8rem; }
          .foot { padding: 0 1rem 1.2rem; } .search { order: 5; flex: 1 0 100%; max-width: none; }
          .bar nav { margin-left: auto; } .who { margin-left: auto; } .brand span { position: absolute; width: 1px; height: 1px;
          overflow: hidden; clip-path: inset(50%); }
          .who span { max-width: 6rem; } .bar nav a { padding: .3rem .5rem; } .search kbd { display: none; }
        }

        """

    private static let parts = """
        .head { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between;
          gap: .4rem 1.5rem; margin-bottom: 1.3rem; }
        .crumbs { margin-bottom: .35rem; font-size: .88rem; color: var(--soft); }
        .card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; }
        .card + .card, section + section, .grid + section, section + .grid { margin-top: 1.25rem; }
        .card > .top { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between;
          gap: .3rem 1.2rem; margin-bottom: .9rem; }
        .grid { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
          align-items: start; }
        .grid > * { margin: 0 !important; min-width: 0; }
        .tiles { display: grid; gap: .8rem; grid-template-columns: repeat(auto-fit, minmax(8.6rem, 1fr));
          margin-bottom: 1.25rem; }
        .tile { padding: .85rem 1.05rem; background: var(--card); border: 1px solid var(--line);
          border-radius: .75rem; }
        .tile a { color: inherit; text-decoration: none; } .tile a:hover { text-decoration: underline; }
        .tile dt { color: var(--soft); font-size: .85rem; }
        .tile dd { margin: .05rem 0 0; font-size: 1.6rem; line-height: 1.25; font-weight: 640; letter-spacing: -.02em;
          font-variant-numeric: tabular-nums; }
        .tile .more { display: block; line-height: 1.35; color: var(--soft); font-size: .82rem; font-weight: 400; letter-spacing: 0; }
        .tile.bad .big { color: var(--red); }
        .scroll { overflow-x: auto; overscroll-behavior-x: contain; }
        .cards { display: grid; gap: 1.25rem; margin-top: 1.25rem;
          grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); grid-auto-flow: dense; }
        .cards > * { margin: 0 !important; min-width: 0; } .cards > .wide { grid-column: 1 / -1; }
        .diagram { margin: 0 -.3rem; padding: .3rem; }
        .diagram .drawing { margin: 0 auto; }
        .sure { display: flex; align-items: center; gap: .4rem; flex: 1 1 9rem; }
        .empty { padding: 1.4rem 1rem; color: var(--soft); text-align: center; }
        .empty strong { display: block; margin-bottom: .2rem; color: var(--ink); }
        .empty pre { display: inline-block; max-width: 100%; margin: .8rem 0 0; text-align: left; }
        .note { display: flex; gap: .6rem; align-items: baseline; padding: .75rem 1rem; border-radius: .6rem;
          border: 1px solid var(--line); background: var(--card); margin-bottom: 1.1rem; overflow-wrap: anywhere; }
        .note.warn { background: var(--warn); border-color: transparent; color: var(--on-warn);
          --link: var(--on-warn); }
        .note.good { border-color: var(--green); } .note.bad { border-color: var(--red); }
        .note > svg { flex: none; align-self: center; }
        .tag { display: inline-flex; align-items: center; gap: .35rem; max-width: 100%; padding: .1rem .6rem;
          border-radius: 1rem; background: var(--pill); color: var(--ink); font-size: .85rem; font-weight: 560;
          line-height: 1.5; overflow-wrap: anywhere; }
        .tag svg { flex: none; } .tag path { fill: none; stroke: var(--kind); stroke-width: 2; stroke-linecap: round;
          stroke-linejoin: round; }
        .tag.work path { fill: var(--kind); }
        .tag.queue { --kind: var(--slate); } .tag.work { --kind: var(--blue); } .tag.wait { --kind: var(--amber); }
        .tag.success { --kind: var(--green); } .tag.failure { --kind: var(--red); }
        .tag.closed, .tag.retired { --kind: var(--gray); }
        .tag.warn { background: var(--warn); color: var(--on-warn); }
        .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.1rem; margin-top: .7rem; color: var(--soft);
          font-size: .84rem; }
        .legend li { display: flex; align-items: center; gap: .4rem; }
        input, select, textarea { padding: .42rem .65rem; border: 1px solid var(--edge); border-radius: .45rem;
          background: var(--card); color: inherit; font: inherit; font-size: .93rem; max-width: 100%; }
        :root { --edge: #858e9d; } @media (prefers-color-scheme: dark) { :root { --edge: #6b7688; } }
        label { font-size: .86rem; color: var(--soft); }
        button, .button { display: inline-block; padding: .42rem .9rem; border: 1px solid var(--edge);
          border-radius: .45rem; background: var(--card); color: var(--ink); font: inherit; font-size: .92rem;
          font-weight: 560; text-decoration: none; cursor: pointer; }
        button:hover, .button:hover { background: var(--pill); }
        button.first { background: var(--blue); border-color: var(--blue); color: var(--on-kind); }
        button.first:hover { background: color-mix(in srgb, var(--blue) 86%, var(--ink)); }
        button.danger { border-color: var(--red); color: var(--red); }
        button.plain { padding: .1rem .3rem; border: 0; background: none; color: var(--soft); font-weight: 400;
          text-decoration: underline; text-underline-offset: .18em; white-space: nowrap; }
        summary { cursor: pointer; }
        @keyframes changed { from { background: var(--warn); color: var(--on-warn); } }
        .changed { animation: changed 1.2s ease-out; border-radius: .3rem; }
        @media (prefers-reduced-motion: reduce) { *, *::before { animation: none !important;
          transition: none !important; scroll-behavior: auto !important; } }

        """

    private static let data = """
        table { width: 100%; border-collapse: collapse; font-size: .92rem; }
        caption { text-align: left; }
        th { padding: .3rem 1rem .45rem 0; border-bottom: 1px solid var(--line); color: var(--soft); font-size: .82rem;
          font-weight: 560; text-align: left; white-space: nowrap; }
        td { padding: .55rem 1rem .55rem 0; border-bottom: 1px solid var(--line); vertical-align: baseline; }
        td .tag { white-space: nowrap; } td.what { min-width: 15rem; overflow-wrap: anywhere; }
        tbody th { padding-top: .55rem; padding-bottom: .55rem; color: var(--ink); font-size: inherit;
          vertical-align: baseline; }
        tbody tr:last-child > * { border-bottom: 0; } th:last-child, td:last-child { padding-right: 0; }
        td.id { white-space: nowrap; } td.right, th.right { text-align: right; font-variant-numeric: tabular-nums; }
        tbody tr:hover { background: color-mix(in srgb, var(--pill) 45%, transparent); }
        .clip { display: inline-block; max-width: 16rem; overflow: hidden; text-overflow: ellipsis;
          white-space: nowrap; vertical-align: bottom; }
        .filters { display: grid; gap: .8rem 1rem; align-items: end; margin-bottom: 1.25rem;
          grid-template-columns: repeat(auto-fill, minmax(min(100%, 10.5rem), 1fr)); }
        .filters label { display: block; margin-bottom: .2rem; } .filters input, .filters select { width: 100%; }
        .filters .go { display: flex; gap: .6rem; align-items: center; }
        .pager { display: flex; justify-content: space-between; gap: 1rem; margin-top: 1rem; }
        .chart { display: block; width: 100%; height: 7.5rem; overflow: visible; }
        .chart .axis { stroke: var(--edge); stroke-width: 1; vector-effect: non-scaling-stroke; }
        .chart .rule { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
        .chart .good { fill: var(--green); } .chart .bad { fill: var(--red); }
        .chart .begun { fill: none; stroke: var(--slate); stroke-width: 1.5; vector-effect: non-scaling-stroke; }
        .chart-box { display: grid; grid-template-columns: auto 1fr; gap: 0 .6rem; }
        .chart-scale { display: flex; flex-direction: column; justify-content: space-between; color: var(--soft);
          font-size: .78rem; text-align: right; font-variant-numeric: tabular-nums; line-height: 1; }
        .chart-hours { grid-column: 2; display: flex; justify-content: space-between; color: var(--soft);
          font-size: .78rem; }
        .key { width: .85rem; height: .7rem; } .key .good { fill: var(--green); } .key .bad { fill: var(--red); }
        .key .begun { fill: none; stroke: var(--slate); stroke-width: 2; }
        .stuck { display: grid; gap: .2rem; }
        .stuck li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: .5rem 0;
          border-top: 1px solid var(--line); }
        .stuck li:first-child { border-top: 0; } .stuck .why { overflow-wrap: anywhere; }
        .stuck .meta { grid-column: 1 / -1; color: var(--soft); font-size: .86rem; overflow-wrap: anywhere; }
        .group + .group { margin-top: 1.1rem; }
        .group h3 { display: flex; gap: .5rem; align-items: baseline; flex-wrap: wrap; }
        .group h3 span { color: var(--soft); font-weight: 400; font-size: .88rem; }
        .rules { display: grid; gap: .55rem; }
        .rules li { display: grid; grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr); gap: .2rem 1rem;
          align-items: baseline; } .rules .tag { justify-self: start; }
        @media (max-width: 46rem) { .rules li { grid-template-columns: 1fr; } .clip { max-width: 11rem; } }

        """

    private static let job = """
        .facts { display: grid; gap: .8rem 1.6rem; grid-template-columns: repeat(auto-fill, minmax(8.4rem, 1fr)); }
        .facts dt { color: var(--soft); font-size: .84rem; } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .columns { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr) minmax(17rem, 22rem);
          align-items: start; }
        .columns > * { min-width: 0; } .columns section { margin-top: 1.25rem; }
        .columns > * > section:first-child { margin-top: 0; }
        @media (max-width: 64rem) { .columns { grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
        }
        .columns + section { margin-top: 1.25rem; }
        progress { width: 100%; height: .6rem; border: 0; border-radius: .3rem; overflow: hidden;
          background: var(--pill); accent-color: var(--blue); appearance: none; display: block; }
        progress::-webkit-progress-bar { background: var(--pill); }
        progress::-webkit-progress-value { background: var(--blue); border-radius: .3rem; }
        progress::-moz-progress-bar { background: var(--blue); }
        .progress { display: grid; grid-template-columns: 1fr auto; gap: .3rem 1rem; align-items: center; }
        .progress .soft { grid-column: 1 / -1; overflow-wrap: anywhere; }
        pre { margin: 0; padding: .8rem 1rem; max-height: 26rem; overflow: auto; border-radius: .5rem;
          background: var(--paper); border: 1px solid var(--line); line-height: 1.5; tab-size: 2; }
        .texts details + details { margin-top: .7rem; } .texts summary { padding: .15rem 0; font-weight: 560; }
        .texts pre { margin-top: .4rem; }
        .failure-box { padding: .8rem 1rem; border-left: 3px solid var(--red); border-radius: .3rem;
          background: color-mix(in srgb, var(--red) 7%, var(--card)); overflow-wrap: anywhere; }
        .failure-box .soft { color: var(--ink); opacity: .82; }
        .actions form { padding: .85rem 0; border-top: 1px solid var(--line); }
        .actions form:first-of-type { border-top: 0; padding-top: 0; }
        .actions .fields { display: flex; flex-wrap: wrap; gap: .5rem; align-items: end; }
        .actions .fields > div { flex: 1 1 9rem; min-width: 0; } .actions .fields div > input,
        .actions .fields select { width: 100%; } .actions label { display: block; margin-bottom: .15rem; }
        .actions .what { margin-bottom: .45rem; font-size: .9rem; overflow-wrap: anywhere; }
        .stays { display: block; width: 100%; height: 3.2rem; }
        .stays .queue { fill: var(--slate); } .stays .work { fill: var(--blue); } .stays .wait { fill: var(--amber); }
        .stays .success { fill: var(--green); } .stays .failure { fill: var(--red); }
        .stays .closed, .stays .retired { fill: var(--gray); }
        .stays .mark { stroke: var(--card); stroke-width: 1.5; fill: var(--red); }
        .moves li { display: grid; grid-template-columns: 7.5rem 1.4rem minmax(0, 1fr); gap: 0 .6rem; }
        .moves .when { padding-top: .1rem; color: var(--soft); font-size: .84rem; text-align: right;
          font-variant-numeric: tabular-nums; }
        .moves .rail { position: relative; }
        .moves .rail::before { content: ""; position: absolute; left: .55rem; top: 0; bottom: 0; width: 2px;
          background: var(--line); }
        .moves li:first-child .rail::before { top: .6rem; }
        .moves li:last-child .rail::before { bottom: auto; height: .6rem; }
        .moves .rail::after { content: ""; position: absolute; left: .22rem; top: .38rem; width: .75rem;
          height: .75rem; border-radius: 50%; background: var(--card); border: 3px solid var(--kind, var(--slate)); }
        .moves .queue { --kind: var(--slate); } .moves .work { --kind: var(--blue); }
        .moves .wait { --kind: var(--amber); } .moves .success { --kind: var(--green); }
        .moves .failure { --kind: var(--red); } .moves .closed { --kind: var(--gray); }
        .moves .what { padding-bottom: 1.15rem; overflow-wrap: anywhere; }
        .moves .what p + p { margin-top: .15rem; }
        @media (max-width: 46rem) { .moves li { grid-template-columns: 1.4rem minmax(0, 1fr); }
          .moves .when { grid-column: 2; grid-row: 1; text-align: left; } .moves .rail { grid-row: 1 / 3; }
          .moves .what { grid-column: 2; } }

        """
}
