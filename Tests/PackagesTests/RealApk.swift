import Foundation
import Testing

/// A real apk (2.14 or 3.x), where `APK_REAL` names one. Without it, tests that ask it are reported as skipped.
enum RealApk {
    static var path: String? { ProcessInfo.processInfo.environment["APK_REAL"] }
    static let comment: Comment = "set APK_REAL to a real apk to compare with it"
}
