import Foundation

/// What queues jobs without being asked: a line of the settings, `trigger = NAME KIND …`.
///
///     trigger = alpine watch /srv/aports every=60 new=no
///     trigger = nightly daily 02:30 zone=Europe/Berlin days=mon,thu missed=skip set=/srv/farm/nightly
///     trigger = tools toolchain canary=musl,busybox
public struct Trigger: Sendable, Equatable {
    /// When it fires.
    public enum Kind: Sendable, Equatable {
        /// Recipes below this folder changed. `takesNew`: also those that the farm never had a job for.
        case watch(folder: String, takesNew: Bool)
        /// A time of the day came.
        case daily(DailyTime)
        /// What packages are built with changed.
        case toolchain
    }

    /// Its name, for people and as the key of what it remembers.
    public let name: String
    /// When it fires.
    public let kind: Kind
    /// For how many seconds at least it is left alone between two looks.
    public var every: Int
    /// A file that names what to queue, one name a line; nil for everything that is published, or what changed.
    public var set: String?
    /// What must be published before the rest is queued; empty for nothing.
    public var canary: [String] = []
    /// Above others that wait, as in a request.
    public var priority = 0

    /// A trigger with the defaults of its kind.
    public init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
        switch kind {
        case .watch: every = 30
        case .daily: every = 1
        case .toolchain: every = 60
        }
    }

    /// Reads the words after `trigger =`.
    /// - Throws: `WordError` that says what is wrong with which word.
    public init(parsing text: String) throws(WordError) {
        var words = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        guard words.count >= 2 else { throw WordError("wants NAME watch|daily|toolchain …") }
        let name = words.removeFirst()
        guard name.count <= 40, name.first?.isLetter == true,
            name.utf8.allSatisfy({ $0 == 0x2d || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) })
        else { throw WordError("'\(name)' is no name: a letter, then letters, digits and '-', all small") }
        let kind = words.removeFirst()
        guard let allowed = Self.options[kind] else {
            throw WordError(
                "no kind '\(kind)'; did you mean '\(WordError.nearest(to: kind, in: Self.options.keys.sorted()))'?"
            )
        }
        var place: String?
        if kind != "toolchain" {
            guard let first = words.first, !first.contains("=") else {
                throw WordError(kind == "watch" ? "'watch' wants a folder" : "'daily' wants a time, 02:30")
            }
            place = words.removeFirst()
        }
        let values = try Self.values(words, allowed: allowed, of: kind)
        switch kind {
        case "watch":
            guard let folder = place, folder.hasPrefix("/") else {
                throw WordError("'\(place ?? "")' is no absolute path")
            }
            var path = folder
            while path.count > 1, path.hasSuffix("/") { path.removeLast() }
            self.init(
                name, .watch(folder: path, takesNew: try Self.yesOrNo(values, "new") ?? false))
        case "daily": self.init(name, .daily(try DailyTime(place ?? "", values)))
        default:
            self.init(name, .toolchain)
            guard values["canary"] != nil else {
                throw WordError(
                    "'toolchain' wants canary=NAME,NAME: what must pass before the rest; or canary=none")
            }
        }
        every = try Self.number(values, "every", 1...86_400) ?? every
        priority = try Self.number(values, "priority", -1000...1000) ?? 0
        set = values["set"]
        if let set, !set.hasPrefix("/") { throw WordError("set=\(set): wants an absolute path") }
        if let names = values["canary"], names != "none" {
            canary = names.split(separator: ",").map(String.init)
        }
    }

    private static let options: [String: [String]] = [
        "watch": ["every", "new", "canary", "priority"],
        "daily": ["zone", "days", "missed", "set", "canary", "priority"],
        "toolchain": ["every", "canary", "set", "priority"],
    ]

    private static func values(
        _ words: [String], allowed: [String], of kind: String
    ) throws(WordError) -> [String: String] {
        var values: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw WordError("'\(word)' is not 'option=value'") }
            guard allowed.contains(parts[0]) else {
                throw WordError(
                    "'\(kind)' has no option '\(parts[0])'; did you mean"
                        + " '\(WordError.nearest(to: parts[0], in: allowed))'?")
            }
            guard values.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw WordError("'\(parts[0])' is there twice")
            }
        }
        return values
    }

    private static func number(
        _ values: [String: String], _ key: String, _ range: ClosedRange<Int>
    ) throws(WordError) -> Int? {
        guard let text = values[key] else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw WordError(
                "\(key)=\(text): wants a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func yesOrNo(_ values: [String: String], _ key: String) throws(WordError) -> Bool? {
        switch values[key] {
        case nil: return nil
        case "yes": return true
        case "no": return false
        case let other?: throw WordError("\(key)=\(other): wants yes or no")
        }
    }

    /// What it waits for, for people.
    public var summary: String {
        switch kind {
        case .watch(let folder, let takesNew):
            "changes in \(folder)" + (takesNew ? ", new recipes too" : "")
        case .daily(let time): time.summary
        case .toolchain: "another toolchain"
        }
    }
}

/// A word of a trigger that cannot be used.
public struct WordError: Error, Equatable, CustomStringConvertible {
    /// What is wrong with it.
    public let description: String

    init(_ description: String) { self.description = description }

    /// The word of a list that was probably meant.
    static func nearest(to word: String, in list: [String]) -> String {
        list.min { FarmConfiguration.distance($0, word) < FarmConfiguration.distance($1, word) } ?? ""
    }
}
