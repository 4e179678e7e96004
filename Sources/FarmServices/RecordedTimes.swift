import Foundation
import Jobs
import Planning

extension BuildTimes {
    /// What the job database recorded: of each recipe the longest good try.
    public static func recorded(in store: any JobStore) throws -> BuildTimes {
        BuildTimes(try store.buildSeconds())
    }
}
