import FarmServices
import Foundation
import Jobs
import Testing

@Suite("Alerts")
struct AlertFactsTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)
    private let limits = AlertFacts.Limits(hours: 12, quarantineAfter: 5)

    private func hours(_ number: Double) -> Date { now.addingTimeInterval(-number * 3600) }

    private func kinds(_ limits: AlertFacts.Limits? = nil, _ change: (inout AlertFacts) -> Void) -> [Alert
        .Kind]
    {
        var facts = AlertFacts(now: now)
        change(&facts)
        return facts.alerts(limits ?? self.limits).map(\.kind)
    }

    @Test("An idle farm alerts nobody")
    func idle() {
        #expect(kinds { _ in }.isEmpty)
        #expect(kinds { $0.published = hours(1000) }.isEmpty)
    }

    @Test(
        "Jobs that wait while nothing is published for hours are an alert; being paused, or idle until lately, is not"
    )
    func nothingPublished() {
        #expect(kinds { ($0.waitingSince, $0.published) = (hours(13), hours(12)) } == [.nothingPublished])
        #expect(kinds { $0.waitingSince = hours(12) } == [.nothingPublished])
        #expect(kinds { ($0.waitingSince, $0.published) = (hours(13), hours(11)) }.isEmpty)
        #expect(kinds { ($0.waitingSince, $0.published) = (hours(1), hours(100)) }.isEmpty)
        #expect(kinds { ($0.waitingSince, $0.isPaused) = (hours(13), true) }.isEmpty)
        #expect(kinds(AlertFacts.Limits(hours: 0)) { $0.waitingSince = hours(13) }.isEmpty)
    }

    @Test("A queue that grew in every part of the time is an alert; one part in which it did not ends it")
    func growth() {
        let grows = JobTraffic(queued: 5, ended: 4)
        #expect(kinds { ($0.waiting, $0.traffic) = (9, Array(repeating: grows, count: 4)) } == [.queueGrows])
        for part in 0..<4 {
            var traffic = Array(repeating: grows, count: 4)
            traffic[part] = JobTraffic(queued: 5, ended: 5)
            #expect(kinds { ($0.waiting, $0.traffic) = (9, traffic) }.isEmpty)
        }
        #expect(kinds { ($0.waiting, $0.traffic) = (0, Array(repeating: grows, count: 4)) }.isEmpty)
        #expect(kinds { $0.waiting = 9 }.isEmpty)
    }

    @Test(
        "A recipe is in quarantine from the given number of failures on, each one an alert of its own; 0 is never"
    )
    func quarantine() {
        func trouble(_ name: String, _ failures: Int) -> Trouble {
            Trouble(
                recipe: name, repository: "main", failures: failures, since: hours(1), job: JobID(7),
                reason: "check: no")
        }
        var facts = AlertFacts(now: now)
        facts.troubles = [trouble("a", 4), trouble("b", 5), trouble("c", 6)]
        let alerts = facts.alerts(limits)
        #expect(alerts.map(\.key) == ["quarantined main/b", "quarantined main/c"])
        #expect(
            alerts.first?.remedy == "apkfarm job log 7; correct the recipe, then apkfarm job release main/b")
        #expect(facts.alerts(AlertFacts.Limits(quarantineAfter: 0)).isEmpty)
    }

    @Test("Lost workers and a full disk are alerts")
    func machine() {
        #expect(kinds { $0.lostWorkers = ["mill": hours(1)] } == [.workerLost])
        #expect(kinds { $0.lack = "/farm: 3 MiB are free" } == [.diskFull])
    }
}
