import ArgumentParser

struct KeyCommands: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys that sign packages and indexes.",
        subcommands: [
            KeyNew.self, KeyList.self, KeyRotate.self, KeyActivate.self, KeyRetire.self, KeyAgentCommand.self,
        ])
}
