/// One dependency, provision or conflict: `zlib`, `zlib>=1.3`, `so:libz.so.1=1.3.1`, `!oldlib`, `lua~5.4`, `x@edge`.
public struct DependencyAtom: Hashable, Sendable, CustomStringConvertible {
    /// How a version must stand to the named one. Raw values are how it is written.
    public enum Operator: Hashable, Sendable {
        /// `=`: the same version.
        case equal
        /// `<`: older.
        case less
        /// `<=`: older or the same.
        case lessOrEqual
        /// `>`: newer.
        case greater
        /// `>=`: newer or the same.
        case greaterOrEqual
        /// `~`: begins with the parts of the named version.
        case fuzzy
        /// `<~`: older, or begins with the parts.
        case lessOrFuzzy
        /// `>~`: newer, or begins with the parts.
        case greaterOrFuzzy

        /// How the operator is written.
        public var symbol: StaticString {
            switch self {
            case .equal: "="
            case .less: "<"
            case .lessOrEqual: "<="
            case .greater: ">"
            case .greaterOrEqual: ">="
            case .fuzzy: "~"
            case .lessOrFuzzy: "<~"
            case .greaterOrFuzzy: ">~"
            }
        }
    }

    /// What is asked of the version.
    public enum Constraint: Hashable, Sendable {
        /// Any version.
        case any
        /// A version that stands in this relation to the named one.
        case version(Operator, PackageVersion)
        /// Exactly the package whose identity is written so (`><Q1…`); used by `apk add ./file.apk`.
        case identity(ByteText)
    }

    /// What is needed, provided or excluded.
    public var name: PackageName
    /// What is asked of its version.
    public var constraint: Constraint
    /// Whether it is an exclusion (`!name`).
    public var isConflict: Bool
    /// The repository tag after `@`, in the world only.
    public var tag: ByteText?

    /// An atom of its parts.
    public init(
        _ name: PackageName, _ constraint: Constraint = .any, isConflict: Bool = false, tag: ByteText? = nil
    ) {
        self.name = name
        self.constraint = constraint
        self.isConflict = isConflict
        self.tag = tag
    }

    /// The atom that bytes without white space spell. Throws `invalidValue` with what is wrong.
    public init(bytes: ArraySlice<UInt8>) throws(ApkError) {
        var rest = bytes
        let isConflict = rest.first == UInt8(ascii: "!")
        if isConflict { rest = rest.dropFirst() }
        let nameEnd = rest.firstIndex(where: DependencyAtom.isComparison) ?? rest.endIndex
        var name = rest[rest.startIndex..<nameEnd]
        rest = rest[nameEnd...]
        var tag: ByteText?
        if let at = name.firstIndex(of: UInt8(ascii: "@")) {
            tag = ByteText(name[(at + 1)...])
            name = name[name.startIndex..<at]
            guard let tag, !tag.isEmpty else {
                throw ApkError(.invalidValue, "'\(bytes.shown)': a repository tag must follow '@'")
            }
        }
        self.init(try PackageName(bytes: name), isConflict: isConflict, tag: tag)
        guard !rest.isEmpty else { return }
        let operatorEnd = rest.firstIndex { !DependencyAtom.isComparison($0) } ?? rest.endIndex
        let symbol = rest[rest.startIndex..<operatorEnd]
        let version = rest[operatorEnd...]
        if symbol.equals(text: "><") || symbol.equals(text: "<>") {
            guard !version.isEmpty else {
                throw ApkError(.invalidValue, "'\(bytes.shown)': a package identity must follow '><'")
            }
            constraint = .identity(ByteText(version))
            return
        }
        guard let comparison = DependencyAtom.comparison(symbol) else {
            throw ApkError(
                .invalidValue,
                "'\(bytes.shown)': '\(symbol.shown)' is no operator; use one of = < <= > >= ~ <~ >~ ><")
        }
        do {
            constraint = .version(comparison, try PackageVersion(bytes: version))
        } catch {
            throw error.within("'\(bytes.shown)'")
        }
    }

