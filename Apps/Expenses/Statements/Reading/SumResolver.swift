/// Finds out which transactions a printed sum counts: by its words, and where they leave it open by arithmetic.
struct SumResolver {
    let transactions: [Transaction]
    let holders: [CardHolder]
    let currency: Currency
    let rule: SignRule
    private let names: [[String]]
    private let sums: [PrintedTotal.Scope: [PrintedTotal.Kind: Int64]]

    init(transactions: [Transaction], holders: [CardHolder], currency: Currency, rule: SignRule) {
        self.transactions = transactions
        self.holders = holders
        self.currency = currency
        self.rule = rule
        names = holders.map { Folded.words($0.name) }
        var sums: [PrintedTotal.Scope: [PrintedTotal.Kind: Int64]] = [.statement: [:]]
        for index in holders.indices { sums[.holder(index)] = [:] }
        for transaction in transactions {
            let minor = transaction.amount.minor
            let kind = minor < 0 ? PrintedTotal.Kind.credits : .charges
            for scope in [.statement] + (transaction.holder.map { [PrintedTotal.Scope.holder($0)] } ?? []) {
                sums[scope]?[.net, default: 0] &+= minor
                sums[scope]?[kind, default: 0] &+= minor
            }
        }
        self.sums = sums
    }

    private func sum(_ scope: PrintedTotal.Scope, _ kind: PrintedTotal.Kind) -> Int64 {
        sums[scope]?[kind] ?? 0
    }

    /// What is printed, with its sign as the rows have it.
    private func signed(_ draft: SumDraft) -> Int64 {
        switch draft.column {
        case .debit: draft.sign == .minus || draft.sign == .parentheses ? -draft.minor : draft.minor
        case .credit: -draft.minor
        case .balance, nil:
            switch draft.sign {
            case .minus, .parentheses, .credit: -draft.minor
            default: draft.minor
            }
        default: rule.signed(draft.minor, draft.sign)
        }
    }

    /// The sums that are printed, in their order.
    func resolve(_ drafts: [SumDraft]) -> [PrintedTotal] {
        // What was there before, by the first sum that says so.
        let opening = drafts.first { $0.label.isOpening && !$0.label.isIgnored }.map(signed)
        var totals: [PrintedTotal] = []
        var summed: Set<Int> = []
        for (index, draft) in drafts.enumerated() {
            guard let total = total(draft, opening, drafts, index, summed) else { continue }
            if case .holder(let holder) = total.scope { summed.insert(holder) }
            let isKnown = totals.contains {
                $0.scope == total.scope && $0.kind == total.kind && $0.amount == total.amount
            }
            if !isKnown { totals.append(total) }
        }
        return totals + unnamed(drafts, totals)
    }

    /// Sums that are off and whose words nobody knows: of all, or of a holder, for whom no other sum is printed, an
    /// amount below the last row, in the column of the amounts.
    private func unnamed(_ drafts: [SumDraft], _ totals: [PrintedTotal]) -> [PrintedTotal] {
        let scopes =
            (holders.count > 1 ? holders.indices.map { PrintedTotal.Scope.holder($0) } : []) + [.statement]
        guard !transactions.isEmpty else { return [] }
        let areHoldersSummed = totals.contains { if case .holder = $0.scope { true } else { false } }
        return scopes.compactMap { scope in
            if totals.contains(where: { $0.scope == scope && $0.kind != .balance }) { return nil }
            let end: Int
            switch scope {
            case .statement: end = transactions.count
            case .holder(let holder):
                guard areHoldersSummed, let last = transactions.lastIndex(where: { $0.holder == holder })
                else { return nil }
                end = last + 1
            }
            let candidates = drafts.filter { draft in
                let label = draft.label
                let isNamed = if case .holder(let holder) = scope { named(draft) == holder } else { false }
                guard isNamed || draft.rowsBefore == end && draft.column?.isAmount ?? false, !draft.isDated,
                    !draft.isPair
                else { return false }
                guard !label.isIgnored, !label.isCarried, !label.isOpening, !label.isBalance, !label.isPart
                else { return false }
                if case .holder(let holder) = scope, named(draft) ?? draft.holder != holder { return false }
                return !totals.contains { $0.label == draft.printed && $0.page == draft.page }
            }
            let best = candidates.min {
                abs(signed($0) &- sum(scope, .net)) < abs(signed($1) &- sum(scope, .net))
            }
            return best.map { made(scope, .net, signed($0), $0) }
        }
    }

