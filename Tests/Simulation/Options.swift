import LockstepTesting

/// What the command line asks for.
struct Options {
    /// How to call it.
    static let usage = """
        Usage: lockstep-simulate [--seeds N] [--first N] [--mutant NAME | --shell-mutant NAME]
               lockstep-simulate --seed N [--trace] [--mutant NAME | --shell-mutant NAME]
               lockstep-simulate --digests N [--first N]

          --seeds N       run N seeds (1000) and say what was found; exits with 1 on a violation
          --first N       the first seed (1)
          --seed N        run this seed alone; with --trace, print every step
          --mutant NAME   seed a fault in the store: \(names(SeededFault.simulated))
          --shell-mutant NAME  seed a fault in the workers' shells: \(names(ShellFault.allCases))
                          (with a fault, the first violation ends the run and is what is wanted)
          --digests N     print the digests of N runs, to compare them with another process's
        """

    var seeds: UInt64 = 1000
    var first: UInt64 = 1
    var seed: UInt64?
    var digests: UInt64?
    var isTracing = false
    var wantsHelp = false
    var fault: SeededFault?
    var shellFault: ShellFault?

    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func value(of option: String) throws -> String {
            guard let value = rest.popFirst() else { throw Mistake(description: "\(option) needs a value") }
            return value
        }
        func number(of option: String) throws -> UInt64 {
            let text = try value(of: option)
            guard let number = UInt64(text) else {
                throw Mistake(description: "\(option) needs a whole number, not '\(text)'")
            }
            return number
        }
        while let option = rest.popFirst() {
            switch option {
            case "--seeds": seeds = try number(of: option)
            case "--first": first = try number(of: option)
            case "--seed": seed = try number(of: option)
            case "--digests": digests = try number(of: option)
            case "--help": wantsHelp = true
            case "--trace": isTracing = true
            case "--mutant": fault = try Self.named(try value(of: option), in: SeededFault.simulated)
            case "--shell-mutant": shellFault = try Self.named(try value(of: option), in: ShellFault.allCases)
            default: throw Mistake(description: "there is no option '\(option)'")
            }
        }
    }

    private static func names<Fault>(_ faults: [Fault]) -> String {
        faults.map { "\($0)" }.joined(separator: ", ")
    }

    private static func named<Fault>(_ name: String, in faults: [Fault]) throws -> Fault {
        guard let fault = faults.first(where: { "\($0)" == name }) else {
            throw Mistake(description: "there is no fault '\(name)'; there are \(names(faults))")
        }
        return fault
    }

    func simulation(_ seed: UInt64) -> Simulation {
        Simulation(seed: seed, fault: fault, shellFault: shellFault)
    }
}
