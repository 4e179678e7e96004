import Foundation

/// A farm's settings, read from `apkfarm.conf` in its folder: one `key = value` a line, `#` begins a comment.
///
/// Keys are typed; an unknown one, or a value of another kind, is refused with its line and what was probably meant.
public struct FarmConfiguration: Sendable, Equatable {
    /// The file's name in the farm's folder.
    public static let fileName = "apkfarm.conf"

    /// The checkout, or the installed share folder: holds `toolchain`, `Sources/Building/Phases`, `aports-overlay`.
    public var share = ""
    /// Recipe trees whose recipes win over those of `aports`; the share folder's overlay unless given.
    public var overlays: [String] = []
    /// Further recipe trees, for example Alpine's aports.
    public var aports: [String] = []
    /// Where `serve` listens.
    public var listen = "127.0.0.1:8780"
    /// Recipes built side by side by the daemon itself; 0 leaves all to workers of other processes.
    public var workers = 2
    /// For how many seconds a worker of another process may be silent before its job is given to another one.
    public var leaseSeconds = 60
    /// What the outputs of one order may be together, in MiB.
    public var uploadLimitMiB = 8192
    /// What stays free on the disk, in MiB: below it no job is begun and no output taken.
    public var keepFreeMiB = 1024
    /// After how many failures in a row a recipe is not queued by itself any more; 0 for never.
    public var quarantineAfter = 5
    /// For how many hours nothing may be published while jobs wait, or the queue only grow, before that is an alert; 0 for
    /// ever.
    public var alertAfterHours = 12
    /// Who is told by webhooks what happens.
    public var webhooks: [String] = []
    /// Whether webhooks may be sent to this machine and private networks.
    public var allowsPrivateWebhooks = false
    /// What queues jobs without being asked.
    public var triggers: [Trigger] = []
    /// Whether pages that change nothing are shown without a token.
    public var hasPublicDashboard = true
    /// Requests a token may make in a minute.
    public var requestsPerMinute = 600

    /// The defaults, over a share folder.
    public init(share: String = "") { self.share = share }

    /// Every key that a file may have.
    public static let keys = [
        "share", "overlay", "aports", "listen", "workers", "public-dashboard", "requests-per-minute",
        "lease-seconds", "upload-limit-mib", "keep-free-mib", "quarantine-after", "alert-after-hours",
        "webhook", "webhook-allow-private", "trigger",
    ]

    /// Reads a file's text; `path` is for messages.
    /// - Throws: `FarmConfigurationError` with line and remedy.
    public init(parsing text: String, path: String) throws(FarmConfigurationError) {
        var places: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            if content.isEmpty { continue }
            let place = "\(path):\(index + 1):1"
            let parts = content.split(separator: "=", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 2, !parts[1].isEmpty else {
                throw FarmConfigurationError(place: place, problem: "'\(content)' is not 'key = value'")
            }
            try set(parts[0], parts[1], place)
            if let trigger = triggers.last, parts[0] == "trigger" { places[trigger.name] = place }
        }
        guard !share.isEmpty else {
            throw FarmConfigurationError(
                place: "\(path):1:1",
                problem: "'share' is missing: name the checkout or the installed share folder")
        }
        let trees = aports + overlays + [share + "/aports-overlay"]
        for trigger in triggers {
            guard case .watch(let folder, _) = trigger.kind, !trees.contains(folder) else { continue }
            throw FarmConfigurationError(
                place: places[trigger.name] ?? path,
                problem:
                    "trigger \(trigger.name): \(folder) is none of the farm's recipe trees, which 'aports' and"
                    + " 'overlay' name")
        }
    }

    private mutating func set(_ key: String, _ value: String, _ place: String) throws(FarmConfigurationError)
    {
        switch key {
        case "share": share = value
        case "overlay": overlays.append(value)
        case "aports": aports.append(value)
        case "listen": listen = value
        case "workers": workers = try Self.number(value, 0...64, key, place)
        case "lease-seconds": leaseSeconds = try Self.number(value, 2...3600, key, place)
        case "upload-limit-mib": uploadLimitMiB = try Self.number(value, 1...1_048_576, key, place)
        case "keep-free-mib": keepFreeMiB = try Self.number(value, 0...1_048_576, key, place)
        case "quarantine-after": quarantineAfter = try Self.number(value, 0...1000, key, place)
        case "alert-after-hours": alertAfterHours = try Self.number(value, 0...1000, key, place)
        case "webhook": webhooks.append(value)
        case "trigger": triggers.append(try trigger(value, place))
        case "webhook-allow-private": allowsPrivateWebhooks = try Self.yesOrNo(value, key, place)
        case "public-dashboard": hasPublicDashboard = try Self.yesOrNo(value, key, place)
        case "requests-per-minute": requestsPerMinute = try Self.number(value, 1...1_000_000, key, place)
        default:
            let near = WordError.nearest(to: key, in: Self.keys)
            throw FarmConfigurationError(place: place, problem: "no key '\(key)'; did you mean '\(near)'?")
        }
    }

