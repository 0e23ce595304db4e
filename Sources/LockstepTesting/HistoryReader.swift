import Lockstep

/// Reads one job's history from its beginning, as somebody who knows the declaration and the logs would.
struct HistoryReader {
    let checker: HistoryChecker
    let definition: Definition
    let record: JobRecord
    let history: [HistoryEntry]
    let ledger: HistoryChecker.Ledger
    let log: CallIndex
    var found: [HistoryChecker.Violation] = []

    private var status: String?
    private var fence: Int64 = 0
    private var holder: (worker: String, fence: Int64)?
    private var deadline: Timestamp?
    private var tags: [String: Int] = [:]

    init(
        checker: HistoryChecker, definition: Definition, record: JobRecord, history: [HistoryEntry],
        ledger: HistoryChecker.Ledger, log: CallIndex
    ) {
        self.checker = checker
        self.definition = definition
        self.record = record
        self.history = history
        self.ledger = ledger
        self.log = log
    }

    private mutating func violation(_ check: HistoryChecker.Check, _ sentence: String) {
        found.append(HistoryChecker.Violation(check: check, job: record.id, sentence: sentence))
    }

    mutating func read() {
        for (place, entry) in history.enumerated() {
            if entry.number != Int64(place + 1) {
                violation(.numbering, "entry \(place + 1) of the history has the number \(entry.number)")
            }
            if place == 0 { readStart(entry) } else { readNext(entry) }
            checkAsked(entry)
            status = entry.to
            fence = max(fence, entry.fence)
        }
        checkOrder()
        checkGrants()
        checkState()
    }

    // MARK: Entries

    private mutating func readStart(_ entry: HistoryEntry) {
        let isStart = entry.kind == .started || entry.kind == .imported
        if !isStart || entry.from != nil {
            violation(.chain, "the history begins with '\(entry.kind.rawValue)', not with the start")
        }
        if definition.declaredRule(for: entry.to) == nil {
            violation(.undeclaredStatus, "it starts in '\(entry.to)', which is not declared")
        } else if entry.kind == .started, !definition.initial.contains(entry.to) {
            violation(.undeclaredStatus, "it starts in '\(entry.to)', where no job starts")
        }
        let delay = entry.tag.flatMap { log.tagged[$0]?.delay } ?? 0
        deadline = Timestamp(microseconds: entry.at.microseconds + delay).adding(limit(of: entry.to))
    }

    private mutating func readNext(_ entry: HistoryEntry) {
        if entry.from != status {
            violation(
                .chain,
                "entry \(entry.number) begins in '\(entry.from ?? "–")', but the one before ended in "
                    + "'\(status ?? "–")'")
        }
        if let deadline, entry.at > deadline + checker.allowance {
            violation(
                .overdue,
                "entry \(entry.number) of \(entry.at) found it still in '\(entry.from ?? "–")', whose time was "
                    + "over at \(deadline)")
        }
        readMove(entry)
        if isClaim(entry) { readClaim(entry) } else { readWrite(entry) }
        readDeadline(entry)
    }

    private mutating func readMove(_ entry: HistoryEntry) {
        guard definition.declaredRule(for: entry.to) != nil else {
            violation(.undeclaredStatus, "entry \(entry.number) enters '\(entry.to)', which is not declared")
            return
        }
        guard entry.kind == .moved else {
            if entry.from != entry.to {
                violation(
                    .undeclaredMove,
                    "entry \(entry.number) is '\(entry.kind.rawValue)' and changes the status from "
                        + "'\(entry.from ?? "–")' to '\(entry.to)'")
            }
            return
        }
        guard let edge = definition.edge(from: entry.from ?? "", to: entry.to),
            edge.actors.contains(entry.actor.kind)
        else {
            violation(
                .undeclaredMove,
                "entry \(entry.number) moves it from '\(entry.from ?? "–")' to '\(entry.to)', which the "
                    + "\(entry.actor.kind.rawValue) may not")
            return
        }
    }

