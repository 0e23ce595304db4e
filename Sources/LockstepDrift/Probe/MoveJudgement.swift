import Lockstep
import LockstepSources
import LockstepSQL

/// D7 and D8: whether triggers let exactly the declared moves through.
extension LiveJudge {
    /// Those that refuse some move, and fire.
    private var guards: [TriggerProbe.Guard] { triggers.guards.filter { $0.trigger.isEnabled } }
    private var hasMoveGuard: Bool { guards.contains { !$0.refusedMoves.isEmpty } }

    /// D7.
    mutating func judgeMoves() {
        judgeDisabled()
        judgeAllowed()
    }

    /// The part of D7 that takes no declaration.
    mutating func judgeDisabled() {
        for broken in triggers.guards where !broken.trigger.isEnabled {
            add(
                .d7, basis == .declaration ? .error : .warning, value: broken.trigger.name,
                at: [.object(kind: "trigger", name: broken.trigger.name)],
                "The trigger '\(broken.trigger.name)' of \(title) is switched off: what it refuses happens.",
                fix: "ALTER TABLE \(live.quotedTable) ENABLE TRIGGER \(SQLText.name(broken.trigger.name));")
        }
    }

    private mutating func judgeAllowed() {
        guard hasMoveGuard else {
            if !triggers.guards.contains(where: { !$0.refusedMoves.isEmpty }) { addMissing() }
            return
        }
        let refused = guards.reduce(into: Set<TriggerProbe.Pair>()) { $0.formUnion($1.refusedMoves) }
        let places = guards.filter { !$0.refusedMoves.isEmpty }.map {
            Finding.Place.object(kind: "trigger", name: $0.trigger.name)
        }
        var open: [String] = []
        var closed: [String] = []
        for from in definition.names where acceptance.accepts(from) {
            let allowed = definition.allowed(from: from)
            for to in definition.names where to != from && acceptance.accepts(to) {
                let isRefused = refused.contains(TriggerProbe.Pair(from: from, to: to))
                if !isRefused, !allowed.contains(to) { open.append("\(from) → \(to)") }
                if isRefused, allowed.contains(to) { closed.append("\(from) → \(to)") }
            }
        }
        let names = places.map { "\($0)" }.joined(separator: " and ")
        if !closed.isEmpty {
            add(
                .d7, .error, value: closed[0], at: places,
                "The \(names) of \(title) refuses moves that are declared: \(Self.some(closed)).",
                fix: "Make the trigger anew from the declaration (lockstep guard).")
        }
        // What a trigger that cannot be judged refuses is not known.
        if !open.isEmpty {
            add(
                .d7, .error, confidence: triggers.unknown.isEmpty ? .high : .medium, value: open[0],
                at: places,
                "The \(names) of \(title) lets moves through that are not declared: \(Self.some(open)).",
                fix: "Make the trigger anew from the declaration (lockstep guard).")
        }
    }

    private static func some(_ moves: [String]) -> String {
        let rest = moves.count > 8 ? " and \(moves.count - 8) more" : ""
        return moves.prefix(8).joined(separator: ", ") + rest
    }

    private mutating func addMissing() {
        let fix = "lockstep guard writes the migration that adds it."
        if let trigger = triggers.unknown.first(where: { $0.events.contains(.update) && $0.isEnabled }) {
            add(
                .d7, .note, confidence: .low, value: trigger.name,
                at: [.object(kind: "trigger", name: trigger.name)],
                "The trigger '\(trigger.name)' of \(title) refuses something by a program that cannot be judged from outside; "
                    + "whether it lets just the declared moves through is not known.",
                fix: "Compare it by eye, or replace it by one made from the declaration (lockstep guard).")
            return
        }
        // Where any status may follow any other there is nothing to guard.
        let statuses = definition.names
        let isRestricted = statuses.contains { from in
            let allowed = definition.allowed(from: from)
            return statuses.contains { $0 != from && !allowed.contains($0) }
        }
        guard isRestricted else { return }
        add(
            .d7, .error, at: [.object(kind: "table", name: tableName)],
            "No trigger guards the moves of \(title): any status can follow any other.", fix: fix)
    }

