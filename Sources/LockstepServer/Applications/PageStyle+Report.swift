extension PageStyle {
    /// The style sheet of pages about one thing, to stand after ``css``: where one is, facts, figures, and the path of a
    /// job.
    public static let report = """
        footer { color: var(--soft); font-size: .8rem; padding-top: 0; overflow-wrap: anywhere; }
        header { margin-bottom: 1rem; }
        .kind { margin: 0 0 .6rem; color: var(--soft); font-size: .9rem; } .lead { font-size: 1.1rem; }
        h3 { margin: 1rem 0 .4rem; font-size: .95rem; }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .7rem;
          margin: 1.2rem 0 0; }
        .facts div { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: .7rem .9rem; }
        dt { color: var(--soft); font-size: .8rem; }
        dd { margin: 0; font-size: 1.35rem; font-weight: 650; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
        dd small { display: block; color: var(--soft); font-size: .75rem; font-weight: 400; min-height: 1.1em; }
        figure { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; }
        figcaption { margin-top: .5rem; color: var(--soft); font-size: .82rem; }
        .path { display: flex; flex-wrap: wrap; gap: .5rem 1.6rem; margin: 0; padding: 0; list-style: none; }
        .path li { position: relative; background: var(--card); border: 1px solid var(--line);
          border-top: 3px solid var(--blue); border-radius: .5rem; padding: .45rem .8rem; min-width: 7rem; max-width: 20rem; }
        .path li + li::before { content: "→"; position: absolute; left: -1.3rem; top: .5rem; color: var(--soft); }
        .path .completed, .path .done { border-top-color: var(--green); }
        .path .error, .path .failed { border-top-color: var(--red); }
        .path b { display: block; font-size: .9rem; }
        .path small { color: var(--soft); font-variant-numeric: tabular-nums; }
        .path em { display: block; color: var(--amber); font-size: .78rem; font-style: normal; overflow-wrap: anywhere; }
        .path .error em, .path .failed em { color: var(--red); }
        @media (max-width: 34rem) { .facts { grid-template-columns: 1fr 1fr; gap: .5rem; }
          .facts div { padding: .5rem .8rem; } .facts div:last-child:nth-child(odd) { grid-column: 1 / -1; }
          figure { padding: .8rem; } .path { flex-direction: column; gap: .35rem; }
          .path li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; max-width: none;
            padding: .35rem .8rem; border-top: 1px solid var(--line); border-left: 3px solid var(--blue); }
          .path .completed, .path .done { border-color: var(--line); border-left-color: var(--green); }
          .path .error, .path .failed { border-color: var(--line); border-left-color: var(--red); }
          .path li + li::before { content: none; } .path em { flex-basis: 100%; } }
        @media print { body { background: #fff; } }

        """
}
