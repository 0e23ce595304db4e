import Lockstep

/// How drawings look.
enum DrawingStyle {
    /// The picture of a kind of status, 16 by 16.
    static func icon(_ kind: StatusRule.Kind) -> String {
        switch kind {
        case .queue: "M2 3.5H14M2 8H14M2 12.5H14"
        case .work: "M4.5 2.5L13 8L4.5 13.5Z"
        case .wait: "M8 1.5A6.5 6.5 0 1 1 7.99 1.5ZM8 4.5V8L10.5 9.5"
        case .success: "M2.5 8.5L6.5 12.5L13.5 4"
        case .failure: "M3.5 3.5L12.5 12.5M12.5 3.5L3.5 12.5"
        case .closed: "M3 8H13"
        case .retired: "M4 8H5M8 8H8.5M12 8H12.5"
        }
    }

    /// For a page, whose own style sheet has the custom properties.
    static let css = """
        .drawing { display: block; max-width: 100%; height: auto;
          font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        .drawing .box { fill: var(--card); stroke: var(--kind); stroke-width: 1.4; }
        .drawing .inner { fill: none; stroke: var(--kind); stroke-width: .8; }
        .drawing .queue { --kind: var(--slate); } .drawing .work { --kind: var(--blue); }
        .drawing .wait { --kind: var(--amber); } .drawing .success { --kind: var(--green); }
        .drawing .failure { --kind: var(--red); } .drawing .closed { --kind: var(--gray); }
        .drawing .node .box { fill: color-mix(in srgb, var(--kind) 5%, var(--card)); }
        .drawing .node.busy .box { fill: color-mix(in srgb, var(--kind) 13%, var(--card)); }
        .drawing .node.current .box { stroke-width: 3; fill: color-mix(in srgb, var(--kind) 18%, var(--card)); }
        .drawing .icon { fill: none; stroke: var(--kind); stroke-width: 1.7; stroke-linecap: round;
          stroke-linejoin: round; }
        .drawing .work .icon { fill: var(--kind); }
        .drawing .name { fill: var(--ink); font-size: 14px; font-weight: 600; }
        .drawing .caption { fill: var(--soft); font-size: 11.5px; }
        .drawing .badge text { font-size: 11.5px; font-weight: 600; text-anchor: middle;
          font-variant-numeric: tabular-nums; }
        .drawing .count rect { fill: var(--pill); } .drawing .count text { fill: var(--soft); }
        .drawing .busy .count rect { fill: var(--kind); } .drawing .busy .count text { fill: var(--on-kind); }
        .drawing .parked rect { fill: var(--warn); } .drawing .parked text { fill: var(--on-warn); }
        .drawing .start { fill: var(--ink); stroke: var(--card); stroke-width: 2; }
        .drawing .paused circle { fill: var(--warn); stroke: var(--card); stroke-width: 2; }
        .drawing .paused path { fill: none; stroke: var(--on-warn); stroke-width: 2; }
        .drawing .way path { fill: none; } .drawing .hit { stroke: transparent; stroke-width: 11; }
        .drawing .stroke { stroke: var(--way); stroke-width: 1.3; stroke-linecap: round; }
        .drawing .tip.tip { fill: var(--way); }
        .drawing .way { --way: var(--line-quiet); }
        .drawing .flow { --way: var(--line-flow); } .drawing .flow .stroke { stroke-width: 1.6; }
        .drawing .main { --way: var(--line-main); } .drawing .main .stroke { stroke-width: 2.6; }
        .drawing .failure.way { --way: var(--line-red); }
        .drawing .failure.way .stroke, .drawing .cancellation .stroke { stroke-dasharray: 5 4; }
        .drawing .time .stroke { stroke-dasharray: 1.5 4.5; stroke-width: 1.8; }
        .drawing .reopening .stroke { stroke-dasharray: 9 4; }
        .drawing .way:hover { --way: var(--ink); } .drawing .way:hover .stroke { stroke-width: 2.6; }
        .drawing a { cursor: pointer; } .drawing a:hover .box { stroke-width: 2.6; }
        .drawing a:focus-visible { outline: none; }
        .drawing a:focus-visible .box { stroke: var(--focus); stroke-width: 3.5; }

        """

    /// The colours, for light and for dark. Texts have a contrast of 4.5 and lines one of 3 (WCAG 2.2, 1.4.3 and
    /// 1.4.11) on what lies below them.
    static let light = """
        --paper: #f6f7f9; --card: #ffffff; --ink: #1b2230; --soft: #566070; --line: #dde2e9; --pill: #e9edf3;
          --blue: #2563c9; --green: #1b7a49; --red: #bd2f2a; --amber: #8f5b00; --slate: #4d5b78; --gray: #6a7280;
          --on-kind: #ffffff; --warn: #ffd27a; --on-warn: #4a2f00; --focus: #2563c9;
          --line-main: #3a465c; --line-flow: #6d7a91; --line-quiet: #8a94a6; --line-red: #c4706c;
        """
    static let dark = """
        --paper: #11141a; --card: #191e27; --ink: #e7eaf0; --soft: #a0aab9; --line: #2c3440; --pill: #2a313d;
          --blue: #79a9f7; --green: #5cc98f; --red: #f28b84; --amber: #e0b15a; --slate: #a3b0c9; --gray: #99a2b0;
          --on-kind: #10141b; --warn: #7a5410; --on-warn: #ffe3ac; --focus: #8db8ff;
          --line-main: #c3cbd9; --line-flow: #8e99ab; --line-quiet: #6f7a8c; --line-red: #b56a66;
        """

    static let standalone = """
        svg { \(light) }
        @media (prefers-color-scheme: dark) { svg { \(dark) } }
        \(css)
        """
}
