import Foundation
import Mustache

/// The templates and other files of the dashboard, read once.
struct DashboardPages: Sendable {
    /// A file that is sent as it is.
    struct Asset: Sendable {
        let type: String
        let content: Data
    }

    private let library: MustacheLibrary
    let assets: [String: Asset]

    /// Reads the files of a folder.
    /// - Throws: when one is missing or is no template.
    init(folder: String) throws {
        var templates: [String: MustacheTemplate] = [:]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder) {
            guard file.hasSuffix(".mustache") else { continue }
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            templates[String(file.dropLast(".mustache".count))] = try MustacheTemplate(string: text)
        }
        library = MustacheLibrary(templates: templates)
        var assets: [String: Asset] = [:]
        for (name, type) in [
            ("style.css", "text/css; charset=utf-8"), ("live.js", "text/javascript; charset=utf-8"),
            ("icon.svg", "image/svg+xml"),
        ] {
            let content = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            assets[name] = Asset(type: type, content: content)
        }
        self.assets = assets
    }

    /// A page's text; every value is escaped.
    func render(_ template: String, _ values: [String: Any]) -> String {
        library.render(values, withTemplate: template) ?? ""
    }
}
