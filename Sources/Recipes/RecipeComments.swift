/// What a recipe says in comments: who maintains it, and which version closed which hole.
struct RecipeComments {
    var maintainers: [(name: String, line: Int)] = []
    var contributors: [String] = []
    var fixes: [SecurityFix] = []
    /// Lines of the secfixes block that follow no form.
    var oddFixLines: [Int] = []

    init(_ text: RecipeText) {
        var isInFixes = false
        var version: String?
        var identifiers: [String] = []
        func close(_ fixes: inout [SecurityFix]) {
            if let version { fixes.append(SecurityFix(version: version, identifiers: identifiers)) }
            version = nil
            identifiers = []
        }
        var previous = 0
        for (number, line) in text.comments {
            if isInFixes, number != previous + 1 {
                close(&fixes)
                isInFixes = false
            }
            previous = number
            let words = line.dropFirst().drop { $0 == " " }
            if words.hasPrefix("secfixes:") {
                isInFixes = true
            } else if isInFixes {
                if words.hasPrefix("- ") {
                    let named = words.dropFirst(2).prefix { $0 != "#" }
                    identifiers += named.split(separator: " ").map(String.init)
                } else if words.hasSuffix(":"), line.hasPrefix("#   ") {
                    close(&fixes)
                    version = String(words.dropLast())
                } else if !words.isEmpty {
                    oddFixLines.append(number)
                }
            } else if words.hasPrefix("Maintainer:") {
                maintainers.append((String(words.dropFirst(11).drop { $0 == " " }), number))
            } else if words.hasPrefix("Contributor:") {
                contributors.append(String(words.dropFirst(12).drop { $0 == " " }))
            }
        }
        if isInFixes { close(&fixes) }
    }
}
