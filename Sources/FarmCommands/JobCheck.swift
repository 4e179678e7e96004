import ArgumentParser
import FarmServices
import Foundation
import Jobs

/// `apkfarm job check`: the ledger against itself.
struct JobCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compares the state of each job with what its events say.",
        discussion: "Ends with 1 when they differ. Also works beside a daemon. Example: apkfarm job check")

    @OptionGroup var options: FarmOptions

    func run() async throws {
        guard let store = try Farm(options).readableJobStore() else {
            Output.data("there are no jobs yet")
            return
        }
        let faults = try store.faults()
        for fault in faults { Output.data(fault) }
        guard faults.isEmpty else { throw ExitCode(1) }
        Output.data("\(try store.jobs(JobQuery()).count) jobs are as their events say")
    }
}
