import ArgumentParser
import FarmServices
import Foundation
import Publishing

/// `apkfarm repo gc`: removes what nobody needs any more from the stores.
struct RepoGC: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract:
            "Removes what nobody needs: old packages and snapshots, and past a size distfiles, build results, logs.",
        discussion: """
            Of the repositories go: packages that left every index more than 30 days ago, files that no index names,
            snapshots of that age but the newest 20. Caches are touched only when --max-… is given: what was used
            longest ago goes first, and never what was used within the last hour.
            Examples:
              apkfarm repo gc --simulate
              apkfarm repo gc --max-builds 20G --max-distfiles 10G --max-logs 1G
            """)

    @OptionGroup var farm: FarmOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Only show what would go.")
    var simulate = false

    @Option(help: "How much fetched sources may take: 500M, 10G.")
    var maxDistfiles: ByteCountArgument?

    @Option(help: "How much build results may take.")
    var maxBuilds: ByteCountArgument?

    @Option(help: "How much logs may take.")
    var maxLogs: ByteCountArgument?

    func run() throws {
        let wanted = RepositoryVerbs.Collection(
            simulate: simulate, maxDistfiles: maxDistfiles?.bytes, maxBuilds: maxBuilds?.bytes,
            maxLogs: maxLogs?.bytes)
        let rows: [RepositoryVerbs.GarbageRow]
        if simulate, RemoteOptions.remote == nil {
            rows = try RepositoryVerbs(folders: Farm(farm).folders).collect(wanted)
        } else {
            rows = try RemoteOptions.change(farm, "repo gc", "/api/v1/repositories/collect", wanted) {
                try $0.collect(wanted)
            }
        }
        try Output.list(rows, format: output.format, header: ["STORE", "SIZE", "WHY", "PATH"]) {
            [$0.store, readable(bytes: Int($0.bytes)), $0.reason, $0.path]
        }
        let sum = readable(bytes: Int(rows.reduce(0) { $0 + $1.bytes }))
        Output.talk("\(rows.count) files, \(sum), \(simulate ? "would go" : "removed")")
    }
}

/// A size as people write it: `500M`, `10G`, `4096`.
struct ByteCountArgument: ExpressibleByArgument {
    let bytes: Int64

    init?(argument: String) {
        let units: [Character: Int64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = argument.last.flatMap { units[Character($0.uppercased())] }
        guard let number = Int64(unit == nil ? argument[...] : argument.dropLast()), number >= 0 else {
            return nil
        }
        let (bytes, isTooBig) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooBig else { return nil }
        self.bytes = bytes
    }
}
