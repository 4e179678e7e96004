import Foundation
import Recipes
import Testing

/// Sources recipes in a shell of this machine: the authority that fixtures are confirmed by.
enum RealShell: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case ash, bash

    var testDescription: String { rawValue }

    var command: [String] {
        switch self {
        case .ash: ["/usr/bin/busybox", "ash"]
        case .bash: ["/usr/bin/bash"]
        }
    }

    var isPresent: Bool { FileManager.default.isExecutableFile(atPath: command[0]) }

    /// What the recipe at `path` sets: of all names that its text assigns, and of all that look like functions.
    func evaluate(_ path: String, _ environment: RecipeEnvironment) throws -> EvaluatedRecipe {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let names = Set(text.matches(of: /([A-Za-z_][A-Za-z0-9_]*)\+?=/).map { String($0.1) })
        let functions = Set(text.matches(of: /([A-Za-z_][A-Za-z0-9_-]*) *\(\)/).map { String($0.1) })
        let script = """
            set -e
            . "$1" >&2
            for apkfarm_name in \(names.sorted().joined(separator: " ")); do
            	eval "[ -z \\"\\${$apkfarm_name+set}\\" ] || printf '%s=%s\\\\0' $apkfarm_name \\"\\$$apkfarm_name\\""
            done
            for apkfarm_name in \(functions.sorted().joined(separator: " ")); do
            	case "$(type "$apkfarm_name" 2>&1)" in
            	*"is a function"*) printf '%s()\\0' "$apkfarm_name" ;;
            	esac
            done
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = command.dropFirst() + ["-c", script, "sh", path]
        process.environment = Dictionary(
            environment.variables.map { ($0.name, $0.value) } + [("PATH", "/nonexistent"), ("LC_ALL", "C")],
            uniquingKeysWith: { first, _ in first })
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        var evaluated = EvaluatedRecipe(variables: [:], functions: [])
        for record in data.split(separator: 0) {
            let text = String(decoding: record, as: UTF8.self)
            if let equals = text.firstIndex(of: "=") {
                evaluated.variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            } else {
                evaluated.functions.insert(String(text.dropLast(2)))
            }
        }
        return evaluated
    }

    /// What a program prints.
    static func output(_ command: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus) }
        return String(decoding: data, as: UTF8.self)
    }

    struct Failed: Error { let status: Int32 }
}