    private func isClaim(_ entry: HistoryEntry) -> Bool {
        if entry.kind == .claimed { return true }
        guard entry.kind == .moved, entry.actor.kind == .worker, let from = entry.from else { return false }
        return definition.rule(for: from)?.kind == .queue
    }

    private mutating func readClaim(_ entry: HistoryEntry) {
        if let holder {
            violation(
                .claimsOverlap,
                "entry \(entry.number): '\(entry.actor.name ?? "–")' claims it while '\(holder.worker)' holds it"
            )
        }
        if entry.fence <= fence {
            violation(
                .fenceFalls,
                "entry \(entry.number) is a claim, and its fence \(entry.fence) is not above \(fence)")
        }
        holder = (entry.actor.name ?? "", entry.fence)
    }

    private mutating func readWrite(_ entry: HistoryEntry) {
        if entry.fence < fence {
            violation(.fenceFalls, "entry \(entry.number) has the fence \(entry.fence), below \(fence)")
        }
        guard entry.actor.kind == .worker else {
            switch entry.kind {
            case .lost where holder == nil:
                violation(.unasked, "entry \(entry.number) takes a claim back that nobody has")
            case .moved, .lost, .parked, .retried: holder = nil
            default: break
            }
            return
        }
        let call = entry.tag.flatMap { log.tagged[$0] }
        let claimed = call?.fence ?? holder?.fence
        if holder?.worker != entry.actor.name || holder?.fence != claimed {
            violation(
                .writeWithoutClaim,
                "entry \(entry.number) was written by '\(entry.actor.name ?? "–")' with the fence "
                    + "\(claimed.map(String.init) ?? "–"), but the claim was "
                    + (holder.map { "that of '\($0.worker)' with the fence \($0.fence)" } ?? "nobody's"))
        }
        if let name = entry.actor.name { checkLease(of: WorkerID(name), at: entry.at) }
        let isWork = definition.rule(for: entry.to)?.kind == .work
        if entry.kind == .moved, isWork, entry.fence == fence + 1 {
            holder = (entry.actor.name ?? "", entry.fence)
        } else {
            if entry.fence > fence {
                violation(
                    .fenceFalls, "entry \(entry.number) raises the fence to \(entry.fence) without a claim")
            }
            if entry.kind != .met, entry.kind != .noted { holder = nil }
        }
    }

    // MARK: Deadlines

    private func limit(of status: String) -> TimeLimit { definition.rule(for: status)?.limit ?? .forever }

    private mutating func readDeadline(_ entry: HistoryEntry) {
        let rule = definition.rule(for: entry.to)
        let held = rule?.holds.map(\.limit).max() ?? .forever
        switch entry.kind {
        case .moved where rule?.kind.isEnd ?? true: deadline = nil
        case .moved:
            let hold = definition.rule(for: entry.from ?? "")?.move(to: entry.to)?.holding
            deadline = entry.at.adding(hold == nil ? limit(of: entry.to) : held)
        case .held: deadline = entry.at.adding(held)
        case .released: deadline = max(entry.at, started).adding(limit(of: entry.to))
        default: break
        }
    }

    /// When it became available for the first time: a delay outlasts a hold.
    private var started: Timestamp {
        guard let first = history.first else { return record.createdAt }
        let delay = first.tag.flatMap { log.tagged[$0]?.delay } ?? 0
        return Timestamp(microseconds: first.at.microseconds + delay)
    }

    // MARK: What was asked

    private mutating func checkAsked(_ entry: HistoryEntry) {
        guard entry.actor.kind != .engine else { return }
        if isClaim(entry) {
            let isGranted = log.grants[record.id, default: []].contains { $0.fence == entry.fence }
            let isPossible = entry.actor.name.map { log.unansweredClaims.contains(WorkerID($0)) } ?? false
            if checker.isComplete, !isGranted, !isPossible {
                violation(.unasked, "entry \(entry.number) is a claim that nobody asked for")
            }
            return
        }
        guard let tag = entry.tag, let call = log.tagged[tag], call.job == record.id else {
            if checker.isComplete {
                violation(
                    .unasked, "entry \(entry.number), '\(entry.kind.rawValue)', was asked for by nobody")
            }
            return
        }
        tags[tag, default: 0] += 1
        if tags[tag] == 2 { violation(.recordedTwice, "\(call.call) \(tag) is in the history twice") }
        let isOther =
            call.call == "move" && entry.kind == .moved && entry.to != call.to
            && definition.rule(for: entry.from ?? "")?.move(to: call.to ?? "")?.atMost == nil
        if isOther || !call.kinds.contains(entry.kind) {
            violation(
                .otherKind,
                "entry \(entry.number) is '\(entry.kind.rawValue)' to '\(entry.to)', but \(call.call) \(tag) "
                    + "asked for '\(call.to ?? call.call)'")
        }
    }

