import Apk
import Building
import Foundation
import Packages
import Signing

/// The packages that a worker brings back: checked against what it says and what it was asked for, before the farm puts
/// its signature under them.
struct WorkerPackages {
    let request: BuildRequest
    let result: WorkerResult

    /// Moves the uploaded files below `folder` to `packages/NAME`.
    /// - Throws: `WorkerDesk.Refusal` when one did not come, or belongs to another recipe or version.
    func gather(in folder: String) throws {
        let names = result.result.packages
        guard !names.isEmpty, Set(names).count == names.count else {
            throw WorkerDesk.Refusal("a build brings packages, each once; it brought \(names)")
        }
        let packages = folder + "/packages"
        try FileManager.default.createDirectory(atPath: packages, withIntermediateDirectories: true)
        for name in names {
            guard name.hasSuffix(".apk"), !name.contains("/"), !name.hasPrefix(".") else {
                throw WorkerDesk.Refusal("'\(name)' is no package's file name")
            }
            guard let digest = result.digests[name], WorkerDesk.isDigest(digest),
                FileManager.default.fileExists(atPath: folder + "/" + digest)
            else {
                throw WorkerDesk.Refusal("\(name) was not uploaded; send it before the result")
            }
            // Two packages may have the same bytes.
            try FileManager.default.copyItem(atPath: folder + "/" + digest, toPath: packages + "/" + name)
            try check(packages + "/" + name, name)
        }
    }

    /// A worker that builds one recipe may not bring another one's packages.
    private func check(_ path: String, _ name: String) throws {
        let package = try PackageReader.read(file: path).info
        let version = "\(request.pkgver)-r\(request.release)"
        let origin = package.origin?.description ?? package.name.description
        guard package.fileName.description == name, package.version.description == version,
            origin == request.pkgname
        else {
            throw WorkerDesk.Refusal(
                "\(name) holds \(package.fileName) of \(origin); this job is for \(request.pkgname) \(version)"
            )
        }
    }
}