    /// The atom that a text without white space spells; see `init(bytes:)`.
    public init(parsing text: String) throws(ApkError) { try self.init(bytes: Array(text.utf8)[...]) }

    /// All atoms of a text, separated by spaces, tabs or line ends.
    public static func list(_ bytes: ArraySlice<UInt8>) throws(ApkError) -> [DependencyAtom] {
        var atoms: [DependencyAtom] = []
        for word in bytes.words(separatedBy: { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a }) {
            atoms.append(try DependencyAtom(bytes: word))
        }
        return atoms
    }

    /// The version after the operator, if there is one.
    public var version: PackageVersion? {
        if case .version(_, let version) = constraint { return version }
        return nil
    }

    /// The operator, if there is one with a version.
    public var comparison: Operator? {
        if case .version(let comparison, _) = constraint { return comparison }
        return nil
    }

    /// How the atom is written, in bytes.
    public var text: ByteText {
        var bytes: [UInt8] = isConflict ? [UInt8(ascii: "!")] : []
        bytes += name.text.bytes
        if let tag {
            bytes.append(UInt8(ascii: "@"))
            bytes += tag.bytes
        }
        switch constraint {
        case .any: break
        case .version(let comparison, let version):
            comparison.symbol.withUTF8Buffer { bytes.append(contentsOf: $0) }
            bytes += version.text.bytes
        case .identity(let identity):
            bytes += [UInt8(ascii: ">"), UInt8(ascii: "<")]
            bytes += identity.bytes
        }
        return ByteText(bytes)
    }

    /// How the atom is written.
    public var description: String { text.description }

    /// Whether a package (or provided name) of this version fits, regardless of `isConflict`.
    ///
    /// As in apk 3, what is provided without a version counts as older than every version.
    public func accepts(version: PackageVersion?, identity: PackageIdentity?) -> Bool {
        switch constraint {
        case .any: return true
        case .identity(let wanted): return identity.map { $0.text == wanted } ?? false
        case .version(let comparison, let wanted):
            guard let version else { return comparison.allowsOlder }
            return comparison.holds(version, wanted)
        }
    }

    private static func isComparison(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "=")
            || byte == UInt8(ascii: "~")
    }

    private static func comparison(_ symbol: ArraySlice<UInt8>) -> Operator? {
        var less = false
        var greater = false
        var equal = false
        var fuzzy = false
        for byte in symbol {
            switch byte {
            case UInt8(ascii: "<"): less = true
            case UInt8(ascii: ">"): greater = true
            case UInt8(ascii: "="): equal = true
            default: fuzzy = true
            }
        }
        guard !(less && greater), symbol.count <= 3 else { return nil }
        if fuzzy { return less ? .lessOrFuzzy : greater ? .greaterOrFuzzy : .fuzzy }
        if less { return equal ? .lessOrEqual : .less }
        if greater { return equal ? .greaterOrEqual : .greater }
        return .equal
    }
}

extension DependencyAtom.Operator {
    /// Whether every older version fits.
    var allowsOlder: Bool {
        switch self {
        case .less, .lessOrEqual, .lessOrFuzzy: true
        default: false
        }
    }

    /// Whether `version` stands in this relation to `wanted`.
    public func holds(_ version: PackageVersion, _ wanted: PackageVersion) -> Bool {
        switch self {
        case .fuzzy: return version.matches(prefix: wanted)
        case .lessOrFuzzy: return version.matches(prefix: wanted) || version.compare(wanted) == .less
        case .greaterOrFuzzy: return version.matches(prefix: wanted) || version.compare(wanted) == .greater
        case .equal: return version.compare(wanted) == .equal
        case .less: return version.compare(wanted) == .less
        case .lessOrEqual: return version.compare(wanted) != .greater
        case .greater: return version.compare(wanted) == .greater
        case .greaterOrEqual: return version.compare(wanted) != .less
        }
    }
}