    /// What had ended before something else began stands before it.
    private mutating func checkOrder() {
        var latest: (begin: Int64, tag: String)?
        for entry in history {
            let grant = isClaim(entry) ? log.grants[record.id]?.first { $0.fence == entry.fence }?.call : nil
            guard let call = grant ?? entry.tag.flatMap({ log.tagged[$0] }) else { continue }
            if let latest, let end = call.end, call.answer == .ok, end < latest.begin {
                violation(
                    .orderReversed,
                    "entry \(entry.number) is of \(call.tag), which had ended before \(latest.tag) began, and "
                        + "stands behind it")
            }
            if latest.map({ $0.begin < call.begin }) ?? true { latest = (call.begin, call.tag) }
        }
    }

    private mutating func checkGrants() {
        let grants = log.grants[record.id, default: []].sorted { $0.fence < $1.fence }
        for (grant, next) in zip(grants, grants.dropFirst())
        where grant.fence == next.fence && grant.call.tag != next.call.tag {
            violation(
                .claimUnrecorded,
                "the fence \(grant.fence) was given to \(grant.call.tag) and \(next.call.tag)")
        }
        for grant in grants where grant.call.call == "claim" {
            let entry = history.first { $0.fence == grant.fence && isClaim($0) }
            guard entry == nil || entry?.actor.name != grant.call.worker?.text else { continue }
            violation(
                .claimUnrecorded,
                "\(grant.call.tag) was given it with the fence \(grant.fence), but the history "
                    + (entry.map { "gives that to '\($0.actor.name ?? "–")'" } ?? "has no such claim"))
        }
        for write in log.writes[record.id, default: []] {
            guard let fence = write.fence,
                let later = grants.first(where: { $0.fence > fence && $0.call.tag != write.tag }),
                let end = later.call.end, end < write.begin
            else { continue }
            violation(
                .staleAccepted,
                "\(write.call) \(write.tag) with the fence \(fence) was accepted after \(later.call.tag) had "
                    + "been given the fence \(later.fence)")
        }
    }

    // MARK: The record

    private mutating func checkState() {
        guard let last = history.last else {
            violation(.numbering, "it has no history")
            return
        }
        let isEnd = definition.rule(for: last.to)?.kind.isEnd ?? false
        if record.status != last.to || record.isLive == isEnd || record.version != last.number
            || record.fence < fence || record.claimedBy?.text != holder?.worker
        {
            violation(
                .stateDiffers,
                "it is in '\(record.status)' (version \(record.version), fence \(record.fence), held by "
                    + "\(record.claimedBy?.text ?? "nobody")), but its history ends in '\(last.to)' (entry "
                    + "\(last.number), fence \(fence), held by \(holder?.worker ?? "nobody"))")
        }
        if record.isLive, let deadline, ledger.readAt > deadline + checker.allowance {
            violation(
                .overdue,
                "it is still in '\(record.status)' at \(ledger.readAt), and its time was over at \(deadline)")
        }
        if let worker = record.claimedBy { checkLease(of: worker, at: ledger.readAt) }
    }

    /// Whether a claim is there although its worker's lease had ended long before.
    private mutating func checkLease(of worker: WorkerID, at moment: Timestamp) {
        guard let over = log.leaseEnd(of: worker, at: moment) else { return }
        if moment > over + checker.allowance {
            violation(
                .claimOutlives, "worker '\(worker)' holds it at \(moment), and its lease ended at \(over)")
        }
    }
}
