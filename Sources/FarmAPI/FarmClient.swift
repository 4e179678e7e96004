public import Foundation

/// Asks a farm's daemon, over its owner's socket or by URL and token.
public struct FarmClient: Sendable {
    /// Where the daemon is.
    public enum Endpoint: Sendable, Equatable {
        /// The socket in the farm's folder, for its owner.
        case socket(String)
        /// An address, and the token to show.
        case url(String, token: String?)
    }

    /// Why there is no answer.
    public enum Failure: Error, CustomStringConvertible {
        /// Nothing answers there.
        case unreachable(Endpoint, reason: String)
        /// The farm says why not.
        case problem(Problem)
        /// The answer is not what a farm says.
        case foreign(String)

        /// What, where, and what to do.
        public var description: String {
            switch self {
            case .unreachable(.socket(let path), _):
                "\(path): no daemon answers; start it with 'apkfarm serve --farm \((path as NSString).deletingLastPathComponent)'"
            case .unreachable(.url(let url, _), let reason):
                "\(url): no daemon answers (\(reason)); check the address, and that 'apkfarm serve' runs there"
            case .problem(let problem):
                problem.detail + (problem.cure.map { "; \($0)" } ?? "")
            case .foreign(let text): "the answer is not a farm's: \(text.prefix(200))"
            }
        }
    }

    /// Where the daemon is.
    public let endpoint: Endpoint

    /// A client of a daemon.
    public init(_ endpoint: Endpoint) { self.endpoint = endpoint }

    /// Sends a request and returns the body of a good answer.
    /// - Throws: `Failure`.
    public func send(
        _ method: String, _ path: String, body: Data? = nil, headers: [String: String] = [:]
    ) throws -> Data {
        let file = try body.map(Self.file(of:))
        // What cannot be removed is left to the cleaning of the temporary folder.
        defer { if let file { try? FileManager.default.removeItem(atPath: file) } }
        let process = try start(method, path, body: file, headers: headers, streams: false)
        let output = process.output.fileHandleForReading.readDataToEndOfFile()
        process.process.waitUntilExit()
        guard process.process.terminationStatus == 0 else {
            throw Failure.unreachable(endpoint, reason: "curl status \(process.process.terminationStatus)")
        }
        // The status stands on the last line.
        guard let newline = output.lastIndex(of: 10),
            let status = Int(String(decoding: output[output.index(after: newline)...], as: UTF8.self))
        else { throw Failure.foreign(String(decoding: output, as: UTF8.self)) }
        let content = Data(output[..<newline])
        if (200..<300).contains(status) { return content }
        // What is not a problem document is shown as it is.
        guard let problem = try? WireJSON.decode(Problem.self, from: content) else {
            throw Failure.foreign("status \(status): " + String(decoding: content, as: UTF8.self))
        }
        throw Failure.problem(problem)
    }

    /// Reads an answer without end, piece by piece, for as long as `take` says that it wants more.
    /// - Throws: `Failure` when the daemon is not there, refuses, or ends while more is wanted.
    public func follow(_ path: String, _ take: (Data) throws -> Bool) throws {
        let process = try start("GET", path, body: nil, headers: [:], streams: true)
        defer { if process.process.isRunning { process.process.terminate() } }
        while true {
            let piece = process.output.fileHandleForReading.availableData
            if piece.isEmpty { break }
            guard try take(piece) else { return }
        }
        process.process.waitUntilExit()
        guard process.process.terminationStatus == 0 else {
            throw Failure.unreachable(endpoint, reason: "curl status \(process.process.terminationStatus)")
        }
    }

    /// Brings a file: it is at `file` only when the answer is good.
    /// - Throws: `Failure`.
    public func download(_ path: String, to file: String) throws {
        try transfer("GET", path, [("output", file), ("remove-on-error", "")])
    }

    /// Sends a file.
    /// - Throws: `Failure`.
    public func upload(_ file: String, to path: String) throws {
        // No waiting for leave to send: the farm takes it or not.
        try transfer("PUT", path, [("upload-file", file), ("header", "Expect:")])
    }

    private func transfer(_ method: String, _ path: String, _ settings: [(String, String)]) throws {
        let (process, output) = try start(
            method, path, body: nil, headers: [:], streams: false, settings + [("fail-with-body", "")])
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus != 0 else { return }
        let status = String(decoding: text.suffix(3), as: UTF8.self)
        guard process.terminationStatus == 22, let code = Int(status) else {
            throw Failure.unreachable(endpoint, reason: "curl status \(process.terminationStatus)")
        }
        // What answers a download is not kept; a proxy says something else.
        if let problem = try? WireJSON.decode(Problem.self, from: text.dropLast(4)) {
            throw Failure.problem(problem)
        }
        throw Failure.problem(
            Problem(code, code == 409 ? "lease-lost" : "refused", "Refused", "\(path): status \(code)"))
    }

    /// A body in a file that only its owner reads: as a line of curl's settings it may have 100 KB.
    private static func file(of body: Data) throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/apkfarm-\(UUID().uuidString).json"
        // The mode is the file's from its first moment, whatever the umask is.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path])
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: body)
            try file.close()
        } catch {
            // Half of a body serves nobody; what cannot be removed is left to the cleaning of the temporary folder.
            try? FileManager.default.removeItem(atPath: path)
            throw error
        }
        return path
    }

    private func start(
        _ method: String, _ path: String, body: String?, headers: [String: String], streams: Bool,
        _ further: [(String, String)] = []
    ) throws -> (process: Process, output: Pipe) {
        var settings: [(String, String)] = [("request", method)] + further.filter { !$0.1.isEmpty }
        switch endpoint {
        case .socket(let socket):
            settings += [("unix-socket", socket), ("url", "http://farm" + path)]
        case .url(let url, let token):
            let base = url.hasSuffix("/") ? String(url.dropLast()) : url
            settings.append(("url", base + path))
            if let token { settings.append(("header", "Authorization: Bearer \(token)")) }
        }
        for (name, value) in headers { settings.append(("header", "\(name): \(value)")) }
        if let body {
            settings.append(("header", "Content-Type: application/json"))
            settings.append(("data-binary", "@" + body))
        }
        if !streams { settings.append(("write-out", "\n%{http_code}")) }
        let lines =
            settings.map { "\($0) = \"\(Self.escaped($1))\"" } + ["silent", "no-buffer"]
            + further.filter(\.1.isEmpty).map(\.0)
            + (streams ? ["fail"] : [])
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["curl", "--disable", "--config", "-"]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Many headers may be longer than a pipe holds.
        let text = Data((lines.joined(separator: "\n") + "\n").utf8)
        let writer = input.fileHandleForWriting
        Thread.detachNewThread {
            // curl that ended early says so by its status.
            try? writer.write(contentsOf: text)
            try? writer.close()
        }
        return (process, output)
    }

    /// A value in quotes as curl's configuration file takes it.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
