import Jobs
import Testing

@Suite("States of a job")
struct JobStateTests {
    static let lease = Lease(worker: "build", process: 7)
    static let failure = JobFailure(phase: "check", reason: "2 tests failed")
    static let states: [JobState] = [
        .waiting(on: [JobID(1)]), .ready, .leased(lease), .running(lease, "build"), .built, .publishing,
        .published,
        .failed(failure), .blocked(by: JobID(1)), .cancelled, .superseded(by: JobID(9)),
    ]
    static let events: [JobEvent.Kind] = [
        .queued(waitingOn: []), .requested(digest: "ab"), .needPublished(JobID(1)),
        .needReplaced(JobID(1), by: JobID(2)),
        .needFailed(JobID(1)), .unblocked(waitingOn: []), .leased(lease), .phase("check"),
        .built(reused: false),
        .publishing, .published(unchanged: false), .published(unchanged: true), .failed(failure),
        .retried(waitingOn: []), .cancelled(by: "somebody"), .superseded(by: JobID(9)),
        .released(reason: "its worker was lost"), .excused(by: "somebody"),
    ]

    /// One row a state, one letter an event: `.` refused, `=` the same state, else the first letters of the next one.
    static let table = """
                    queue reque neePu neeRe neeFa unblo lease phase built publi pubNo pubUn fail_ retry cance super relea excus
        waiting     .     =     ready waiti block =     .     .     .     .     .     .     .     .     cance super .   =
        ready       .     =     =     =     =     =     lease .     .     .     .     .     faile .     cance super .   =
        leased      .     =     =     =     =     =     .     runni built .     .     publi faile .     cance .   ready =
        running     .     =     =     =     =     =     .     runni built .     .     publi faile .     cance .   ready =
        built       .     =     =     =     =     =     .     .     .     publi .     publi faile .     cance .   .     =
        publishing  .     =     =     =     =     =     .     .     .     .     publi publi faile .     .     .   .     =
        published   .     .     =     =     =     =     .     .     .     .     .     .     .     .     .     .   .     =
        failed      .     .     =     =     =     =     .     .     .     .     .     .     .     ready .     .   .     =
        blocked     .     =     =     =     block ready .     .     .     .     .     .     .     .     cance super .   =
        cancelled   .     .     =     =     =     =     .     .     .     .     .     .     .     ready .     .   .     =
        superseded  .     .     =     =     =     =     .     .     .     .     .     .     .     .     .     .   .     =
        """

    @Test("Every event has the effect on every state that the table says")
    func total() {
        for (state, row) in zip(Self.states, Self.table.split(separator: "\n").dropFirst()) {
            let cells = row.split(separator: " ").map(String.init)
            #expect(cells[0] == state.name.rawValue)
            for (event, cell) in zip(Self.events, cells.dropFirst()) {
                let answer: String
                switch state.after(event) {
                case .refused: answer = "."
                case .to(let next) where next == state && cell == "=": answer = "="
                case .to(let next): answer = String(next.name.rawValue.prefix(5))
                }
                #expect(answer == cell, "\(state.name) after \(event)")
            }
        }
    }

    @Test("A job waits until the last of its needs is published")
    func waiting() {
        let two = JobState.waiting(on: [JobID(1), JobID(2)])
        #expect(two.after(.needPublished(JobID(3))) == .to(two))
        #expect(two.after(.needPublished(JobID(1))) == .to(.waiting(on: [JobID(2)])))
        #expect(two.after(.needReplaced(JobID(1), by: JobID(5))) == .to(.waiting(on: [JobID(2), JobID(5)])))
        #expect(two.after(.needReplaced(JobID(4), by: JobID(5))) == .to(two))
    }

    @Test("Nothing happens to a job before it is queued")
    func first() {
        for event in Self.events.dropFirst() { #expect(JobState.after(event, in: nil) == .refused) }
        #expect(JobState.after(.queued(waitingOn: []), in: nil) == .to(.ready))
        #expect(JobState.after(.queued(waitingOn: [JobID(1)]), in: nil) == .to(.waiting(on: [JobID(1)])))
    }

    @Test("A state can be read back from its JSON form", arguments: states)
    func codable(state: JobState) throws {
        #expect(try roundTrip(state) == state)
    }

    @Test("An event can be read back from its JSON form", arguments: events)
    func codableEvent(event: JobEvent.Kind) throws {
        #expect(try roundTrip(event) == event)
    }
}
