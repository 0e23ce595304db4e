import Foundation
import LockstepTesting
import Testing

/// Completion in shells.
@Suite struct CompletionTests {
    @Test(arguments: [
        ("bash", "complete -o filenames -F _lockstep lockstep"), ("zsh", "#compdef lockstep"),
        ("fish", "complete -c 'lockstep'"),
    ])
    func aScriptIsGenerated(_ shell: String, _ mark: String) async throws {
        let depot = try await Depot()
        let run = try await depot.tool.run("--generate-completion-script", shell)
        #expect(run.code == 0)
        #expect(run.out.contains(mark))
        for word in ["pause", "mermaid", "database", "---completion"] {
            #expect(run.out.contains(word), "\(shell): \(word)")
        }
        let unknown = try await depot.tool.run("--generate-completion-script", "tcsh")
        #expect(unknown.code != 0)
    }

    @Test func bashCompletesWhatIsInTheDatabase() async throws {
        let depot = try await Depot()
        let script = try await depot.tool.run("--generate-completion-script", "bash").out
        let file = depot.scratch.path("completion.bash")
        try script.write(toFile: file, atomically: true, encoding: .utf8)
        let syntax = try await Shell.bash(["-n", file], in: depot)
        #expect(syntax.code == 0, "\(syntax.errors)")

        #expect(try await depot.tool.run("backup", "two:parts=db.sqlite").code == 0)
        let cases: [(line: String, wanted: [String])] = [
            ("lockstep pau", ["pause"]),
            ("lockstep diagram --format m", ["mermaid"]),
            ("lockstep count --lifecycle p", ["parcel"]),
            ("lockstep pause p", ["parcel"]),
            ("lockstep pause parcel ", ["labelling", "packing", "queued"]),
            ("lockstep jobs list --status ann", ["announced"]),
            ("lockstep audit --database lock", ["lockstep.sqlite"]),
            ("lockstep count --database none.sqlite --lifecycle p", []),
            ("lockstep count --database lockstep.sqlite --lifecycle p", ["parcel"]),
            // As bash takes it apart.
            ("lockstep count --database two : parts = db.sqlite --lifecycle p", ["parcel"]),
            ("lockstep count --database = two : parts = db.sqlite --lifecycle p", ["parcel"]),
        ]
        for (line, wanted) in cases {
            let run = try await Shell.bash(["-c", Shell.asking, "bash", file, line], in: depot)
            let seen = Set(run.lines).filter { !$0.hasPrefix("-") }.sorted()
            // Beside the database stand SQLite's own files, which begin with its name.
            let plain = seen.filter { !$0.hasPrefix("lockstep.sqlite-") }
            #expect(plain == wanted, "\(line): \(run.errors)")
        }
    }
}

/// Runs bash beside a depot, with the built tool on its path.
private enum Shell {
    /// Completes the line that is given as it would be when the tab key is pressed at its end.
    static let asking = #"""
        source "$1"
        COMP_LINE=$2
        COMP_POINT=${#COMP_LINE}
        read -ra COMP_WORDS <<<"$COMP_LINE"
        [[ $COMP_LINE != *' ' ]] || COMP_WORDS+=("")
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        _lockstep lockstep "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
        for word in "${COMPREPLY[@]}"; do printf '%s\n' "${word%% }"; done
        """#

    static func bash(_ arguments: [String], in depot: Depot) async throws -> Tool.Run {
        let folder = try Tool.program().deletingLastPathComponent().path
        return try await Tool.run(
            URL(filePath: "/bin/bash"), arguments, in: depot.scratch,
            ["LOCKSTEP_DATABASE": depot.scratch.database, "PATH": "\(folder):/usr/bin:/bin"]
        ) { _ in }
    }
}
