import AnomalyDetection
import Testing

@Suite struct DetectorTests {
    @Test func givesThePlantedRowTheTopScore() throws {
        let table = MadeTables.line(planted: 123)
        let fitted = try AnomalyDetector().fit(table)
        let scores = try fitted.score()
        #expect(scores.count == table.rowCount)
        #expect(scores.indices.max { scores[$0] < scores[$1] } == 123)
        let explanation = try #require(try fitted.explain(rows: [123]).first)
        #expect(explanation.contributions.first?.name == "n2")
        #expect(explanation.contributions.first?.actual == "100")
        #expect((explanation.contributions.first?.deviation ?? 0) > 3)
    }

    @Test func givesTheSameScoresForTheSameSeed() throws {
        let table = MadeTables.line(rows: 200)
        var options = AnomalyDetector.Options()
        let first = try AnomalyDetector(options: options).fit(table).score()
        let second = try AnomalyDetector(options: options).fit(table).score()
        options.seed = 43
        let other = try AnomalyDetector(options: options).fit(table).score()
        #expect(first.map(\.bitPattern) == second.map(\.bitPattern))
        #expect(first != other)
    }

    @Test func sharesOutTheWholeScore() throws {
        let fitted = try AnomalyDetector().fit(MadeTables.line(planted: 5))
        let scores = try fitted.score()
        for explanation in try fitted.explain(rows: [0, 5, 299, 300, -1]) {
            let sum = explanation.contributions.reduce(0) { $0 + $1.error }
            #expect(abs(sum - scores[explanation.row]) <= 1e-4 * scores[explanation.row])
            let shares = explanation.contributions.reduce(0) { $0 + $1.share }
            #expect(abs(shares - 1) < 1e-4)
            #expect(Set(explanation.contributions.map(\.column)) == [0, 1, 2, 3, 4])
        }
    }

    @Test func namesTheColumnsThatItLeavesOut() throws {
        let table = MadeTables.line(rows: 50)
        let constant = Column(name: "same", values: .numbers([Float](repeating: 3, count: 50)))
        let running = Column(name: "id", values: .numbers((0..<50).map { Float($0) }))
        let names = Column(
            name: "person",
            values: .categories(codes: (0..<50).map { UInt16($0) }, levels: (0..<50).map { "p\($0)" }))
        let fitted = try AnomalyDetector().fit(Table(columns: table.columns + [constant, running, names]))
        #expect(fitted.ignoredColumns.map(\.name) == ["remark", "same", "id", "person"])
        #expect(fitted.usedColumns == ["n0", "n1", "n2", "n3", "colour"])
    }

    @Test func notesAnEmptyCellAmongFullOnes() throws {
        var columns = MadeTables.line(rows: 200).columns
        guard case .numbers(var values) = columns[0].values else { throw DetectionError.nothingVaries }
        values[60] = .nan
        columns[0] = Column(name: "n0", values: .numbers(values))
        let fitted = try AnomalyDetector().fit(Table(columns: columns))
        let scores = try fitted.score()
        #expect(scores.indices.max { scores[$0] < scores[$1] } == 60)
        let contribution = try #require(try fitted.explain(rows: [60]).first?.contributions.first)
        #expect(contribution.name == "n0" && contribution.actual.isEmpty && contribution.deviation == nil)
    }

    @Test func reportsProgressThatOnlyRises() throws {
        var shares: [Double] = []
        let fitted = try AnomalyDetector().fit(MadeTables.line(), progress: { shares.append($0) })
        #expect(shares == shares.sorted() && shares.last == 1)
        shares = []
        _ = try fitted.score(progress: { shares.append($0) })
        #expect(shares == shares.sorted() && shares.last == 1)
    }

    @Test func stopsWhenCancelled() throws {
        let table = MadeTables.line()
        var questions = 0
        #expect(throws: CancellationError.self) {
            try AnomalyDetector().fit(
                table,
                isCancelled: {
                    questions += 1
                    return questions > 3
                })
        }
        #expect(questions == 4)
        let fitted = try AnomalyDetector().fit(table)
        #expect(throws: CancellationError.self) { try fitted.score(isCancelled: { true }) }
    }

    @Test func refusesWhatCannotBeCompared() {
        let same = Column(name: "a", values: .numbers([1, 1, 1]))
        #expect(throws: DetectionError.nothingVaries) { try AnomalyDetector().fit(Table(columns: [same])) }
        let single = Column(name: "a", values: .numbers([1]))
        #expect(throws: DetectionError.tooFewRows(1)) { try AnomalyDetector().fit(Table(columns: [single])) }
        #expect(throws: DetectionError.tooFewRows(0)) { try AnomalyDetector().fit(Table(columns: [])) }
    }

    @Test(arguments: [
        [Float.greatestFiniteMagnitude, -1, 0], [.infinity, 1, 2], [1e-38, 0, 1e38], [.nan, 1, 2],
    ])
    func survivesExtremeNumbers(_ values: [Float]) throws {
        let scores = try AnomalyDetector().fit(Table(columns: [Column(name: "a", values: .numbers(values))]))
            .score()
        #expect(scores.allSatisfy { $0.isFinite })
    }

    @Test func copesWithManyColumns() throws {
        let columns = (0..<200).map { column in
            Column(name: "c\(column)", values: .numbers((0..<64).map { Float(($0 * 31 + column * 17) % 23) }))
        }
        let scores = try AnomalyDetector().fit(Table(columns: columns)).score()
        #expect(scores.count == 64 && scores.allSatisfy { $0.isFinite })
    }
}
