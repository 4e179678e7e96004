import Recipes

/// On which side of a cross build a need is met, and by which rule. Recipes say it only where they have
/// `makedepends_build` and `makedepends_host`; of 12,712 recipes few do.
public enum Side: Sendable, Hashable, CustomStringConvertible {
    /// The packages' side, because of `rule`.
    case target(Rule)
    /// The machine that builds, because of `rule`.
    case host(Rule)

    /// Why a need is on its side.
    public enum Rule: Sendable, Hashable {
        /// The build is not a cross build.
        case nativeBuild
        /// The list says so: `makedepends_build`, `makedepends_host`, `depends`.
        case list(String)
        /// `toolchain/host-tools.tsv` lists it, on this line.
        case hostTable(line: Int)
        /// `cmd:…`: what is asked for is something to run.
        case command
        /// `so:…`, `pc:…`: what is asked for is something to link.
        case library
        /// Its name or split function says headers or libraries.
        case headers
        /// Its provider holds no machine code.
        case noMachineCode
        /// It is a module of a language whose interpreter runs on the machine that builds.
        case interpreted
        /// A program: the recipe has a -dev package beside it, and that is not what is asked for.
        case besideDevelopment
        /// A program: no package of its recipe is for linking.
        case program
        /// Nobody provides it, so that nothing more is known.
        case unknown
    }

    /// `target: headers or libraries, by its name`.
    public var description: String {
        switch self {
        case .target(let rule): "target: \(rule)"
        case .host(let rule): "host: \(rule)"
        }
    }
}

extension Side.Rule: CustomStringConvertible {
    /// The rule in words.
    public var description: String {
        switch self {
        case .nativeBuild: "the build is native"
        case .list(let name): "named in \(name)"
        case .hostTable(let line): "toolchain/host-tools.tsv:\(line)"
        case .command: "a command is run while building"
        case .library: "a library is linked"
        case .headers: "headers or libraries, by its name"
        case .noMachineCode: "its provider holds no machine code"
        case .interpreted: "a module of an interpreted language"
        case .besideDevelopment: "a program; what is linked is in the -dev package beside it"
        case .program: "a program; its recipe makes nothing to link"
        case .unknown: "nobody provides it"
        }
    }
}

/// The rule that tells tools from libraries.
struct SideRule: Sendable {
    let table: RecipeTable
    let hostTools: HostTools
    let isCross: Bool

    /// The side of a name in one of the lists that a build installs, or that packages depend on. `provider` is the
    /// package that would answer on the target's side, nil when there is none.
    func side(of name: TextTable.Number, in field: RecipeTable.Field, provider: Int?) -> Side {
        guard isCross else { return .target(.nativeBuild) }
        switch field {
        case .makedependsBuild: return .host(.list(field.name))
        case .makedependsHost, .depends, .provides: return .target(.list(field.name))
        case .makedepends, .checkdepends: break
        }
        let texts = table.texts
        // Headers that are listed are those of programs which run while building: makedepends_build names them.
        if let tool = hostTools[texts[name]], tool.isForTarget || !isForLinking(name) {
            let rule = Side.Rule.hostTable(line: tool.line)
            return tool.isForTarget ? .target(rule) : .host(rule)
        }
        if texts.hasPrefix(name, "cmd:") { return .host(.command) }
        if texts.hasPrefix(name, "so:") || texts.hasPrefix(name, "pc:") { return .target(.library) }
        if isForLinking(name) { return .target(.headers) }
        guard let provider else { return .target(.unknown) }
        return side(provider)
    }

    private func side(_ provider: Int) -> Side {
        let texts = table.texts
        let package = table.packages[provider]
        if isForLinking(package.name) || ["dev", "static", "libs"].contains(texts[package.function]) {
            return .target(.headers)
        }
        for prefix: StaticString in ["py3-", "perl-", "ruby-", "lua-", "lua5", "node-", "php"]
        where texts.hasPrefix(package.name, prefix) {
            return .host(.interpreted)
        }
        if package.isNoarch { return .target(.noMachineCode) }
        let siblings = table.packages(of: Int(package.recipe))
        return siblings.contains { isForLinking(table.packages[$0].name) }
            ? .host(.besideDevelopment) : .host(.program)
    }

    private func isForLinking(_ name: TextTable.Number) -> Bool {
        let texts = table.texts
        return texts.hasSuffix(name, "-dev") || texts.hasSuffix(name, "-static")
            || texts.hasSuffix(name, "-libs")
            || texts.hasSuffix(name, "-headers")
    }
}
