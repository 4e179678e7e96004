import ArgumentParser
import Foundation
import Planning

/// `apkfarm plan graph`: a plan as a picture.
struct PlanGraph: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "graph",
        abstract: "Draws who needs whom, for Graphviz, for Mermaid, as SVG or as JSON.",
        discussion: """
            Examples:
              apkfarm plan graph --set jobs/demo --format svg >demo.svg
              apkfarm plan graph --aports ~/aports --format dot >all.dot
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case dot, svg, json, mermaid
    }

    @OptionGroup var scope: PlanScope
    @OptionGroup var range: PlanRange

    @Option(help: "dot, svg (by Graphviz's dot), json or mermaid.")
    var format: Format = .dot

    private struct Answer: Encodable {
        let recipes: [String]
        let edges: [Edge]
    }

    private struct Edge: Encodable {
        let from: String
        let to: String
        let list: String
    }

    /// Beyond so many recipes Graphviz takes hours.
    private static let mostDrawn = 1_000

    func run() async throws {
        try await planning {
            let (_, distribution) = try scope.distribution()
            let drawing = PlanDrawing(distribution, rows: try range.rows(distribution))
            switch format {
            case .dot: Output.text(drawing.dot)
            case .mermaid: Output.text(drawing.mermaid)
            case .json:
                try Output.json(
                    Answer(
                        recipes: drawing.recipes,
                        edges: drawing.edges.map { Edge(from: $0.from, to: $0.to, list: $0.list) }))
            case .svg:
                guard drawing.recipes.count <= Self.mostDrawn else {
                    Output.talk(
                        "\(drawing.recipes.count) recipes are too many for a picture; name some, or take --format dot"
                    )
                    throw ExitCode(1)
                }
                try Self.draw(drawing.dot)
            }
        }
    }

    private static func draw(_ dot: String) throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "apkfarm-\(UUID().uuidString).dot")
        try dot.write(to: file, atomically: true, encoding: .utf8)
        defer {
            // A temporary file that stays behind is small and harms nobody.
            try? FileManager.default.removeItem(at: file)
        }
        let program = Process()
        program.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        program.arguments = ["dot", "-Tsvg", file.path]
        try program.run()
        program.waitUntilExit()
        guard program.terminationStatus == 0 else {
            Output.talk(
                "dot ended with \(program.terminationStatus); is Graphviz installed? --format dot needs it not"
            )
            throw ExitCode(1)
        }
    }
}
