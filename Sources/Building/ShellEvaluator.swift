import Foundation
import Recipes
import Sandboxing
import Signing

/// Evaluates recipes with a real shell (busybox ash, as Alpine's abuild does) inside the sandbox, and remembers the
/// answers by content.
///
/// A recipe is a program: it may only see its own folder, and its answer is kept under the digest of everything that
/// it saw.
public struct ShellEvaluator: RecipeEvaluating {
    private let host: SandboxHost
    private let phases: String
    private let phasesDigest: String
    private let cache: String
    private let scratch: String

    /// - Parameters:
    ///   - host: what makes sandboxes here.
    ///   - phases: the folder of the build functions, with `evaluate`.
    ///   - phasesDigest: a digest of that folder.
    ///   - cache: the folder that keeps answers by digest.
    ///   - scratch: a folder for the shell's output.
    public init(host: SandboxHost, phases: String, phasesDigest: String, cache: String, scratch: String) {
        self.host = host
        self.phases = phases
        self.phasesDigest = phasesDigest
        self.cache = cache
        self.scratch = scratch
    }

    /// A recipe's top level is done in milliseconds; one that is not is wrong.
    private static let limits = Limits(
        memory: .mebibytes(512), processes: 64, disk: .mebibytes(64), wallTime: .seconds(60),
        silence: .seconds(60))

    /// Asks the shell, or remembers its answer to the same question.
    public func evaluate(
        _ folder: RecipeFolder, in environment: RecipeEnvironment
    ) async throws -> EvaluatedRecipe {
        let key = key(folder, environment)
        let stored = "\(cache)/\(key).json"
        if let data = FileManager.default.contents(atPath: stored),
            // An answer in an older form is asked for again.
            let answer = try? JSONDecoder().decode(EvaluatedRecipe.self, from: data)
        {
            return answer
        }
        let answer = try await ask(folder, key: key)
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        try JSONEncoder().encode(answer).write(to: URL(fileURLWithPath: stored), options: .atomic)
        return answer
    }

    private func key(_ folder: RecipeFolder, _ environment: RecipeEnvironment) -> String {
        var hash = SHA256()
        hash.update(Array(phasesDigest.utf8))
        hash.update(Array(folder.text.utf8))
        for (name, value) in environment.variables { hash.update(Array("\0\(name)=\(value)".utf8)) }
        return hash.finalize().hex
    }

    private func ask(_ folder: RecipeFolder, key: String) async throws -> EvaluatedRecipe {
        let own = "\(scratch)/evaluate-\(key)"
        let manager = FileManager.default
        try manager.createDirectory(atPath: own, withIntermediateDirectories: true)
        defer {
            // What stays behind is small and is overwritten by the next question.
            try? manager.removeItem(atPath: own)
        }
        var seen = folder.path
        if folder.overlay != nil {
            seen = own + "-recipe"
            if manager.fileExists(atPath: seen) { try manager.removeItem(atPath: seen) }
            try folder.write(to: seen)
        }
        defer {
            // As above.
            if folder.overlay != nil { try? manager.removeItem(atPath: seen) }
        }
        let sandbox = Sandbox(
            host: host,
            mounts: [
                .readOnly(phases, at: "/farm/phases"),
                .readOnly(seen, at: "/build/recipe"),
                .writable(own, at: "/build/answer"),
            ],
            environment: ["PATH": "/usr/bin:/bin"], workingDirectory: "/build/recipe", limits: Self.limits)
        let said = own + "/messages"
        let result = try await sandbox.run(
            [
                "/bin/sh", "-c",
                "exec busybox ash /farm/phases/evaluate /build/recipe 3>/build/answer/variables",
            ],
            log: said)
        let messages = String(decoding: manager.contents(atPath: said) ?? Data(), as: UTF8.self)
        guard case .exited(0) = result.outcome, let data = manager.contents(atPath: own + "/variables") else {
            let cleaned = messages.replacingOccurrences(of: "/build/recipe/APKBUILD", with: folder.file)
            throw BuildError.evaluation(
                recipe: folder.file, problem: cleaned.isEmpty ? "the shell \(result.outcome)" : cleaned)
        }
        return Self.read(data)
    }

    /// Reads the shell's answer: records ended by zero bytes, `name=value` or `name()`.
    static func read(_ data: Data) -> EvaluatedRecipe {
        var answer = EvaluatedRecipe(variables: [:], functions: [])
        for record in data.split(separator: 0) {
            let text = String(decoding: record, as: UTF8.self)
            if let equals = text.firstIndex(of: "=") {
                answer.variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
            } else if text.hasSuffix("()") {
                answer.functions.insert(String(text.dropLast(2)))
            }
        }
        return answer
    }
}
