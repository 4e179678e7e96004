import Foundation
import Synchronization

/// Requests that each bearer may make in a minute: a bucket that fills evenly.
final class RateLimit: Sendable {
    private struct Bucket {
        var level: Double
        var at: Double
    }

    private let perMinute: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    init(perMinute: Int) { self.perMinute = Double(perMinute) }

    /// Takes one request of `bearer`. Returns nil when it may be answered, else the seconds until the next may.
    func take(_ bearer: String, at time: Date) -> Int? {
        let now = time.timeIntervalSince1970
        return buckets.withLock { buckets in
            if buckets.count > 10_000 { buckets.removeAll() }
            var bucket = buckets[bearer] ?? Bucket(level: perMinute, at: now)
            bucket.level = min(perMinute, bucket.level + max(0, now - bucket.at) * perMinute / 60)
            bucket.at = now
            defer { buckets[bearer] = bucket }
            guard bucket.level >= 1 else { return Int((1 - bucket.level) * 60 / perMinute) + 1 }
            bucket.level -= 1
            return nil
        }
    }
}