    /// D8.
    mutating func judgeBypasses() {
        guard hasMoveGuard else { return }
        for guarding in guards where !guarding.refusedMoves.isEmpty { judgeBypass(guarding.trigger) }
        guard basis == .declaration else { return }
        let wrong = definition.names.filter { !definition.initial.contains($0) && acceptance.accepts($0) }
        let refused = guards.reduce(into: Set<String>()) { $0.formUnion($1.refusedStarts) }
        let open = wrong.filter { !refused.contains($0) }
        if !open.isEmpty,
            !triggers.unknown.contains(where: { $0.events.contains(.insert) && $0.isEnabled })
        {
            let replace =
                probe.isPostgres ? "" : ", and INSERT OR REPLACE sets a row to any of them without a move"
            add(
                .d8, .warning, value: open[0],
                at: [.object(kind: "table", name: tableName)],
                "Moves of \(title) are guarded and starts are not: a row can be inserted as \(Self.list(open.prefix(8)))\(replace).",
                fix:
                    "Add a trigger on INSERT that lets only \(Self.list(definition.initial)) through (lockstep guard)."
            )
        }
        let early = definition.initial.filter { refused.contains($0) }
        if !early.isEmpty {
            add(
                .d7, .error, value: early[0],
                at: guards.filter { !$0.refusedStarts.isEmpty }.map {
                    .object(kind: "trigger", name: $0.trigger.name)
                },
                "A trigger of \(title) refuses rows that start as \(Self.list(early)), which is declared as initial.",
                fix: "Make the trigger anew from the declaration (lockstep guard).")
        }
    }

    private mutating func judgeBypass(_ trigger: LiveColumn.Trigger) {
        // SQLite's BEFORE triggers cannot change the row.
        guard probe.isPostgres else { return }
        let changing = live.triggers.filter {
            $0.timing == .before && $0.isForRows && $0.isEnabled && $0.events.contains(.update)
                && $0.name != trigger.name && assignsStatus($0)
        }
        let place = Finding.Place.object(kind: "trigger", name: trigger.name)
        if !trigger.columns.isEmpty {
            let who = changing.isEmpty ? "a BEFORE trigger" : Self.list(changing.map(\.name))
            add(
                .d8, .warning, confidence: changing.isEmpty ? .medium : .high, value: trigger.name,
                at: [place],
                "The trigger '\(trigger.name)' fires on UPDATE OF \(trigger.columns.joined(separator: ", ")) alone: when "
                    + "\(who) changes \(live.name) in an update of other columns, it is not asked.",
                fix:
                    "Make it AFTER UPDATE without a list of columns, with WHEN (old.\(live.quotedName) IS DISTINCT FROM "
                    + "new.\(live.quotedName)).")
        } else if trigger.timing == .before {
            // BEFORE triggers fire in the order of their names, and each sees what those before it left.
            let later = changing.filter { $0.name > trigger.name }
            if !later.isEmpty {
                add(
                    .d8, .warning, value: trigger.name, at: [place],
                    "The trigger '\(trigger.name)' looks at \(title) before \(Self.list(later.map(\.name))), which may change it "
                        + "afterwards.",
                    fix: "Make it an AFTER trigger, which sees what was written.")
            }
        }
    }

    /// Whether a trigger gives the row another status.
    private func assignsStatus(_ trigger: LiveColumn.Trigger) -> Bool {
        let tokens = SQLTokens(trigger.body).tokens
        return tokens.indices.dropLast(3).contains { index in
            tokens[index].isWord("new") && tokens[index + 1].isSign(".")
                && tokens[index + 2].text.lowercased() == live.name.lowercased()
                && (tokens[index + 3].isSign(":=")
                    || tokens[index + 3].isSign("=") && isStatement(tokens, index))
        }
    }

    /// `new.status = …` assigns where a statement begins, and compares elsewhere.
    private func isStatement(_ tokens: [SQLTokens.Token], _ index: Int) -> Bool {
        guard index > 0 else { return true }
        let before = tokens[index - 1]
        return before.isSign(";") || ["begin", "then", "else", "loop"].contains(before.text)
    }
}
