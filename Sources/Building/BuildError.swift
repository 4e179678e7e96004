/// Why a build could not be done, or its result not be taken. Each says what, where, and what to do.
public enum BuildError: Error, Equatable, CustomStringConvertible {
    /// A file or folder could not be read or written.
    case unreadable(path: String, reason: String)
    /// A line of `check.known-failures` has no reason.
    case badKnownFailure(path: String, line: Int, text: String)
    /// The phases left no usable description of a package.
    case badMetadata(package: String, problem: String)
    /// Packages of the building machine that the recipe names tools of are not installed.
    case hostToolsAbsent([String])
    /// A phase ended badly.
    case phaseFailed(phase: String, outcome: String)
    /// The package's own tests failed.
    case suiteFailed([String])
    /// A package breaks a rule that every published package keeps.
    case lint(package: String, problems: [String])
    /// A source could not be had.
    case source(String)
    /// A source could not be unpacked.
    case unpack(name: String, reason: String)
    /// The build root could not be put together.
    case sysroot(String)
    /// A second build gave other bytes.
    case notReproducible(package: String, differences: [String], first: String, second: String)

    /// The phase that a job records for this failure.
    public var phase: String {
        switch self {
        case .phaseFailed(let phase, _): phase
        case .suiteFailed, .badKnownFailure: "check"
        case .lint: "lint"
        case .badMetadata: "split"
        case .hostToolsAbsent: "plan"
        case .source: "fetch"
        case .unpack: "unpack"
        case .sysroot: "sysroot"
        case .notReproducible: "verify"
        case .unreadable: "stage"
        }
    }

    /// What happened, where, and the remedy.
    public var description: String {
        switch self {
        case .unreadable(let path, let reason): "\(path): \(reason)"
        case .badKnownFailure(let path, let line, let text):
            "\(path):\(line):1: '\(text)' has no reason; write NAME<tab>why this failure is accepted"
        case .badMetadata(let package, let problem): "\(package): \(problem)"
        case .hostToolsAbsent(let packages):
            "the recipe's host tools are not installed on this machine: run "
                + "'apt-get install --no-install-recommends \(packages.joined(separator: " "))'"
        case .phaseFailed(let phase, let outcome): "phase \(phase) \(outcome)"
        case .suiteFailed(let names):
            "\(names.count) test(s) failed: \(names.prefix(10).joined(separator: ", "))"
                + (names.count > 10 ? ", …" : "")
                + "; read the log, and list what is accepted in check.known-failures with its reason"
        case .lint(let package, let problems): "\(package): " + problems.joined(separator: "; ")
        case .source(let text): text
        case .unpack(let name, let reason): "\(name): \(reason)"
        case .sysroot(let text): "the build root could not be put together: \(text)"
        case .notReproducible(let package, let differences, let first, let second):
            "\(package): a second build differs: " + differences.prefix(5).joined(separator: "; ")
                + differences.prefix(1).map {
                    "; compare them: apkfarm apk diff \(first)/\($0) \(second)/\($0)"
                }.joined()
        }
    }
}
