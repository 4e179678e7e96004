import Foundation
import GRDB
import Jobs
import Testing

@Suite("Tokens, audit, answers")
struct AccessLedgerTests {
    private let work: Workplace
    private var path: String { work.path + "/access.sqlite" }
    private let digest = String(repeating: "a", count: 64)

    init() throws { work = try Workplace() }

    @Test("A token allows what its scopes say, until it expires or is revoked")
    func scopes() throws {
        let access = try AccessLedger(path: path)
        let token = try access.add(
            name: "ci", digest: digest, scopes: [.queue], expires: moment(100), at: moment(0))
        #expect(token.allows(.queue, at: moment(1)))
        #expect(token.allows(.read, at: moment(1)))
        #expect(!token.allows(.publish, at: moment(1)))
        #expect(!token.allows(.admin, at: moment(1)))
        #expect(!token.allows(.queue, at: moment(100)))
        #expect(try access.revoke(token.id, at: moment(2)))
        #expect(try !access.revoke(token.id, at: moment(3)))
        #expect(try access.token(digest: digest)?.allows(.queue, at: moment(1)) == false)
    }

    @Test("Whoever has shown a token waits for no writer again, and is let in no more once it is taken back")
    func known() throws {
        let access = try AccessLedger(path: path)
        let token = try access.add(name: "ci", digest: digest, scopes: [.read], expires: nil, at: moment(0))
        #expect(try access.token(digest: digest) == token)
        let other = try DatabaseQueue(path: path)
        let again = try other.inDatabase { database in
            try database.beginTransaction(.exclusive)
            defer { try? database.rollback() }  // The test has its answer.
            return try access.token(digest: digest)
        }
        #expect(again == token)
        #expect(try access.revoke(token.id, at: moment(2)))
        #expect(try access.token(digest: digest)?.isValid(at: moment(3)) == false)
        #expect(try access.token(digest: String(repeating: "b", count: 64)) == nil)
    }

    @Test("The database is for its owner only and holds no secret")
    func owner() throws {
        _ = try AccessLedger(path: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("An answer is given again for a day, to the one who asked only")
    func answers() throws {
        let access = try AccessLedger(path: path)
        let answer = AccessLedger.Answer(request: "r", status: 201, body: [1, 2])
        try access.keep(answer, who: "me", key: "k", at: moment(0))
        #expect(try access.answer(who: "me", key: "k", at: moment(80_000)) == answer)
        #expect(try access.answer(who: "you", key: "k", at: moment(1)) == nil)
        #expect(try access.answer(who: "me", key: "k", at: moment(90_000)) == nil)
    }
}
