import Glibc

/// The version of a Linux kernel, as far as it decides what the kernel can do.
struct KernelVersion: Hashable {
    let major: Int
    let minor: Int

    /// Reads a release as `uname -r` prints it; what is none is 0.0.
    init(_ release: String) {
        let numbers = release.split(separator: ".", maxSplits: 2).map { Int($0.prefix { $0.isNumber }) ?? 0 }
        major = numbers.first ?? 0
        minor = numbers.count > 1 ? numbers[1] : 0
    }

    /// This machine's.
    static let own: KernelVersion = {
        var names = utsname()
        uname(&names)
        return withUnsafeBytes(of: &names.release) { bytes in
            KernelVersion(String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self))
        }
    }()

    func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        (self.major, self.minor) >= (major, minor)
    }
}
