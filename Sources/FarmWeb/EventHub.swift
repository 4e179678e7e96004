import Jobs

/// Tells followers that there are new events, and what they are. While somebody follows, one task looks at the store five
/// times a second and writes each new event once, however many follow; else nothing runs.
actor EventHub {
    private let store: any JobStore
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var next = 0
    private var isClosed = false
    private var looker: Task<Void, Never>?
    private var seen: Int64 = 0
    /// The newest events as text, in the order of their positions, which have no gaps.
    private var recent: [(position: Int64, text: [UInt8])] = []
    /// What most followers ask for next: they have seen the same.
    private var answered: (after: Int64, news: News)?
    private static let most = 500

    /// Events as text.
    struct News: Sendable {
        let text: [UInt8]
        let last: Int64
    }

    init(store: any JobStore) { self.store = store }

    /// What a follower is to do next.
    enum Turn: Sendable {
        /// Send these.
        case news(News)
        /// Ask the store: what comes next is not among what came lately.
        case ask
        /// Send a sign of life: some time has passed.
        case idle
        /// The daemon ends.
        case end
    }

    /// What came after `position`, at once or when it comes. One call for a follower and event: a thousand followers are
    /// woken by each.
    func turn(after position: Int64) async -> Turn {
        if let news = news(after: position) { return .news(news) }
        await wait(after: position)
        if isClosed { return .end }
        if let news = news(after: position) { return .news(news) }
        return seen > position ? .ask : .idle
    }

    /// Returns when an event after `position` may be there, some time has passed, or nobody waits any more.
    private func wait(after position: Int64) async {
        if seen > position || isClosed { return }
        next += 1
        let number = next
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting[number] = continuation
                if looker == nil { looker = Task { await look() } }
            }
        } onCancel: {
            Task { await wake(number) }
        }
    }

    /// What came after `position`, if it came lately; nil when nothing did, or when the store must be asked.
    private func news(after position: Int64) -> News? {
        guard let first = recent.first, let last = recent.last, position >= first.position - 1,
            position < last.position
        else { return nil }
        if let answered, answered.after == position, answered.news.last == last.position {
            return answered.news
        }
        let text = recent[Int(position - first.position + 1)...].flatMap(\.text)
        let news = News(text: text, last: last.position)
        answered = (position, news)
        return news
    }

    private func keep(_ last: Int64) {
        do {
            let items = try store.feed(after: max(seen, last - Int64(Self.most)), limit: Self.most)
            if let first = items.first, first.position != (recent.last?.position ?? 0) + 1 { recent = [] }
            recent += try items.map { ($0.position, Array(try EventText.text($0).utf8)) }
            if recent.count > 2 * Self.most { recent.removeFirst(recent.count - Self.most) }
        } catch {
            // Followers ask the store themselves, and see its error.
            recent = []
        }
    }

    /// Sends everybody who follows away: the daemon ends.
    func close() {
        isClosed = true
        looker?.cancel()
        for number in Array(waiting.keys) { wake(number) }
    }

    private func wake(_ number: Int) { waiting.removeValue(forKey: number)?.resume() }

    private func look() async {
        var rounds = 0
        while !waiting.isEmpty, !Task.isCancelled {
            // Cancelled or not, the followers are woken below.
            try? await Task.sleep(for: .milliseconds(200))
            rounds += 1
            // A store that cannot be read now tells nothing new; followers see its error themselves.
            let last = (try? store.lastPosition()) ?? seen
            if last > seen || rounds % 50 == 0 {
                if last > seen { keep(last) }
                seen = max(seen, last)
                for number in Array(waiting.keys) { wake(number) }
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
    /// Whether the store may have more than the hub knows of.
    private var isBehind = true
    private static let page = 200

    init(store: any JobStore, hub: EventHub, after position: Int64) {
        self.store = store
        self.hub = hub
        self.position = position
    }

    /// The next events, or a comment that keeps the connection open.
    func next() async throws -> [UInt8]? {
        if isBehind, let text = try stored() { return text }
        let turn = await hub.turn(after: position)
        if Task.isCancelled { return nil }
        switch turn {
        case .news(let news):
            position = news.last
            return news.text
        case .ask: return try stored() ?? Self.signOfLife
        case .idle: return Self.signOfLife
        case .end: return nil
        }
    }

    private static let signOfLife = Array(": still here\n\n".utf8)

    /// The next events of the store; nil when there are none.
    private func stored() throws -> [UInt8]? {
        let items = try store.feed(after: position, limit: Self.page)
        isBehind = items.count == Self.page
        guard let last = items.last else { return nil }
        position = last.position
        return Array(try items.map(EventText.text).joined().utf8)
    }
}
