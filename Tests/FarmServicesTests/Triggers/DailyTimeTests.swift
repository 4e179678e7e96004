import FarmServices
import Foundation
import Testing

@Suite("Times of the day")
struct DailyTimeTests {
    private func at(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

    private func time(
        _ hour: Int, _ minute: Int, zone: String = "UTC", days: Set<Int> = Set(1...7),
        missed: DailyTime.Missed = .run
    ) throws -> DailyTime {
        DailyTime(
            hour: hour, minute: minute, zone: try #require(TimeZone(identifier: zone)), weekdays: days,
            missed: missed)
    }

    @Test(
        "The next time is that of the zone, also where the clock is put forward or back",
        arguments: [
            ("UTC", "2026-11-28T02:29:59Z", "2026-11-28T02:30:00Z"),
            ("UTC", "2026-11-28T02:30:00Z", "2026-11-29T02:30:00Z"),
            ("Europe/Berlin", "2026-11-28T00:00:00Z", "2026-11-28T01:30:00Z"),
            ("Asia/Kathmandu", "2026-11-28T00:00:00Z", "2026-11-28T20:45:00Z"),
            // On 29 March 2026 there is no 02:30 in Berlin: the clock goes from 02:00 to 03:00.
            ("Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
            // On 25 October 2026 there are two: the first counts, and no second follows an hour later.
            ("Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            ("Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        ])
    func next(zone: String, after: String, expected: String) throws {
        #expect(try time(2, 30, zone: zone).next(after: at(after)) == at(expected))
    }

    @Test("Days are those of the zone")
    func days() throws {
        // 2026-11-28 is a Saturday; 23:30 on Sunday in Honolulu is Monday elsewhere.
        let sunday = try time(23, 30, zone: "Pacific/Honolulu", days: [1])
        #expect(try sunday.next(after: at("2026-11-28T00:00:00Z")) == at("2026-11-30T09:30:00Z"))
    }

    @Test("A time that came fires once; the first look ever has missed nothing")
    func fires() throws {
        let nightly = try time(2, 30)
        let begin = try at("2026-11-28T02:29:00Z")
        let first = nightly.look(at: begin, last: nil)
        #expect(first == .init(fires: nil, last: begin))
        #expect(nightly.look(at: begin + 30, last: begin).fires == nil)
        let due = try at("2026-11-28T02:30:00Z")
        let second = nightly.look(at: begin + 70, last: begin)
        #expect(second == .init(fires: due, last: due))
        #expect(nightly.look(at: begin + 100, last: due).fires == nil)
    }

    @Test("Missed times are made up for once, or passed over; being late by a restart is not missing")
    func missed() throws {
        let last = try at("2026-11-20T02:30:00Z")
        let now = try at("2026-11-28T12:00:00Z")
        let due = try at("2026-11-28T02:30:00Z")
        #expect(try time(2, 30).look(at: now, last: last) == .init(fires: due, last: due))
        let skipping = try time(2, 30, missed: .skip)
        #expect(skipping.look(at: now, last: last) == .init(fires: nil, last: due))
        #expect(skipping.look(at: due + 300, last: last) == .init(fires: due, last: due))
    }

    @Test("A clock that was years ahead and is put right does not silence it")
    func clockPutBack() throws {
        let nightly = try time(2, 30)
        let now = try at("2026-11-28T02:29:00Z")
        let look = nightly.look(at: now, last: try at("2040-01-01T00:00:00Z"))
        #expect(look == .init(fires: nil, last: now))
        #expect(nightly.look(at: now + 90, last: look.last).fires != nil)
    }
}
