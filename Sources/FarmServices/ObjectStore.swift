import Foundation

/// A place that rclone (Debian's program) can write to: an S3 bucket, or a folder.
public struct ObjectStore: Sendable {
    /// Why the store did not do what it was asked.
    public struct Failure: Error, CustomStringConvertible, Equatable {
        /// The store as it was named.
        public let store: String
        /// What was to be done, and rclone's words.
        public let reason: String

        /// What, where, and what to do.
        public var description: String {
            "\(store): \(reason); nothing that clients use has changed: try again, what was sent already is not sent again"
        }
    }

    /// As it was named: `s3://bucket/prefix`.
    public let name: String
    private let remote: String
    private let environment: [String: String]
    private let program: String

    /// A store.
    ///
    /// - Parameters:
    ///   - name: `s3://BUCKET/PREFIX`, or an absolute path of a folder.
    ///   - endpoint: the address of an S3 service that is not Amazon's.
    ///   - environment: has the credentials (`AWS_ACCESS_KEY_ID`, …); `FARM_RCLONE` may name another program.
    /// - Throws: `Failure` for another kind of name.
    public init(_ name: String, endpoint: String? = nil, environment: [String: String]) throws(Failure) {
        self.name = name
        program = environment["FARM_RCLONE"] ?? "/usr/bin/rclone"
        var settings = environment
        // A configuration of the user's must not change what happens here.
        settings["RCLONE_CONFIG"] = "/dev/null"
        // rclone's transport is not one that the AWS library can give a certificate bundle to; it has its own setting.
        if let bundle = settings.removeValue(forKey: "AWS_CA_BUNDLE"), !bundle.isEmpty {
            settings["RCLONE_CA_CERT"] = settings["RCLONE_CA_CERT"] ?? bundle
        }
        if name.hasPrefix("s3://") {
            let path = String(name.dropFirst("s3://".count))
            guard let bucket = path.split(separator: "/").first, !bucket.isEmpty else {
                throw Failure(store: name, reason: "names no bucket; write s3://BUCKET/PREFIX")
            }
            settings["RCLONE_CONFIG_FARM_TYPE"] = "s3"
            settings["RCLONE_CONFIG_FARM_PROVIDER"] = endpoint == nil ? "AWS" : "Other"
            settings["RCLONE_CONFIG_FARM_ENV_AUTH"] = "true"
            // Its creation is the operator's business; asking for it needs rights that a publisher should not have.
            settings["RCLONE_CONFIG_FARM_NO_CHECK_BUCKET"] = "true"
            if let endpoint {
                settings["RCLONE_CONFIG_FARM_ENDPOINT"] = endpoint
                settings["RCLONE_CONFIG_FARM_FORCE_PATH_STYLE"] = "true"
            }
            remote = "farm:" + path
        } else {
            guard name.hasPrefix("/") else {
                throw Failure(store: name, reason: "is neither s3://… nor an absolute path")
            }
            remote = name
        }
        self.environment = settings
    }

    /// Sends files that are not there yet or differ, then compares every one with what is there, by checksum.
    ///
    /// - Parameters:
    ///   - paths: relative to `root`, which they keep in the store.
    ///   - control: `Cache-Control` of the files.
    public func send(_ paths: [String], from root: String, control: String) throws(Failure) {
        let list = NSTemporaryDirectory() + "apkfarm-files-\(UUID().uuidString)"
        do {
            try Data((paths.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: list))
        } catch {
            throw Failure(store: name, reason: "the list of files cannot be written: \(error)")
        }
        // The system's temporary folder is cleaned anyway.
        defer { try? FileManager.default.removeItem(atPath: list) }
        let common = ["--files-from-raw", list, "--checksum", "--no-traverse", root, remote]
        try run(
            "send files",
            ["copy", "--transfers", "4", "--header-upload", "Cache-Control: \(control)"] + common)
        try run("verify what was sent", ["check", "--one-way", "--files-from-raw", list, root, remote])
    }

    /// Puts one file in its place, which is one step for an object store, and reads it back.
    public func replace(_ path: String, with file: String, control: String) throws(Failure) {
        let target = "\(remote)/\(path)"
        try run(
            "replace \(path)",
            ["copyto", "--ignore-times", "--header-upload", "Cache-Control: \(control)", file, target])
        let there = try run("read \(path) back", ["cat", target])
        guard there == FileManager.default.contents(atPath: file) else {
            throw Failure(store: name, reason: "\(path) is not what was sent")
        }
    }

    /// The bytes of a file in the store; nil when there is none.
    public func read(_ path: String) throws(Failure) -> Data? {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
        let file = String(path[(path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex)...])
        let listed = try run(
            "list \(folder)", ["lsf", "--include", "/" + file, "\(remote)/\(folder)"], missing: 3)
        guard !listed.isEmpty else { return nil }
        return try run("read \(path)", ["cat", "\(remote)/\(path)"])
    }

    @discardableResult
    private func run(_ what: String, _ arguments: [String], missing: Int32? = nil) throws(Failure) -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments =
            arguments + ["--retries", "3", "--low-level-retries", "3", "--contimeout", "20s", "-q"]
        process.environment = environment
        let output = Pipe()
        let words = NSTemporaryDirectory() + "apkfarm-rclone-\(UUID().uuidString)"
        // Without the file rclone's words are lost, not its status.
        _ = FileManager.default.createFile(atPath: words, contents: nil)
        defer { try? FileManager.default.removeItem(atPath: words) }  // a temporary file
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: words)
        do { try process.run() } catch {
            throw Failure(
                store: name, reason: "\(program) cannot be started (\(error)); install Debian's rclone")
        }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if let missing, process.terminationStatus == missing { return Data() }
        guard process.terminationStatus == 0 else {
            let text =
                FileManager.default.contents(atPath: words).map { String(decoding: $0, as: UTF8.self) } ?? ""
            let last = text.split(separator: "\n").suffix(3).joined(separator: " / ")
            throw Failure(
                store: name, reason: "cannot \(what): rclone ended with \(process.terminationStatus): \(last)"
            )
        }
        return data
    }
}
