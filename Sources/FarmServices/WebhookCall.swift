import Foundation
import Synchronization

/// One try to tell a receiver, by curl: no redirections, no proxy, ten seconds.
struct WebhookCall: Sendable {
    let route: WebhookRoute
    let message: WebhookMessage
    let signature: String

    /// Sends it; blocks.
    /// - Returns: nil when the receiver has it (a status of 200 to 299), else what went wrong.
    func send() throws -> String? {
        let settings: [(String, String)] = [
            ("url", route.url), ("connect-to", route.connectsTo), ("proto", "=http,https"), ("noproxy", "*"),
            ("max-time", "10"), ("connect-timeout", "5"), ("user-agent", "apkfarm"), ("output", "/dev/null"),
            ("header", "Content-Type: application/json"), ("header", "Expect:"),
            ("header", "Apkfarm-Event: \(message.event)"), ("header", "Apkfarm-Number: \(message.number)"),
            ("header", "Apkfarm-Signature: \(signature)"), ("write-out", "%{http_code}"),
            ("data-raw", String(decoding: message.body, as: UTF8.self)),
        ]
        let lines = settings.map { "\($0) = \"\(Self.escaped($1))\"\n" } + ["silent\n", "globoff\n"]
        let curl = Process()
        curl.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        curl.arguments = ["curl", "--disable", "--config", "-"]
        let (input, output) = (Pipe(), Pipe())
        curl.standardInput = input
        curl.standardOutput = output
        try curl.run()
        let text = Data(lines.joined().utf8)
        let writer = input.fileHandleForWriting
        Thread.detachNewThread {
            // curl that ended early says so by its status.
            try? writer.write(contentsOf: text)
            try? writer.close()
        }
        let answer = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        curl.waitUntilExit()
        guard curl.terminationStatus == 0, let status = Int(answer) else {
            return "no answer (curl status \(curl.terminationStatus))"
        }
        return (200..<300).contains(status) ? nil : "it answered \(status)"
    }

    /// A value in quotes as curl's configuration file takes it (curl(1), --config).
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
