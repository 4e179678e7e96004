import Apk
import Foundation
import Packages

/// Files of repositories behind addresses, fetched by curl (Debian's program, as everywhere in the farm).
struct RepositoryDownload {
    /// How often a transfer that broke off goes on where it stopped.
    private static let retries = 3
    /// Transfers side by side.
    private static let width = 4
    private let curl: String
    private let store: ObjectStoreAddress

    init(curl: String = "/usr/bin/curl", environment: [String: String] = ProcessInfo.processInfo.environment)
    {
        self.curl = curl
        store = ObjectStoreAddress(environment: environment)
    }

    /// Brings what lies at an address into a file; see `LinuxMachine.Download`.
    ///
    /// - Throws: `PackageError`: `notFound` for what the server does not have, `machine` else.
    func fetch(_ address: String, to path: String, newerThan: Int64?) throws -> Bool {
        var arguments = Self.manners + ["--write-out", "%{http_code}"]
        if let newerThan {
            arguments += ["--time-cond", Self.httpTime(newerThan)]
            // What was begun earlier may be of another version.
            unlink(path)
        }
        var left = Self.retries
        while true {
            let resumes = newerThan == nil && FileManager.default.fileExists(atPath: path)
            let answer = try run(
                arguments + (resumes ? ["--continue-at", "-"] : []), try store.configuration(address, path))
            switch answer.status {
            case 0:
                if answer.said == "304" { return false }
                return true
            case 33, 36,
                22 where answer.said == "416":
                // It cannot go on from there: from the beginning, then.
                unlink(path)
            case 22 where !(answer.said.first == "5" || answer.said == "408" || answer.said == "429"):
                unlink(path)
                throw PackageError(path: address, kind: .notFound, reason: "HTTP status \(answer.said)")
            case 18, 22, 28, 52, 55, 56, 92: break
            default: throw PackageError(path: address, kind: .machine, reason: answer.talk)
            }
            guard left > 0 else { throw PackageError(path: address, kind: .machine, reason: answer.talk) }
            left -= 1
        }
    }

    /// Brings what lies at several addresses into files, a few side by side; see `LinuxMachine.DownloadAhead`.
    func fetchAll(_ files: [(address: String, path: String)]) -> Set<String> {
        var configuration = ""
        for (address, path) in files {
            // An address that cannot be asked is reported when it is asked for alone.
            guard let lines = try? store.configuration(address, path) else { continue }
            configuration +=
                (configuration.isEmpty ? "" : "next\n") + Self.manners.asConfiguration + lines
                + "write-out = \"%{exitcode} %{filename_effective}\\n\"\n"
        }
        // The same: without curl nothing comes ahead.
        guard
            let answer = try? run(
                ["--disable", "--parallel", "--parallel-immediate", "--parallel-max", "\(Self.width)"],
                configuration)
        else { return [] }
        let whole = answer.said.split(separator: "\n").filter { $0.hasPrefix("0 ") }.map { $0.dropFirst(2) }
        return Set(whole.map(String.init))
    }

    /// How curl behaves, whatever it fetches.
    private static let manners = [
        "--disable", "--fail", "--silent", "--show-error", "--location", "--max-redirs", "10", "--globoff",
        "--proto", "=http,https,ftp", "--proto-redir", "=http,https", "--connect-timeout", "15",
        "--speed-limit", "1", "--speed-time", "60", "--user-agent", "apkfarm", "--remote-time",
    ]

    /// Runs curl. What must not stand in a list of processes, such as the keys of a store, reaches it by its standard
    /// input.
    private func run(
        _ arguments: [String], _ configuration: String
    ) throws -> (status: Int32, said: String, talk: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: curl)
        process.arguments = arguments + ["--config", "-"]
        let input = Pipe()
        let output = Pipe()
        let errors = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw PackageError(
                path: curl, kind: .machine, reason: "cannot run it: \(error); install Debian's package 'curl'"
            )
        }
        // curl reads all of it before it begins. One that ends before says why itself.
        try? input.fileHandleForWriting.write(contentsOf: Data(configuration.utf8))
        try? input.fileHandleForWriting.close()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let talk = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let words = String(decoding: talk, as: UTF8.self).split(separator: "\n").last.map(String.init)
        return (
            process.terminationStatus, String(decoding: said, as: UTF8.self),
            words ?? "curl ended with status \(process.terminationStatus)"
        )
    }

    /// A time as HTTP writes it (RFC 9110, 5.6.7).
    private static func httpTime(_ seconds: Int64) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "GMT")
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
    }
}

extension [String] {
    /// Options of curl's command line as lines of its configuration: after `next` each transfer has its own.
    fileprivate var asConfiguration: String {
        var text = ""
        for word in self where word != "--disable" {
            if word.hasPrefix("--") {
                text += (text.isEmpty ? "" : "\n") + word.dropFirst(2)
            } else {
                text += " = \"\(word)\""
            }
        }
        return text + "\n"
    }
}
