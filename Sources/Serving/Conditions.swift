/// The conditions of a request about a file (RFC 9110 §13).
enum Conditions {
    enum Outcome: Equatable {
        /// Send it.
        case proceed
        /// 304.
        case notModified
        /// 412.
        case failed
    }

    /// What the conditions say, in the order of RFC 9110 §13.2.2.
    static func outcome(_ request: RequestHead, tag: String, modified: Int64) -> Outcome {
        if let match = request.value("If-Match") {
            guard names(match, tag, isWeak: false) else { return .failed }
        } else if let since = request.value("If-Unmodified-Since").flatMap(HTTPDate.seconds) {
            guard modified <= since else { return .failed }
        }
        if let none = request.value("If-None-Match") {
            return names(none, tag, isWeak: true) ? .notModified : .proceed
        }
        if let since = request.value("If-Modified-Since").flatMap(HTTPDate.seconds), modified <= since {
            return .notModified
        }
        return .proceed
    }

    /// Whether a range may be sent: `If-Range` is absent or names this very file.
    static func allowsRange(_ request: RequestHead, tag: String, modified: Int64) -> Bool {
        guard let value = request.value("If-Range") else { return true }
        if value.hasPrefix("\"") { return value == tag }
        // Weak tags never do; a date does when it is exactly the file's.
        return HTTPDate.seconds(value) == modified
    }

    /// Whether a list of entity tags has this one.
    private static func names(_ list: String, _ tag: String, isWeak: Bool) -> Bool {
        if list.trimmingSpaces == "*" { return true }
        return list.split(separator: ",").contains { item in
            let given = String(item).trimmingSpaces
            if given == tag { return true }
            return isWeak && given.hasPrefix("W/") && given.dropFirst(2) == tag
        }
    }
}

extension String {
    /// The text without spaces and tabs at its ends.
    var trimmingSpaces: String {
        var text = self[...].drop { $0 == " " || $0 == "\t" }
        while text.last == " " || text.last == "\t" { text.removeLast() }
        return String(text)
    }
}
