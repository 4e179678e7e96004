import FarmServices
import Foundation
import Jobs

/// The farm's figures in Prometheus' text form.
struct Metrics {
    let site: FarmSite

    func text() async throws -> String {
        let store = site.daemon.store
        var lines: [String] = []
        func metric(
            _ name: String, _ type: String, _ help: String, _ values: [(labels: String, value: String)]
        ) {
            lines += ["# HELP apkfarm_\(name) \(help)", "# TYPE apkfarm_\(name) \(type)"]
            lines += values.map { "apkfarm_\(name)\($0.labels) \($0.value)" }
        }
        let counts = try store.counts()
        metric(
            "jobs", "gauge", "Jobs by state.",
            JobState.Name.allCases.map { ("{state=\"\($0.rawValue)\"}", "\(counts[$0] ?? 0)") })
        metric(
            "workers", "gauge", "Recipes that may be built side by side.", [("", "\(site.daemon.workers)")])
        metric(
            "workers_busy", "gauge", "Recipes that are being built.",
            [("", "\(await site.daemon.busy.count)")])
        let desk = site.daemon.desk.counts
        metric(
            "remote_workers", "gauge", "Workers of other processes.",
            [("{state=\"waiting\"}", "\(desk.waiting)"), ("{state=\"building\"}", "\(desk.building)")])
        metric(
            "quarantined_recipes", "gauge", "Recipes that failed too often in a row.",
            [("", "\(try site.daemon.quarantined().count)")])
        let alerts = Dictionary(grouping: try store.standingAlerts(), by: \.alert.kind)
        metric(
            "alerts", "gauge", "What an operator should look at.",
            Alert.Kind.allCases.map { ("{kind=\"\($0.rawValue)\"}", "\(alerts[$0]?.count ?? 0)") })
        metric("paused", "gauge", "1 while no jobs are taken.", [("", await site.daemon.paused ? "1" : "0")])
        metric("events_total", "counter", "Events recorded.", [("", "\(try store.lastPosition())")])
        if let last = try store.jobs(JobQuery(states: [.published], limit: 1)).first {
            let age = site.now().timeIntervalSince(last.changed)
            metric(
                "publish_age_seconds", "gauge", "Since a job was last published.",
                [("", "\(Int(max(0, age)))")])
        }
        let (seconds, memory) = Self.process()
        metric("process_cpu_seconds_total", "counter", "Processor time of the daemon.", [("", "\(seconds)")])
        metric("process_resident_memory_bytes", "gauge", "Memory of the daemon.", [("", "\(memory)")])
        return lines.joined(separator: "\n") + "\n"
    }

    /// Processor time and resident bytes of this process.
    private static func process() -> (seconds: Double, memory: Int) {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        // Where there is no /proc the figure is 0.
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
        return (seconds(usage.ru_utime) + seconds(usage.ru_stime), (pages ?? 0) * 4096)
    }
}
