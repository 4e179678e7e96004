public import Foundation

/// A time of the day in a time zone, on all days of the week or some.
public struct DailyTime: Sendable, Equatable {
    /// What happens with a time at which no daemon ran.
    public enum Missed: String, Sendable {
        /// It is made up for as soon as one does, once for however many were missed.
        case run
        /// It is passed over.
        case skip
    }

    /// From 0 to 23.
    public let hour: Int
    /// From 0 to 59.
    public let minute: Int
    /// Where that is the time.
    public let zone: TimeZone
    /// Days as Calendar numbers them, 1 for Sunday.
    public let weekdays: Set<Int>
    /// What happens with a time at which no daemon ran.
    public let missed: Missed

    /// A daemon that comes this late has not missed the time: it was started anew about then.
    static let grace = 600.0

    private static let names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]

    /// A time on these days.
    public init(
        hour: Int, minute: Int, zone: TimeZone, weekdays: Set<Int> = Set(1...7), missed: Missed = .run
    ) {
        self.hour = hour
        self.minute = minute
        self.zone = zone
        self.weekdays = weekdays
        self.missed = missed
    }

    /// Reads `02:30` with the options `zone`, `days` and `missed`.
    init(_ text: String, _ values: [String: String]) throws(WordError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { throw WordError("'\(text)' is no time of the day: wants 00:00 to 23:59") }
        let name = values["zone"] ?? "UTC"
        guard let zone = TimeZone(identifier: name) else {
            throw WordError("zone=\(name): no time zone of this name; Europe/Berlin is one")
        }
        var weekdays = Set(1...7)
        if let list = values["days"] {
            weekdays = []
            for word in list.split(separator: ",").map(String.init) {
                guard let number = Self.names.firstIndex(of: word) else {
                    throw WordError("days=\(list): wants some of " + Self.names.joined(separator: ","))
                }
                weekdays.insert(number + 1)
            }
        }
        let word = values["missed"] ?? "run"
        guard let missed = Missed(rawValue: word), !weekdays.isEmpty else {
            throw WordError("missed=\(word): wants run or skip")
        }
        self.init(hour: hour, minute: minute, zone: zone, weekdays: weekdays, missed: missed)
    }

    /// The first moment of this kind after another. Where the clock is put forward over it, the first one after the gap; where
    /// it is put back, the first of the two.
    public func next(after moment: Date) -> Date {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let wanted = DateComponents(hour: hour, minute: minute, second: 0)
        var moment = moment
        // A week has one of each day.
        for _ in 0...7 {
            guard
                let next = calendar.nextDate(
                    after: moment, matching: wanted, matchingPolicy: .nextTime, repeatedTimePolicy: .first)
            else { break }
            if weekdays.contains(calendar.component(.weekday, from: next)) { return next }
            moment = next
        }
        return moment.addingTimeInterval(86_400)
    }

    /// What a look finds, at a time and with the time that was last dealt with.
    public struct Look: Sendable, Equatable {
        /// The time that has come; nil while none has, or one was passed over.
        public var fires: Date?
        /// Up to when everything is dealt with.
        public var last: Date

        /// What was found.
        public init(fires: Date?, last: Date) {
            self.fires = fires
            self.last = last
        }
    }

    /// Whether the time has come.
    /// - Parameter last: up to when everything was dealt with; nil at the first look ever, when nothing has been missed.
    public func look(at now: Date, last: Date?) -> Look {
        // A clock that was ahead and was put right must not silence the trigger until it is there again.
        guard let last, last <= now.addingTimeInterval(86_400) else { return Look(fires: nil, last: now) }
        var due = next(after: last)
        guard due <= now else { return Look(fires: nil, last: last) }
        // The last one that has come stands for all.
        while case let later = next(after: due), later <= now { due = later }
        let isMissed = now.timeIntervalSince(due) > Self.grace
        return Look(fires: isMissed && missed == .skip ? nil : due, last: due)
    }

    /// `02:30 Europe/Berlin on mon, thu`.
    var summary: String {
        let time = String(format: "%02d:%02d", hour, minute)
        let days = weekdays.sorted().map { Self.names[$0 - 1] }.joined(separator: ", ")
        return "\(time) \(zone.identifier)" + (weekdays.count == 7 ? "" : " on \(days)")
            + (missed == .run ? "" : ", passed over when missed")
    }
}
