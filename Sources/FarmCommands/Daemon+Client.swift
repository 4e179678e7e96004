import ArgumentParser
import FarmAPI
import FarmServices
import Foundation

/// Where a daemon is, for verbs that ask one.
enum RemoteOptions {
    /// The daemon that `--url` or `$APKFARM_URL` names; nil when none is named.
    static var remote: FarmClient? {
        let environment = ProcessInfo.processInfo.environment
        guard let url = environment["APKFARM_URL"], !url.isEmpty else { return nil }
        return FarmClient(.url(url, token: environment["APKFARM_TOKEN"]))
    }

    /// The daemon that is named, else the one of the farm's folder.
    static func client(_ options: FarmOptions) throws -> FarmClient {
        if let remote { return remote }
        return FarmClient(.socket(try Farm(options).folders.socket))
    }
}
