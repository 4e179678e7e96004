import Foundation
import Jobs
import Testing

@Suite("Cursors of webhooks")
struct WebhookCursorTests {
    private let work: Workplace

    init() throws { work = try Workplace() }

    @Test(
        "A new receiver begins after the newest event, one that stays keeps its place, one that went is forgotten",
        arguments: StoreKind.allCases)
    func receivers(kind: StoreKind) throws {
        let store = try kind.make(in: work)
        _ = try store.add([NewJob(recipe: "a", repository: "main", version: "1")], at: moment(0))
        try store.setWebhooks(["https://a/", "https://b/"])
        #expect(try store.webhooks().map(\.position) == [1, 1])
        var cursor = WebhookCursor(
            url: "https://a/", position: 1, attempts: 3, due: moment(9), problem: "503")
        try store.keep(cursor)
        #expect(try store.webhooks().first == cursor)
        _ = try store.add([NewJob(recipe: "b", repository: "main", version: "1")], at: moment(1))
        try store.setWebhooks(["https://a/", "https://c/"])
        #expect(try store.webhooks().map(\.url) == ["https://a/", "https://c/"])
        #expect(try store.webhooks().map(\.position) == [1, 2])
        cursor = WebhookCursor(url: "https://a/", position: 2)
        try store.keep(cursor)
        #expect(try store.webhooks().first == cursor)
    }

    @Test("The database itself does not let a cursor go back")
    func back() throws {
        let store = try StoreKind.sqlite.make(in: work)
        try store.keep(WebhookCursor(url: "https://a/", position: 5))
        #expect(throws: JobStoreError.self) { try store.keep(WebhookCursor(url: "https://a/", position: 4)) }
    }
}