    private func trigger(_ text: String, _ place: String) throws(FarmConfigurationError) -> Trigger {
        let trigger: Trigger
        do { trigger = try Trigger(parsing: text) } catch {
            throw FarmConfigurationError(place: place, problem: "trigger: \(error)")
        }
        guard !triggers.contains(where: { $0.name == trigger.name }) else {
            throw FarmConfigurationError(place: place, problem: "there are two triggers '\(trigger.name)'")
        }
        return trigger
    }

    private static func number(
        _ text: String, _ range: ClosedRange<Int>, _ key: String, _ place: String
    ) throws(FarmConfigurationError) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw FarmConfigurationError(
                place: place,
                problem: "\(key) = \(text): wants a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func yesOrNo(
        _ text: String, _ key: String, _ place: String
    ) throws(FarmConfigurationError) -> Bool {
        switch text {
        case "yes": return true
        case "no": return false
        default:
            throw FarmConfigurationError(place: place, problem: "\(key) = \(text): wants yes or no")
        }
    }

    /// How many letters two words differ in (Levenshtein).
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var next = [i + 1]
            for (j, b) in right.enumerated() {
                next.append(min(row[j + 1] + 1, next[j] + 1, row[j] + (a == b ? 0 : 1)))
            }
            row = next
        }
        return row[right.count]
    }

    /// The file that `init` writes: every key with what it means.
    public static func sample(share: String, aports: [String]) -> String {
        """
        # apkfarm's settings. One 'key = value' a line; keys marked with * may be repeated.

        # The checkout, or the installed share folder: toolchain, build functions, our own recipes.
        share = \(share)

        # * Further recipe trees, for example Alpine's aports.
        \(aports.isEmpty ? "#aports = /srv/aports" : aports.map { "aports = \($0)" }.joined(separator: "\n"))

        # * Recipe trees whose recipes win. Unless given: aports-overlay of the share folder.
        #overlay = /srv/my-recipes

        # Where 'apkfarm serve' listens. There is no TLS: leave it on loopback, behind a proxy that has it.
        listen = 127.0.0.1:8780

        # Recipes built side by side by the daemon itself; 0 leaves all to 'apkfarm worker'.
        workers = 2

        # For how many seconds 'apkfarm worker' may be silent before its job is given to another one.
        lease-seconds = 60

        # What the packages that a worker brings for one job may be together, in MiB.
        upload-limit-mib = 8192

        # What stays free on the disk, in MiB: below it no job is begun, and nothing is taken from workers.
        keep-free-mib = 1024

        # After how many failures in a row a recipe is not queued by itself any more; 0 for never.
        quarantine-after = 5

        # For how many hours nothing may be published while jobs wait, or the queue only grow, before 'apkfarm status' and
        # /metrics say so; 0 for ever.
        alert-after-hours = 12

        # * Who is told by a signed POST when a job ends and when an alert is raised or over; see docs/webhooks.md.
        #webhook = https://chat.example/hooks/farm

        # Whether these may be on this machine and in private networks.
        webhook-allow-private = no

        # * What queues jobs without being asked: recipes of a tree that changed, a time of the day, another toolchain. With
        # 'canary' these are built first, and the rest only when they are published; see docs/operating.md.
        #trigger = alpine watch /srv/aports every=60
        #trigger = nightly daily 02:30 zone=Europe/Berlin days=mon,thu missed=skip
        #trigger = tools toolchain canary=musl,busybox

        # Whether pages that change nothing are shown without a token.
        public-dashboard = yes

        # Requests that a token may make in a minute.
        requests-per-minute = 600

        """
    }
}

/// A line of the settings that cannot be used.
public struct FarmConfigurationError: Error, Equatable, CustomStringConvertible {
    /// File, line and column.
    public let place: String
    /// What is wrong with it.
    public let problem: String

    /// Where, what, and what to do.
    public var description: String { "\(place): \(problem); docs/operating.md lists the keys" }
}
