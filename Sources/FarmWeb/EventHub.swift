import Jobs

/// Tells followers that there are new events. While somebody follows, one task looks at the store five times a second,
/// however many follow; else nothing runs.
actor EventHub {
    private let store: any JobStore
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var looker: Task<Void, Never>?
    private var seen: Int64 = 0

    init(store: any JobStore) { self.store = store }

    /// Returns when an event after `position` may be there, or some time has passed.
    func wait(after position: Int64) async {
        if seen > position { return }
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            if looker == nil { looker = Task { await look() } }
        }
    }

    private func look() async {
        var rounds = 0
        while !waiting.isEmpty, !Task.isCancelled {
            // Cancelled or not, the followers are woken below.
            try? await Task.sleep(for: .milliseconds(200))
            rounds += 1
            // A store that cannot be read now tells nothing new; followers see its error themselves.
            let last = (try? store.lastPosition()) ?? seen
            if last > seen || rounds % 50 == 0 {
                seen = max(seen, last)
                let woken = waiting
                waiting = []
                for continuation in woken { continuation.resume() }
            }
        }
        looker = nil
    }
}

/// One follower's events in the form of server-sent events.
actor EventFollower {
    private let store: any JobStore
    private let hub: EventHub
    private var position: Int64

    init(store: any JobStore, hub: EventHub, after position: Int64) {
        self.store = store
        self.hub = hub
        self.position = position
    }

    /// The next events, or a comment that keeps the connection open.
    func next() async throws -> [UInt8]? {
        var items = try store.feed(after: position, limit: 200)
        if items.isEmpty {
            await hub.wait(after: position)
            if Task.isCancelled { return nil }
            items = try store.feed(after: position, limit: 200)
        }
        guard let last = items.last else { return Array(": still here\n\n".utf8) }
        position = last.position
        return Array(try items.map(EventText.text).joined().utf8)
    }
}
