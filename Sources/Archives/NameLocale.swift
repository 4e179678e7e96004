import Glibc

/// A locale in which file names are UTF-8, for the calling thread and the length of a call only.
///
/// libarchive converts the names that an archive marks as UTF-8 into the locale's characters, and loses them where that
/// is C, as in a process that never calls `setlocale`.
final class NameLocale {
    private let locale: locale_t?

    init() {
        // Nil where the system lacks it: ASCII names work then.
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
    }

    deinit {
        if let locale { freelocale(locale) }
    }

    func during<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        guard let locale else { return try body() }
        let before = uselocale(locale)
        defer { uselocale(before) }
        return try body()
    }
}
