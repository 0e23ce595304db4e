import Lockstep
import LockstepSQL

/// What is kept from one look to the next: answers of costly questions, and the rows that were seen.
struct WatchMemory: Sendable {
    /// A costly question, and what was answered last.
    private struct Question<Answer: Sendable>: Sendable {
        var answer: Answer
        var pace = Pace()
        /// Why there was no answer, in words.
        var trouble: String?
    }

    private struct Counted {
        var counts: [TableLook.Count] = []
        var isSample = false
        var at: Timestamp?
    }

    private var counted = Question(answer: Counted())
    private var stuck = Question(answer: [TableLook.Stuck]())
    private var history = Question(answer: [TableLook.Move]())
    private var seen: Question<SeenRows>

    init(_ definition: Definition) { seen = Question(answer: SeenRows(definition)) }

    /// Asks what is due, and tells what is known then.
    /// - Parameter time: by which the questions rest.
    mutating func look(_ reader: TableReader, _ time: any TimeSource) throws -> TableLook {
        let now = try reader.now()
        try ask(
            \.counted, time, reader.counts, "how many rows are in each status is not known", isVital: true
        ) { known, new in
            known = Counted(counts: new.counts, isSample: new.isSample, at: now)
            return nil
        }
        if let since = reader.subject.since {
            try ask(
                \.stuck, time, { try reader.stuck(since) },
                "which rows are stuck is not known, an index on the status or on '\(since.name)' helps"
            ) { known, new in
                known = new
                return nil
            }
        }
        if let moves = reader.subject.column.history {
            try ask(
                \.history, time, { try reader.history(moves) }, "the history '\(moves.table)' is not read"
            ) { known, new in
                known = new.moves
                return new.isCut
                    ? "of the history '\(moves.table)' only the last \(TableReader.lines) lines are read: all take too long"
                    : nil
            }
        }
        try ask(\.seen, time, reader.seen, "moves cannot be seen by watching") { known, rows in
            known.take(rows, at: now)
            return nil
        }
        return TableLook(
            at: now, counts: counted.answer.counts, isSample: counted.answer.isSample,
            countedAt: counted.answer.at ?? now, stuck: stuck.answer, since: reader.subject.since?.name,
            moves: history.answer + seen.answer.undeclared, notes: notes(reader.subject))
    }

    /// Asks a question unless it rests.
    /// - Parameters:
    ///   - trouble: what is said where the database gives no answer.
    ///   - isVital: whether a refusal ends the look: the table is another one by now, or none.
    ///   - take: keeps the answer, and says what is missing in it.
    private mutating func ask<Kept, Answer>(
        _ path: WritableKeyPath<WatchMemory, Question<Kept>>, _ time: any TimeSource,
        _ question: () throws -> Result<Answer, SQLError>, _ trouble: String, isVital: Bool = false,
        _ take: (inout Kept, Answer) -> String?
    ) throws {
        let begin = time.now()
        guard self[keyPath: path].pace.isDue(begin) else { return }
        let asked = try question()
        self[keyPath: path].pace.note(from: begin, to: time.now())
        switch asked {
        case .success(let answer):
            let missing = take(&self[keyPath: path].answer, answer)
            self[keyPath: path].trouble = missing
        case .failure(let error):
            if isVital, error.kind != .busy { throw error }
            self[keyPath: path].trouble =
                error.kind == .busy ? "\(trouble): reading took too long" : "\(trouble): \(error.message)"
        }
    }

    private func notes(_ subject: WatchSubject) -> [String] {
        var notes = [counted.trouble, stuck.trouble, history.trouble, seen.trouble].compactMap(\.self)
        if subject.since == nil {
            notes.append(
                "nothing says since when a row is in its status, so that stuck rows are not seen: name a column of "
                    + "times or a history")
        }
        if subject.key == nil {
            notes.append(
                "the table '\(subject.column.table)' has no primary key, so that rows are not named and moves cannot be "
                    + "seen by watching")
        }
        return notes
    }
}
