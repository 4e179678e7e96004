import Foundation
import Recipes
import Sandboxing

/// The users and groups that package() may give files to: those that every Alpine has, and the recipe's `pkgusers` and
/// `pkggroups`. Names decide when a package is installed; a number is for machines that do not know the name.
///
/// Source: `passwd` and `group` of Alpine's main/alpine-baselayout 3.7. As with abuild, a recipe's own get the numbers
/// that `adduser -S` would give, from 100 on.
struct Accounts {
    /// The text of `/etc/passwd`.
    let passwd: String
    /// The text of `/etc/group`.
    let group: String

    init(of recipe: Recipe) {
        self.init(users: recipe.words(of: "pkgusers"), groups: recipe.words(of: "pkggroups"))
    }

    init(users: [String], groups: [String]) {
        var groupNumbers = Self.groups
        for name in groups where groupNumbers[name] == nil {
            groupNumbers[name] = Self.free(groupNumbers.values)
        }
        var userNumbers = Self.users
        for name in users where userNumbers[name] == nil {
            let number = Self.free(userNumbers.values.map(\.number))
            userNumbers[name] = (number, groupNumbers[name] ?? Self.nogroup)
        }
        passwd = userNumbers.sorted { ($0.value.number, $0.key) < ($1.value.number, $1.key) }.map {
            let home = $0.key == "root" ? "/build/home:/bin/sh" : "/:/sbin/nologin"
            return "\($0.key):x:\($0.value.number):\($0.value.group):\($0.key):\(home)\n"
        }.joined()
        group = groupNumbers.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map {
            "\($0.key):x:\($0.value):\n"
        }.joined()
    }

    /// Writes `passwd` and `group` into a folder, which is made.
    func write(to folder: String) throws(BuildError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try passwd.write(toFile: folder + "/passwd", atomically: false, encoding: .utf8)
            try group.write(toFile: folder + "/group", atomically: false, encoding: .utf8)
        } catch { throw .unreadable(path: folder, reason: "\(error)") }
    }

    private static func free(_ taken: some Sequence<Int>) -> Int {
        let taken = Set(taken)
        return (100...).first { !taken.contains($0) } ?? 100
    }

    private static let nogroup = 65_533

    private static let users: [String: (number: Int, group: Int)] = [
        "root": (0, 0), "bin": (1, 1), "daemon": (2, 2), "lp": (4, 7), "sync": (5, 0), "shutdown": (6, 0),
        "halt": (7, 0), "mail": (8, 12), "news": (9, 13), "uucp": (10, 14), "cron": (16, 16), "ftp": (21, 21),
        "sshd": (22, 22), "games": (35, 35), "ntp": (123, 123), "guest": (405, 100),
        "nobody": (65_534, 65_534),
    ]

    private static let groups: [String: Int] = [
        "root": 0, "bin": 1, "daemon": 2, "sys": 3, "adm": 4, "tty": 5, "disk": 6, "lp": 7, "kmem": 9,
        "wheel": 10, "floppy": 11, "mail": 12, "news": 13, "uucp": 14, "cron": 16, "audio": 18, "cdrom": 19,
        "dialout": 20, "ftp": 21, "sshd": 22, "input": 23, "tape": 26, "video": 27, "netdev": 28, "kvm": 34,
        "games": 35, "shadow": 42, "www-data": 82, "users": 100, "ntp": 123, "abuild": 300, "utmp": 406,
        "ping": 999, "nogroup": nogroup, "nobody": 65_534,
    ]
}

extension BuildFolder {
    /// Shows the written accounts as `/etc`'s.
    var accountMounts: [Mount] {
        ["passwd", "group"].map { .readOnly("\(accounts)/\($0)", at: "/etc/\($0)") }
    }
}

extension Recipe {
    fileprivate func words(of variable: String) -> [String] {
        // A word with a colon would be a line of its own making in passwd.
        (evaluated.variables[variable] ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
            .filter { !$0.contains(":") }
    }
}
