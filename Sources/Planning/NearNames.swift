import Recipes

/// Names that somebody may have meant.
enum NearNames {
    /// Up to three of `names` that differ from `name` by few letters, or by an ending such as -dev; nearest first.
    static func of(_ name: String, among names: [String]) -> [String] {
        let wanted = Array(name.utf8)
        let limit = max(1, wanted.count / 4)
        var found: [(distance: Int, name: String)] = []
        for other in names where other != name {
            let bytes = Array(other.utf8)
            if let distance = distance(wanted, bytes, limit: limit) {
                found.append((distance, other))
            } else if other.hasPrefix(name + "-") || name.hasPrefix(other + "-") {
                found.append((limit + 1, other))
            }
        }
        return found.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Names of packages of a table like `name`.
    static func of(_ name: String, amongPackagesOf table: RecipeTable) -> [String] {
        of(name, among: Set(table.packages.map { table.texts[$0.name] }).sorted())
    }

    /// The number of letters to insert, remove or replace; nil when it is more than `limit`.
    private static func distance(_ left: [UInt8], _ right: [UInt8], limit: Int) -> Int? {
        guard abs(left.count - right.count) <= limit else { return nil }
        var row = Array(0...right.count)
        for (i, a) in left.enumerated() {
            var previous = row[0]
            row[0] = i + 1
            for (j, b) in right.enumerated() {
                let current = row[j + 1]
                row[j + 1] = min(previous + (a == b ? 0 : 1), min(row[j], current) + 1)
                previous = current
            }
        }
        return row[right.count] <= limit ? row[right.count] : nil
    }
}
