/// Dates as HTTP writes them: `Fri, 27 Nov 2026 22:34:16 GMT` (RFC 9110 §5.6.7), always in UTC.
public enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The date of these seconds since 1970.
    public static func text(_ seconds: Int64) -> String {
        let day = floorDivide(seconds, 86_400)
        let time = seconds - day * 86_400
        let (year, month, date) = civil(day)
        let weekday = days[Int(day - floorDivide(day, 7) * 7)]
        return "\(weekday), \(two(date)) \(months[Int(month) - 1]) \(four(year)) "
            + "\(two(time / 3600)):\(two(time / 60 % 60)):\(two(time % 60)) GMT"
    }

    /// Seconds since 1970 of a date in one of HTTP's three forms (RFC 1123, RFC 850, asctime); nil for other text.
    public static func seconds(_ text: String) -> Int64? {
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }.map(String.init)
        if words.count == 6, words[5] == "GMT", let year = Int64(words[3]) {
            // RFC 850 has two digits: those beyond 69 are of the last century.
            let full = words[3].count == 2 ? (year < 70 ? year + 2000 : year + 1900) : year
            return seconds(year: full, month: words[2], day: words[1], time: words[4])
        }
        if words.count == 5, let year = Int64(words[4]) {
            return seconds(year: year, month: words[1], day: words[2], time: words[3])
        }
        return nil
    }

    private static func seconds(year: Int64, month: String, day: String, time: String) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard let number = months.firstIndex(of: month), let date = Int64(day), (1...31).contains(date),
            (1...9999).contains(year), clock.count == 3, let hour = clock[0], let minute = clock[1],
            let second = clock[2], (0..<24).contains(hour), (0..<60).contains(minute),
            (0...60).contains(second)
        else { return nil }
        return dayNumber(year, Int64(number) + 1, date) * 86_400 + hour * 3600 + minute * 60 + second
    }

    // Howard Hinnant's algorithms for the Gregorian calendar, with years that begin in March.

    private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = floorDivide(shifted, 146_097)
        let ofEra = shifted - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let part = (5 * ofYear + 2) / 153
        let month = part < 10 ? part + 3 : part - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * part + 2) / 5 + 1)
    }

    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = floorDivide(shifted, 400)
        let yearOfEra = shifted - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear - 719_468
    }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value + 1) / divisor - 1
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    private static func four(_ number: Int64) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }
}
