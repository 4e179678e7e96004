import Building
import Foundation
public import Jobs

/// Tells receivers what happens: each in the order of the feed, tried again until it is taken or given up. How far each
/// one is stands in the ledger, so that a restart loses nothing and sends nothing from long ago.
public struct Webhooks: Sendable {
    /// Who is told, and how.
    public struct Settings: Sendable {
        /// The receivers.
        public var urls: [String]
        /// What messages are signed with.
        public var secret: [UInt8]
        /// Whether receivers may be on this machine and in private networks.
        public var allowsPrivate = false

        /// Receivers and the secret.
        public init(urls: [String], secret: [UInt8], allowsPrivate: Bool = false) {
            self.urls = urls
            self.secret = secret
            self.allowsPrivate = allowsPrivate
        }
    }

    /// Why a webhook is not sent.
    public struct Refusal: Error, CustomStringConvertible {
        /// What is wrong, and what to do.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// After so many tries, seven hours, an event is given up.
    static let mostAttempts = 18

    private let store: any JobStore
    private let settings: Settings
    private let say: @Sendable (String) -> Void

    /// Webhooks over the feed of `store`. `say` is told what goes wrong, a line each.
    public init(store: any JobStore, settings: Settings, say: @escaping @Sendable (String) -> Void) {
        self.store = store
        self.settings = settings
        self.say = say
    }

    /// How many seconds to wait after the n-th try in vain: 1, 2, 4 … at most an hour.
    public static func delay(after attempts: Int) -> Double {
        attempts >= 12 ? 3600 : min(3600, Double(1 << max(0, attempts - 1)))
    }

    /// Tells until the task is cancelled. A new receiver is told what happens from now on.
    public func run() async throws {
        try store.setWebhooks(settings.urls)
        await withTaskGroup(of: Void.self) { group in
            for url in settings.urls { group.addTask { await tell(url) } }
        }
    }

    /// Looks a receiver up and checks its address.
    /// - Returns: where curl is to connect, as `--connect-to` takes it.
    /// - Throws: `Refusal`.
    package static func check(_ url: String, allowsPrivate: Bool) throws -> String {
        try WebhookRoute.find(to: url, allowsPrivate: allowsPrivate).connectsTo
    }

    private func tell(_ url: String) async {
        while !Task.isCancelled {
            var pause = 1.0
            do {
                if let next = try await step(url) { pause = next }
            } catch { say("webhook \(url): \(error)") }
            // Ends early when cancelled, and so does the loop.
            if pause > 0 { try? await Task.sleep(for: .seconds(pause)) }
        }
    }

    /// Sends the next message of a receiver.
    /// - Returns: after how many seconds there may be something to do.
    private func step(_ url: String) async throws -> Double? {
        guard var cursor = try store.webhooks().first(where: { $0.url == url }) else { return nil }
        if let due = cursor.due, due > Date() { return min(1, due.timeIntervalSinceNow) }
        let items = try store.feed(after: cursor.position, limit: 500)
        guard let last = items.last else { return nil }
        for item in items {
            guard let message = try WebhookMessage(item, job: { try store.job($0) }) else { continue }
            let problem = await send(message, to: url)
            guard let problem else {
                try store.keep(WebhookCursor(url: url, position: item.position, dropped: cursor.dropped))
                return 0
            }
            cursor.attempts += 1
            cursor.problem = problem
            cursor.due = Date().addingTimeInterval(Self.delay(after: cursor.attempts))
            if cursor.attempts == 1 { say("webhook \(url): \(problem); tries again") }
            if cursor.attempts >= Self.mostAttempts {
                say("webhook \(url): event \(item.position) is given up: \(problem)")
                (cursor.position, cursor.attempts, cursor.due) = (item.position, 0, nil)
                cursor.dropped += 1
            }
            try store.keep(cursor)
            return nil
        }
        // Nothing among these is for a receiver.
        cursor.position = last.position
        try store.keep(cursor)
        return 0
    }

    private func send(_ message: WebhookMessage, to url: String) async -> String? {
        let settings = settings
        do {
            return try await OwnThread.run {
                // Looked up anew each time: what is checked is what this try connects to.
                let route = try WebhookRoute.find(to: url, allowsPrivate: settings.allowsPrivate)
                let signature = message.signature(at: Date(), secret: settings.secret)
                return try WebhookCall(route: route, message: message, signature: signature).send()
            }
        } catch { return "not sent: \(error)" }
    }

    /// The farm's secret for signatures, made if missing: 64 hexadecimal digits in a file for its owner only. Its text is
    /// the key.
    public static func secret(at path: String) throws -> [UInt8] {
        if let data = FileManager.default.contents(atPath: path) {
            let text = String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
            if text.utf8.count >= 32 { return Array(text.utf8) }
            throw Refusal(
                "\(path): is no secret of 32 letters or more; remove it, and a new one is made")
        }
        var dice = SystemRandomNumberGenerator()
        let text = (0..<32).map { _ in String(format: "%02x", UInt8.random(in: 0...255, using: &dice)) }
            .joined()
        let isMade = FileManager.default.createFile(
            atPath: path, contents: Data((text + "\n").utf8), attributes: [.posixPermissions: 0o600])
        guard isMade else {
            throw Refusal("\(path): cannot be written; check the farm's folder")
        }
        return Array(text.utf8)
    }
}
