import Apk

/// Compares packages of two builds of one recipe.
public enum PackageComparison {
    /// True when two builds gave the same packages in everything but the release number: the same names, scripts and
    /// files (paths, modes, contents), and the same descriptions once the one number is read as the other.
    ///
    /// - Parameters:
    ///   - old: package files of the one build, in the recipe's order.
    ///   - oldRelease: the number after `-r` of that build.
    /// - Throws: `PackageError` naming a file that cannot be read.
    public static func areEqualButForRelease(
        _ old: [String], _ oldRelease: Int, _ new: [String], _ newRelease: Int
    ) throws(PackageError) -> Bool {
        guard old.count == new.count else { return false }
        for (left, right) in zip(old, new) {
            let one = try PackageReader.read(file: left)
            let other = try PackageReader.read(file: right)
            guard one.scripts == other.scripts, one.entries == other.entries else { return false }
            do {
                let same =
                    try description(one, release: nil)
                    == description(other, release: (newRelease, oldRelease))
                guard same else { return false }
            } catch { throw PackageError(path: right, error) }
        }
        return true
    }

    /// The text of `.PKGINFO` without the data member's digest, which covers times and so may differ by the epoch
    /// alone; the files' own digests are compared one by one.
    private static func description(
        _ package: PackageContents, release: (from: Int, to: Int)?
    ) throws(ApkError) -> [UInt8] {
        var info = package.info
        info.dataHash = nil
        let text = try info.text()
        guard let release else { return text }
        let upstream = info.version.upstream.description
        let from = Array("\(upstream)-r\(release.from)".utf8)
        let to = Array("\(upstream)-r\(release.to)".utf8)
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index...].starts(with: from),
                !(index + from.count < text.count && isDigit(text[index + from.count]))
            {
                result += to
                index += from.count
            } else {
                result.append(text[index])
                index += 1
            }
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
