import Foundation

/// Asks a real shell what the recipes of a tree set: one shell forks a subshell for each recipe, in its folder, with
/// the environment of `recipe dump` and nothing else.
struct ShellTree {
    let shell: RealShell
    /// The tree, absolute, links resolved.
    let root: String
    let architecture: String

    /// Names that `recipe dump` leaves out.
    private static let shellsOwn: Set<String> = [
        "PATH", "HOME", "PWD", "OLDPWD", "IFS", "PS1", "PS2", "PS3", "PS4", "OPTIND", "SHLVL", "LINENO",
        "PPID",
        "RANDOM", "_", "startdir", "srcdir",
    ]
    /// What differs from one moment to the next, or belongs to the question.
    private static let changing: Set<String> = [
        "SECONDS", "EPOCHREALTIME", "EPOCHSECONDS", "SRANDOM", "FUNCNAME", "apkfarm_dir", "apkfarm_name",
    ]

    private var environment: [String: String] {
        let triplets = [
            "x86": "i586-alpine-linux-musl", "armhf": "armv6-alpine-linux-musleabihf",
            "armv7": "armv7-alpine-linux-musleabihf", "ppc64le": "powerpc64le-alpine-linux-musl",
        ]
        func triplet(_ name: String) -> String { triplets[name] ?? "\(name)-alpine-linux-musl" }
        let build = architecture == "wasm32" ? "x86_64" : architecture
        return [
            "CARCH": architecture, "CTARGET_ARCH": architecture, "CHOST": triplet(architecture),
            "CTARGET": triplet(architecture), "CBUILD_ARCH": build, "CBUILD": triplet(build), "CLIBC": "musl",
        ]
    }

    /// bash prints values itself; ash's `set` quotes them in one simple way.
    private var script: String {
        let ask =
            shell == .ash
            ? "set"
            : "unset IFS; for apkfarm_name in $(compgen -v); do [ -z \"${!apkfarm_name+x}\" ] ||"
                + " printf '%s=%s\\0' \"$apkfarm_name\" \"${!apkfarm_name}\"; done"
        return """
            while IFS= read -r apkfarm_dir; do
            (
            cd "$apkfarm_dir" || exit 1
            export startdir="$apkfarm_dir" srcdir="$apkfarm_dir/src"
            . ./APKBUILD >/dev/null 2>&1 </dev/null
            printf '%s\\0' "$apkfarm_dir"
            \(ask)
            printf '\\0'
            exit 0
            )
            done
            """
    }

    /// The line of each recipe as `recipe dump` should have it, by `main/zlib`.
    func lines(of recipes: [String]) throws -> [String: [UInt8]] {
        let empty = FileManager.default.temporaryDirectory.path + "/apkfarm-empty-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: empty, withIntermediateDirectories: true)
        // What stays behind is a folder of the system's temporary files.
        defer { try? FileManager.default.removeItem(atPath: empty) }
        try Data().write(to: URL(fileURLWithPath: empty + "/APKBUILD"))
        let list = ([empty] + recipes.map { "\(root)/\($0)" }).joined(separator: "\n") + "\n"
        let input = empty + "/list"
        try Data(list.utf8).write(to: URL(fileURLWithPath: input))
        let answers = split(try run(input: input))
        let before = answers[empty] ?? [:]
        var lines: [String: [UInt8]] = [:]
        for recipe in recipes {
            guard let answer = answers["\(root)/\(recipe)"] else { continue }
            lines[recipe] = line(recipe, answer, before)
        }
        return lines
    }

    private func run(input: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: shell.command[0])
        process.arguments = shell.command.dropFirst() + ["-c", script]
        process.environment = environment.merging(["PATH": "/nonexistent"]) { own, _ in own }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: input))
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return [UInt8](data)
    }

    /// Splits the answer into the variables of each folder.
    private func split(_ data: [UInt8]) -> [String: [String: ArraySlice<UInt8>]] {
        var answers: [String: [String: ArraySlice<UInt8>]] = [:]
        var rest = data[...]
        func record() -> ArraySlice<UInt8> {
            let record = rest.prefix { $0 != 0 }
            rest = rest[record.endIndex...].dropFirst()
            return record
        }
        while !rest.isEmpty {
            let folder = String(decoding: record(), as: UTF8.self)
            var variables: [String: ArraySlice<UInt8>] = [:]
            if shell == .ash {
                Self.readSet(record(), into: &variables)
            } else {
                while true {
                    let pair = record()
                    guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else { break }
                    variables[String(decoding: pair[..<equals], as: UTF8.self)] = pair[(equals + 1)...]
                }
            }
            answers[folder] = variables
        }
        return answers
    }

    /// Reads what ash's `set` prints: `name='value'`, quotes inside values as `'"'"'`.
    private static func readSet(_ text: ArraySlice<UInt8>, into variables: inout [String: ArraySlice<UInt8>])
    {
        var rest = text
        while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
            let name = String(decoding: rest[..<equals], as: UTF8.self)
            var value: [UInt8] = []
            rest = rest[(equals + 1)...]
            while let quote = rest.first, quote != UInt8(ascii: "\n") {
                let inner = rest.dropFirst().prefix { $0 != quote }
                value += inner
                rest = rest[inner.endIndex...].dropFirst()
            }
            rest = rest.dropFirst()
            variables[name] = value[...]
        }
    }

    private func line(
        _ recipe: String, _ answer: [String: ArraySlice<UInt8>], _ before: [String: ArraySlice<UInt8>]
    ) -> [UInt8] {
        var pairs: [[UInt8]] = []
        for (name, value) in answer.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            if Self.shellsOwn.contains(name) || Self.changing.contains(name) || name.hasPrefix("BASH") {
                continue
            }
            if let old = before[name], old == value { continue }
            pairs.append(Self.quoted(Array(name.utf8)) + [UInt8(ascii: ":")] + Self.quoted(Array(value)))
        }
        return Array("{\"dir\":\"\(recipe)\",\"vars\":{".utf8) + pairs.joined(separator: [UInt8(ascii: ",")])
            + Array("}}".utf8)
    }

    /// A JSON string, with `\udcXX` for bytes that are not UTF-8; written apart from the one that is tested.
    private static func quoted(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [UInt8(ascii: "\"")]
        var rest = bytes[...]
        while let first = rest.first {
            var length = 1
            while length < min(4, rest.count), String(validating: rest.prefix(length), as: UTF8.self) == nil {
                length += 1
            }
            guard let text = String(validating: rest.prefix(length), as: UTF8.self) else {
                out += Array("\\udc\(String(first, radix: 16))".utf8)
                rest = rest.dropFirst()
                continue
            }
            switch text {
            case "\"", "\\": out += Array("\\\(text)".utf8)
            case "\n": out += Array("\\n".utf8)
            case "\t": out += Array("\\t".utf8)
            case "\r": out += Array("\\r".utf8)
            default:
                out +=
                    first < 0x20
                    ? Array("\\u00\(first < 16 ? "0" : "")\(String(first, radix: 16))".utf8)
                    : Array(text.utf8)
            }
            rest = rest.dropFirst(length)
        }
        return out + [UInt8(ascii: "\"")]
    }
}
