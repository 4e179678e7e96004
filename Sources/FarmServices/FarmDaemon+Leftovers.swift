import Building
import Foundation
import Jobs

/// What a daemon that died left in the work folder.
extension FarmDaemon {
    /// Removes what was on its way to a worker or into the repository: nobody comes for it any more.
    nonisolated func clearLeftovers() {
        // No folder yet: nothing was ever left there.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folders.work)) ?? []
        for name in names where name.hasPrefix("worker-") || name.hasPrefix("publish-") { remove(name) }
    }

    /// Removes the folder of a build that was interrupted: the job's next one may be at a worker of another process. Folders of
    /// builds that failed stay, to be looked at.
    nonisolated func clearBuild(of job: Job) {
        let name = Builder.folderName(repository: job.repository, recipe: job.recipe)
        BuildFolder(leftIn: folders.work + "/" + name).remove()
    }

    private nonisolated func remove(_ name: String) {
        // What cannot be removed is in nobody's way.
        try? FileManager.default.removeItem(atPath: folders.work + "/" + name)
    }
}