    private func total(
        _ draft: SumDraft, _ opening: Int64?, _ drafts: [SumDraft], _ index: Int, _ summed: Set<Int>
    ) -> PrintedTotal? {
        let label = draft.label
        guard !label.isIgnored, !label.isCarried, !label.isOpening else { return nil }
        // A column of running balances holds no sums of transactions.
        if draft.column == .balance, !label.isBalance { return nil }
        let scopes = scopes(draft, drafts, index, summed)
        let kinds = kinds(draft)
        let printed = signed(draft)
        for scope in scopes {
            for kind in kinds {
                for amount in [printed, -printed]
                where amount == sum(scope, kind) && sum(scope, kind) != 0
                    || printed == 0 && sum(scope, kind) == 0
                {
                    // A sum of nothing, and one whose words say nothing, is taken for what it equals by chance.
                    guard amount != 0 || label.isTotal else { continue }
                    return made(scope, kind, amount, draft)
                }
            }
        }
        if label.isBalance, !label.isTotal || draft.column == .balance || opening != nil {
            return balance(draft, printed, opening)
        }
        guard label.isTotal, !label.isPart, !isOfSection(draft, drafts, index, printed) else { return nil }
        let scope = scopes[0]
        // None fits: the sum is off, and it is meant as its words say, or else as what it comes nearest to.
        let kind = kinds.min { abs(printed &- sum(scope, $0)) < abs(printed &- sum(scope, $1)) } ?? .net
        let named = namesKind(draft) ? kind : .net
        let amount = named == .credits ? -abs(printed) : printed
        return made(scope, named, amount, draft)
    }

    private func made(
        _ scope: PrintedTotal.Scope, _ kind: PrintedTotal.Kind, _ amount: Int64, _ draft: SumDraft,
        opening: Int64 = 0
    ) -> PrintedTotal {
        PrintedTotal(
            scope: scope, kind: kind, amount: Money(minor: amount, currency: currency),
            opening: Money(minor: opening, currency: currency), label: draft.printed, page: draft.page)
    }

    private func balance(_ draft: SumDraft, _ printed: Int64, _ opening: Int64?) -> PrintedTotal? {
        // In the middle of the rows it is a running balance.
        guard draft.rowsBefore == 0 || draft.rowsBefore == transactions.count else { return nil }
        guard let opening else { return nil }
        let (expected, isTooMuch) = opening.addingReportingOverflow(sum(.statement, .net))
        guard !isTooMuch else { return nil }
        // Balances of a bank count what is owed with a minus, and cards' without.
        let amount = printed == -expected ? expected : printed
        let isNamed = draft.label.words.contains { Vocabulary.closing.contains($0) }
        guard amount == expected || isNamed && !draft.label.words.contains("due") else { return nil }
        return made(.statement, .balance, amount, draft, opening: opening)
    }

    private func namesKind(_ draft: SumDraft) -> Bool {
        draft.label.isOfCharges != draft.label.isOfCredits || draft.isPair
    }

    private func kinds(_ draft: SumDraft) -> [PrintedTotal.Kind] {
        let label = draft.label
        if draft.isPair { return [draft.column == .credit ? .credits : .charges] }
        if label.isOfCharges, !label.isOfCredits { return [.charges, .net] }
        if label.isOfCredits, !label.isOfCharges || label.words.contains(where: { $0.hasPrefix("payment") }) {
            return [.credits, .net]
        }
        // What no word calls a sum must be one of all.
        return label.isTotal ? [.net, .charges, .credits] : [.net]
    }

    private func scopes(
        _ draft: SumDraft, _ drafts: [SumDraft], _ index: Int, _ summed: Set<Int>
    ) -> [PrintedTotal.Scope] {
        if let named = named(draft) { return [.holder(named)] }
        guard let current = draft.holder, holders.count > 1, draft.rowsBefore > 0 else { return [.statement] }
        if draft.label.isOfHolder, !draft.label.isOfAll { return [.holder(current), .statement] }
        if draft.label.isOfAll { return [.statement, .holder(current)] }
        // The first sum below a holder's rows is the holder's, the next one that of all.
        let isFirst = !summed.contains(current)
        return isFirst ? [.holder(current), .statement] : [.statement, .holder(current)]
    }

    /// The holder whom a label names, by the digits of the card or by name.
    private func named(_ draft: SumDraft) -> Int? {
        if let digits = draft.digits {
            let found = holders.indices.filter { holders[$0].lastDigits == digits }
            if found.count == 1 { return found[0] }
        }
        let words = draft.label.words
        return names.indices.first { index in
            let name = names[index]
            guard !name.isEmpty, name.count <= words.count else { return false }
            return (0...words.count - name.count).contains { Array(words[$0..<$0 + name.count]) == name }
        }
    }

    /// Whether a sum is that of the rows since the sum before it, or since the page began: no bank means the whole.
    private func isOfSection(_ draft: SumDraft, _ drafts: [SumDraft], _ index: Int, _ printed: Int64) -> Bool
    {
        let before = drafts[..<index].last { $0.rowsBefore < draft.rowsBefore }?.rowsBefore ?? 0
        let section = transactions[before..<min(draft.rowsBefore, transactions.count)]
        guard !section.isEmpty else { return false }
        let net = section.reduce(Int64(0)) { $0 &+ $1.amount.minor }
        let soFar = transactions[..<min(draft.rowsBefore, transactions.count)].reduce(Int64(0)) {
            $0 &+ $1.amount.minor
        }
        let ofPage = transactions.filter { $0.page == draft.page }.reduce(Int64(0)) { $0 &+ $1.amount.minor }
        return [net, soFar, ofPage].contains { $0 == printed || $0 == -printed }
    }
}
