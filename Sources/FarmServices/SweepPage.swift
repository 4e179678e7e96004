import Building

/// A sweep's report as one HTML page without scripts: the classes, and under each the recipes with the line that proves
/// it.
public enum SweepPage {
    /// The page's text.
    public static func html(_ report: SweepReport) -> String {
        let records = Dictionary(uniqueKeysWithValues: report.records.map { ($0.recipe, $0) })
        var page = """
            <!DOCTYPE html>
            <html lang="en"><meta charset="utf-8"><title>apkfarm sweep</title>
            <meta name="viewport" content="width=device-width">
            <style>
            body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem;
              color-scheme: light dark }
            summary { cursor: pointer; padding: .3rem 0 } code { white-space: pre-wrap; overflow-wrap: anywhere }
            table { border-collapse: collapse; width: 100% }
            th, td { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0 }
            </style>
            <h1>Sweep</h1>
            <p>\(report.total) recipes: \(report.built) built, \(report.failed) failed, \(report.blocked) blocked.
            Tests: \(report.testsPassed) passed, \(report.testsFailed) failed.</p>
            <h2>Why recipes fail</h2>

            """
        for row in report.classes {
            page += "<details><summary><b>\(escaped(row.name))</b>: \(row.recipes.count) recipes, "
            page += "\(row.blocked) more wait for them</summary><p>\(escaped(row.remedy))</p>\n<table>"
            page += "<tr><th>recipe<th>phase<th>line\n"
            for name in row.recipes {
                guard let record = records[name] else { continue }
                page +=
                    "<tr><td>\(escaped(name)) \(escaped(record.version))<td>\(escaped(record.phase))<td><code>"
                page += escaped(record.failure?.line ?? "") + "</code>"
                if let number = record.failure?.number, number > 0 {
                    page += "<br><small>line \(number) of \(escaped(record.log))</small>"
                }
                page += "\n"
            }
            page += "</table></details>\n"
        }
        page +=
            "<h2>Built</h2>\n<table><tr><th>recipe<th>passed<th>failed<th>skipped<th>wasm processes<th>seconds\n"
        for record in report.records where record.outcome == .built {
            let suite = record.suite
            page += "<tr><td>\(escaped(record.recipe)) \(escaped(record.version))<td>\(suite?.passed ?? 0)"
            page +=
                "<td>\(suite?.failed.count ?? 0)<td>\(suite?.skipped ?? 0)<td>\(suite?.wasmProcesses ?? 0)"
            page += "<td>\(Int(record.seconds))\n"
        }
        return page + "</table>\n</html>\n"
    }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result
    }
}
