/// The `arch` field of a recipe: for which architectures it is built.
public struct ArchitectureRule: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The words as written: `all !s390x`, `noarch`, `x86_64 aarch64`.
    public let words: [String]

    /// A rule of these words.
    public init(words: [String]) {
        self.words = words
    }

    /// Whether packages of this recipe hold no machine code.
    public var isNoarch: Bool { words.contains("noarch") }

    /// Whether the recipe is built for `architecture`: abuild's `check_arch`. Words count from left to right; a
    /// name with `!` excludes, `all` and `noarch` include.
    public func allows(_ architecture: String) -> Bool {
        var isAllowed = false
        for word in words {
            if word == "!\(architecture)" { return false }
            if word == "all" || word == "noarch" || word == architecture { isAllowed = true }
        }
        return isAllowed
    }

    /// Words that name no architecture.
    public var unknownWords: [String] {
        words.filter { word in
            let name = word.hasPrefix("!") ? String(word.dropFirst()) : word
            return !Self.known.contains(name)
        }
    }

    /// The words, separated by spaces.
    public var description: String { words.joined(separator: " ") }

    /// Alpine's architectures, the two that mean many, and ours.
    static let known: Set<String> = [
        "all", "noarch", "aarch64", "armhf", "armv7", "loongarch64", "mips64", "ppc64le", "riscv64", "s390x",
        "wasm32", "x86", "x86_64",
    ]
}
