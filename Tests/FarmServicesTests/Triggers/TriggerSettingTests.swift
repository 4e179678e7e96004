import FarmServices
import Foundation
import Testing

@Suite("Triggers in the settings")
struct TriggerSettingTests {
    private func trigger(_ text: String) throws -> Trigger { try Trigger(parsing: text) }

    private func refusal(_ line: String) -> String? {
        do {
            _ = try FarmConfiguration(parsing: "share = /s\naports = /a\n\(line)\n", path: "f")
            return nil
        } catch { return error.problem }
    }

    @Test("Each kind is read with its options")
    func kinds() throws {
        let watch = try trigger("alpine watch /srv/aports/ every=60 new=yes canary=musl,zlib priority=-3")
        #expect(watch.kind == .watch(folder: "/srv/aports", takesNew: true))
        #expect(watch.every == 60 && watch.canary == ["musl", "zlib"] && watch.priority == -3)
        let daily = try trigger("nightly daily 02:30 zone=Europe/Berlin days=sun,wed missed=skip set=/s/n")
        let zone = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(
            daily.kind
                == .daily(DailyTime(hour: 2, minute: 30, zone: zone, weekdays: [1, 4], missed: .skip)))
        #expect(daily.set == "/s/n" && daily.canary.isEmpty)
        #expect(try trigger("tools toolchain canary=none").canary.isEmpty)
    }

    @Test(
        "What cannot be meant is refused with what was",
        arguments: [
            ("a", "wants NAME watch|daily|toolchain …"), ("A daily 01:00", "'A' is no name"),
            ("a dayly 01:00", "no kind 'dayly'; did you mean 'daily'?"),
            ("a daily 24:00", "'24:00' is no time of the day"),
            ("a daily 1:00", "'1:00' is no time of the day"),
            ("a daily +1:00", "'+1:00' is no time of the day"),
            ("a daily 01:00 zone=Mars/Base", "zone=Mars/Base: no time zone"),
            ("a daily 01:00 days=", "'days=' is not 'option=value'"),
            ("a daily 01:00 days=monday", "days=monday: wants some of sun,mon"),
            ("a daily 01:00 missed=maybe", "missed=maybe: wants run or skip"),
            ("a daily 01:00 every=5", "'daily' has no option 'every'"),
            ("a daily 01:00 set=x", "set=x: wants an absolute path"),
            ("a watch /a evry=5", "'watch' has no option 'evry'; did you mean 'every'?"),
            ("a watch /a every=0", "every=0: wants a number from 1 to 86400"),
            ("a watch /a new=y", "new=y: wants yes or no"),
            ("a watch /a new=no new=no", "'new' is there twice"),
            ("a watch here", "'here' is no absolute path"), ("a watch", "'watch' wants a folder"),
            ("a watch /elsewhere", "/elsewhere is none of the farm's recipe trees"),
            ("a toolchain", "'toolchain' wants canary="),
        ])
    func refused(words: String, why: String) {
        let problem = refusal("trigger = \(words)")
        #expect(problem?.contains(why) == true, "\(problem ?? "it was taken")")
    }

    @Test("Trees are known wherever the settings name them; two triggers have two names")
    func places() throws {
        let text = "trigger = a watch /o\nshare = /s\noverlay = /o\ntrigger = b watch /s/aports-overlay\n"
        #expect(try FarmConfiguration(parsing: text, path: "f").triggers.map(\.name) == ["a", "b"])
        #expect(
            refusal("trigger = x daily 01:00\ntrigger = x daily 02:00") == "there are two triggers 'x'")
    }
}
