import Apk
import Foundation
import Packages

/// Files of repositories behind addresses, fetched by curl (Debian's program, as everywhere in the farm).
struct RepositoryDownload {
    /// How often a transfer that broke off goes on where it stopped.
    private static let retries = 3
    private let curl: String

    init(curl: String = "/usr/bin/curl") { self.curl = curl }

    /// Brings what lies at an address into a file; see `LinuxMachine.Download`.
    ///
    /// - Throws: `PackageError`: `notFound` for what the server does not have, `machine` else.
    func fetch(_ address: String, to path: String, newerThan: Int64?) throws -> Bool {
        var arguments = [
            "--disable", "--fail", "--silent", "--show-error", "--location", "--max-redirs", "10",
            "--globoff",
            "--proto", "=http,https,ftp", "--proto-redir", "=http,https", "--connect-timeout", "15",
            "--speed-limit", "1", "--speed-time", "60", "--user-agent", "apkfarm", "--remote-time",
            "--write-out", "%{http_code}", "--output", path,
        ]
        if let newerThan {
            arguments += ["--time-cond", Self.httpTime(newerThan)]
            // What was begun earlier may be of another version.
            unlink(path)
        }
        var left = Self.retries
        while true {
            let resumes = newerThan == nil && FileManager.default.fileExists(atPath: path)
            let answer = try run(arguments + (resumes ? ["--continue-at", "-"] : []) + [address])
            switch answer.status {
            case 0:
                if answer.code == "304" { return false }
                return true
            case 33, 36,
                22 where answer.code == "416":
                // It cannot go on from there: from the beginning, then.
                unlink(path)
            case 22 where !(answer.code.first == "5" || answer.code == "408" || answer.code == "429"):
                unlink(path)
                throw PackageError(path: address, kind: .notFound, reason: "HTTP status \(answer.code)")
            case 18, 22, 28, 52, 55, 56, 92: break
            default: throw PackageError(path: address, kind: .machine, reason: answer.talk)
            }
            guard left > 0 else { throw PackageError(path: address, kind: .machine, reason: answer.talk) }
            left -= 1
        }
    }

    private func run(_ arguments: [String]) throws -> (status: Int32, code: String, talk: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: curl)
        process.arguments = arguments
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw PackageError(
                path: curl, kind: .machine, reason: "cannot run it: \(error); install Debian's package 'curl'"
            )
        }
        let code = output.fileHandleForReading.readDataToEndOfFile()
        let talk = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let words = String(decoding: talk, as: UTF8.self).split(separator: "\n").last.map(String.init)
        return (
            process.terminationStatus, String(decoding: code, as: UTF8.self),
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
