/// An SPDX licence expression, as far as lint asks: which of its words are no identifiers.
struct LicenseExpression {
    /// A word that is wrong, and why.
    struct Fault: Hashable {
        let word: String
        let isDeprecated: Bool
    }

    /// The words that SPDX's list does not have, each once.
    let faults: [Fault]
    /// What is wrong with the form; nil for a well-formed expression.
    let formFault: String?

    /// Reads `GPL-2.0-or-later AND (MIT OR ISC) WITH …`. `custom` and `LicenseRef-…` are accepted: their text is in the
    /// package.
    init(_ text: String) {
        var faults: [Fault] = []
        var wantsLicense = true
        var follows: Substring?
        var depth = 0
        var form: String?
        let spaced = text.replacing("(", with: " ( ").replacing(")", with: " ) ")
        for word in spaced.split(whereSeparator: \.isWhitespace) {
            defer { follows = word }
            switch word {
            case "(":
                if !wantsLicense { form = form ?? "'(' without AND or OR before it" }
                depth += 1
            case ")":
                depth -= 1
                if wantsLicense || depth < 0 { form = form ?? "')' in a wrong place" }
            case "AND", "OR", "WITH", "and", "or", "with":
                if wantsLicense { form = form ?? "'\(word)' without a licence before it" }
                if word.first?.isLowercase == true { form = form ?? "'\(word)' in small letters" }
                wantsLicense = true
            default:
                if !wantsLicense { form = form ?? "no AND or OR before '\(word)'" }
                wantsLicense = false
                if let fault = Self.fault(word, isException: follows?.uppercased() == "WITH") {
                    if !faults.contains(fault) { faults.append(fault) }
                }
            }
        }
        if depth != 0 { form = form ?? "parentheses do not match" }
        if wantsLicense { form = form ?? "it ends without a licence" }
        self.faults = faults
        formFault = form
    }

    private static func fault(_ word: Substring, isException: Bool) -> Fault? {
        if word == "custom" || word.hasPrefix("LicenseRef-") || word.hasPrefix("custom:") { return nil }
        let name = word.hasSuffix("+") ? String(word.dropLast()) : String(word)
        if isException {
            return SPDXIdentifiers.exceptions.contains(name)
                ? nil : Fault(word: String(word), isDeprecated: false)
        }
        if SPDXIdentifiers.licenses.contains(name), !SPDXIdentifiers.deprecated.contains(String(word)) {
            return nil
        }
        let isOld =
            SPDXIdentifiers.deprecated.contains(name) || SPDXIdentifiers.deprecated.contains(String(word))
        return Fault(word: String(word), isDeprecated: isOld)
    }
}
