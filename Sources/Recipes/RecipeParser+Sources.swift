import Apk

extension RecipeParser {
    mutating func sources(of pkgname: PackageName) -> [Source] {
        let before = findings.count
        let sums = checksums(of: pkgname)
        let areSumsSound = findings.count == before
        var sources: [Source] = []
        var names: Set<String> = []
        for word in words("source") {
            let (name, url) = Source.parse(word)
            checkName(name, url: url, word: word)
            guard names.insert(name).inserted else {
                error(
                    "duplicate-source", of: "source", word: word, "two sources are called '\(name)'",
                    "rename one: NAME::URL")
                continue
            }
            if url == nil, !folder.files.contains(name) {
                error(
                    "source-missing", of: "source", word: word,
                    "the file '\(name)' is not in the recipe's folder",
                    "add it or remove the entry")
            }
            sources.append(Source(name: name, url: url, sha512: sums.filter { $0.name == name }.map(\.sum)))
        }
        // Sums of another form say already what is to be done.
        if areSumsSound { checkPairs(sources, sums, pkgname) }
        checkFiles(names)
        return sources
    }

    private mutating func checkName(_ name: String, url: String?, word: String) {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "@"),
                UInt8(ascii: "~"),
                UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        if name.isEmpty || name == "." || name == ".." || !isPlain {
            error(
                "source-name", of: "source", word: word, "'\(name)' is no name for a file",
                "name it: NAME::URL with letters, digits and '+@~._-'")
        }
        if url == nil, word.contains("://") || word.contains("::") {
            error(
                "source-scheme", of: "source", word: word, "'\(word)' is fetched in no known way",
                "use https, http or ftp")
        }
        let pkgver = value("pkgver") ?? ""
        let unprefixed = name.hasPrefix("v") ? name.dropFirst() : name[...]
        if url != nil, name.hasPrefix(pkgver) || unprefixed.hasPrefix(pkgver),
            name.hasPrefix("\(pkgver).tar.") || name.hasPrefix("v\(pkgver).tar.")
        {
            error(
                "source-collision", of: "source", word: word,
                "'\(name)' may be the name of other projects' files too",
                "name it: $pkgname-$pkgver.tar.gz::URL")
        }
    }

    private mutating func checksums(of pkgname: PackageName) -> [(sum: String, name: String)] {
        let variable = "sha512sums"
        let words = words(variable)
        if words.isEmpty, value("sha256sums") != nil || value("md5sums") != nil {
            let old = value("sha256sums") != nil ? "sha256sums" : "md5sums"
            error(
                "checksum-kind", of: old, "\(old) without sha512sums",
                "run 'apkfarm recipe checksum \(pkgname)'")
        }
        var sums: [(sum: String, name: String)] = []
        var index = 0
        while index < words.count {
            let sum = words[index]
            guard Self.isSHA512(sum), index + 1 < words.count, !Self.isSHA512(words[index + 1]) else {
                error(
                    "checksum-form", of: variable, word: sum,
                    "'\(sum.prefix(20))\(sum.count > 20 ? "…" : "")' is not a SHA-512 sum with a file name",
                    "run 'apkfarm recipe checksum \(pkgname)'")
                index += index + 1 < words.count && !Self.isSHA512(words[index + 1]) ? 2 : 1
                continue
            }
            sums.append((sum, words[index + 1]))
            index += 2
        }
        return sums
    }

    private mutating func checkPairs(
        _ sources: [Source], _ sums: [(sum: String, name: String)], _ pkgname: PackageName
    ) {
        let remedy = "run 'apkfarm recipe checksum \(pkgname)'"
        // A place costs a parse of the text: it is looked for when there is something to say.
        func variable() -> String { text.place(of: "sha512sums") == nil ? "source" : "sha512sums" }
        let named = sources
        let sources = sources.filter { $0.farmFolders == nil }
        let count = Set(sums.map(\.name)).count
        if count != sources.count {
            error(
                "checksum-count", of: variable(),
                "\(sources.count) \(sources.count == 1 ? "source" : "sources") but"
                    + " \(count) \(count == 1 ? "checksum" : "checksums")", remedy)
            return
        }
        for source in sources where source.sha512.isEmpty {
            error(
                "checksum-missing", of: "source", word: source.name,
                "the source '\(source.name)' has no checksum", remedy)
        }
        let names = Set(named.map(\.name))
        for (_, name) in sums where !names.contains(name) {
            error(
                "checksum-stray", of: variable(), word: name, "a checksum for '\(name)', which is no source",
                remedy)
        }
    }

    /// Files that a folder may have without naming them.
    private static let ownFiles = RecipeFolder.proseNames.union(["check.known-failures", "stand-in"])

    private mutating func checkFiles(_ sources: Set<String>) {
        let scripts = Set(words("install") + words("triggers").map { String($0.prefix { $0 != "=" }) })
        for file in folder.files where !file.utf8.contains(UInt8(ascii: "/")) {
            if sources.contains(file) || scripts.contains(file) || Self.ownFiles.contains(file) { continue }
            // A source of other architectures.
            if text.mentions(file) { continue }
            warn(
                "stray-file", of: "source",
                "the file '\(file)' is in the folder but not in source, install or triggers",
                "list or remove it")
        }
    }

    private static func isSHA512(_ word: String) -> Bool {
        word.utf8.count == 128
            && word.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }
}
