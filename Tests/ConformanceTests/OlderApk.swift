import Foundation

/// apk 2.14 beside the answers of apk 3 that are written down: what it says in other words, and why.
enum OlderApk {
    /// Whether `APK_REAL` is an apk 2.
    static let isReal = Result {
        guard let real = Workplace.real else { return false }
        return try Workplace.process(real, ["--version"]).said.contains { $0.contains("apk-tools 2") }
    }

    /// Cases in which it answers otherwise even so, with the reason. Each must differ, so that the list stays true.
    static let differences = [
        "fetch-writes": "verify of apk 2 prints the number of the verdict before it",
        "verify-says": "verify of apk 2 prints the number of the verdict before it",
        "info-forms": "info of apk 2 finds names alone and knows -i as --install-if; it has no query",
        "query-yaml": "apk 2 has no query",
        "list-shows": "list of apk 2 has no --manifest",
        "search-finds": "search of apk 2 ends with 0 where nothing was found",
    ]

    /// What both say in the same way: not the size behind "OK:", which apk 2 counts in MiB (and, with one package or many,
    /// rounds to 0), and not where a new configuration file was put, which it does not say.
    static func common(_ answer: [String]) -> [String] {
        answer.filter { !$0.hasPrefix("|   Installing file to ") }.map { line in
            guard line.hasPrefix("| OK: "), let packages = line.range(of: " in ") else { return line }
            return "| OK:" + line[packages.lowerBound...]
        }
    }
}
