// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// A module of the farm. Its README is for people, not for the compiler.
func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"] + exclude, swiftSettings: strict)
}

func tests(of name: String, _ others: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + others,
        exclude: exclude,
        swiftSettings: strict)
}

let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let http = Target.Dependency.product(name: "FlyingFox", package: "FlyingFox")
let sockets = Target.Dependency.product(name: "FlyingSocks", package: "FlyingFox")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// The program carries Swift's runtime and Foundation in itself and starts in half of the time; what it loads are
/// Debian's own libraries. Only the link differs, so that tests, which load the runtime, share every compiled file with it:
/// hence the libraries that Foundation would name itself when compiled against statically, and `Sources/CNoCurl`.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-static-stdlib", "-use-ld=lld", "-Xlinker", "--gc-sections",
            "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
            "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims", "-l_FoundationCollections",
            "-l_CFURLSessionInterface", "-lswiftSynchronization",
        ],
        .when(platforms: [.linux], configuration: .release))
]

let package = Package(
    name: "apkfarm",
    products: [.executable(name: "apkfarm", targets: ["apkfarm"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
    ],
    targets: [
        // Layer 0: C libraries, one importer each.
        .systemLibrary(name: "CArchive", pkgConfig: "libarchive", providers: [.apt(["libarchive-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLZMA", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CDeflate", pkgConfig: "libdeflate", providers: [.apt(["libdeflate-dev"])]),
        .target(name: "CNoCurl", exclude: ["README.md"], publicHeadersPath: "."),
        // Layer 1
        module("Archives", ["CArchive"]),
        module("Compressing", ["CDeflate", "CLZMA", "CZlib"]),
        module("Signing", ["COpenSSL"]),
        module("Apk", []),
        module("PosixShell", []),
        // Layer 2
        module("Packages", ["Apk", "Compressing", "Signing"]),
        module("ApkCommands", ["Apk"]),
        module("Recipes", ["Apk", "PosixShell", "Signing"]),
        module("Sandboxing", [subprocess, system]),
        module("Jobs", [grdb]),
        module("Fetching", ["Signing", subprocess, system]),
        // Layer 3
        module("Toolchains", ["Signing"]),
        module("Planning", ["Apk", "Recipes"]),
        module("Attestations", ["Apk", "Packages", "Signing"]),
        module("Publishing", ["Apk", "Packages", "Signing"]),
        module("Serving", []),
        module("SystemImages", ["Apk", "Archives", "Packages", "Signing"]),
        // Layer 4
        module(
            "Building",
            [
                "Apk", "Archives", "Compressing", "Packages", "Signing", "Recipes", "Sandboxing", "Fetching",
                "Toolchains", "Planning",
            ], exclude: ["Phases"]),
        // Layer 5
        module(
            "FarmServices",
            [
                "Apk", "Attestations", "Building", "Compressing", "Fetching", "Jobs", "Packages", "Planning",
                "Publishing", "Recipes", "Signing",
            ]),
        module("FarmAPI", ["Jobs", "Signing"]),
        // Layer 6
        module(
            "FarmWeb",
            [
                "Apk", "Building", "FarmAPI", "FarmServices", "Jobs", "Packages", "Planning", "Publishing",
                "Serving", "Signing",
                http, sockets, mustache,
            ], exclude: ["Pages"]),
        // Layer 7
        module(
            "FarmCommands",
            [
                "Apk", "ApkCommands", "Attestations", "Building", "FarmAPI", "FarmServices", "FarmWeb",
                "Fetching",
                "Jobs", "Packages", "Planning", "PosixShell", "Publishing", "Recipes", "Sandboxing",
                "Signing",
                "SystemImages", "Toolchains", arguments,
            ]),
        // Layer 8
        .executableTarget(
            name: "apkfarm", dependencies: ["CNoCurl", "FarmCommands", arguments],
            swiftSettings: strict,
            linkerSettings: selfContained),

        tests(of: "Archives"),
        tests(of: "Compressing"),
        tests(of: "Signing"),
        tests(of: "Apk", exclude: ["Fixtures"]),
        tests(of: "PosixShell", exclude: ["Cases"]),
        tests(of: "Packages", ["Apk", "Signing"]),
        tests(of: "ApkCommands", ["Apk", "Packages", "Signing"]),
        .testTarget(
            name: "ConformanceTests", dependencies: ["Apk", "ApkCommands", "Packages", "Signing"],
            exclude: ["README.md", "Transactions"], swiftSettings: strict),
        tests(of: "Recipes", ["Apk", "Planning", "Signing"], exclude: ["Fixtures"]),
        tests(of: "Sandboxing"),
        tests(of: "Jobs", [grdb], exclude: ["Fixtures"]),
        tests(of: "FarmAPI"),
        tests(of: "FarmServices", ["Building", "Jobs"]),
        tests(of: "FarmWeb", ["Building", "FarmAPI", "FarmServices", "Jobs"]),
        tests(of: "Fetching", ["Signing"]),
        tests(of: "Toolchains"),
        tests(of: "Planning", ["Apk", "Recipes"]),
        tests(of: "Attestations", ["Apk", "Packages", "Signing"]),
        tests(of: "Publishing", ["Apk", "Packages", "Signing"]),
        tests(of: "Serving"),
        tests(of: "SystemImages"),
        tests(of: "Building", exclude: ["Fixtures"]),
    ]
)
