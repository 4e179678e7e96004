import Jobs

/// Jobs and what they need, laid out in columns: what needs nothing is on the left.
struct PlanPicture {
    /// What the template draws.
    let values: [String: Any]

    init(_ jobs: [Job]) {
        let byID = Dictionary(jobs.map { ($0.id, $0) }) { first, _ in first }
        var columns: [JobID: Int] = [:]
        // Needs have lower numbers than what needs them, unless a newer job took their place.
        for _ in 0..<2 {
            for job in jobs.sorted(by: { $0.id < $1.id }) {
                let before = job.needs.compactMap { columns[$0] }.max() ?? -1
                columns[job.id] = before + 1
            }
        }
        let critical = Self.longestChain(jobs, columns)
        var rows: [Int: Int] = [:]
        var places: [JobID: (x: Int, y: Int)] = [:]
        for job in jobs.sorted(by: { ($0.identity, $0.id) < ($1.identity, $1.id) }) {
            let column = columns[job.id] ?? 0
            let row = rows[column, default: 0]
            rows[column] = row + 1
            places[job.id] = (16 + column * 200, 16 + row * 42)
        }
        var nodes: [[String: Any]] = []
        var edges: [[String: Any]] = []
        for job in jobs {
            guard let place = places[job.id] else { continue }
            var node: [String: Any] = [
                "id": job.id.number, "x": place.x, "y": place.y, "textX": place.x + 10, "textY": place.y + 20,
                "name": job.recipe.count > 18 ? job.recipe.prefix(17) + "…" : job.recipe[...],
                "identity": job.identity, "state": job.state.publicName.rawValue,
            ]
            if critical.contains(job.id) { node["critical"] = true }
            nodes.append(node)
            for need in job.needs.sorted() where byID[need] != nil {
                guard let from = places[need] else { continue }
                let (x1, y1, x2, y2) = (from.x + 150, from.y + 15, place.x, place.y + 15)
                var edge: [String: Any] = [
                    "path": "M\(x1) \(y1)C\(x1 + 30) \(y1) \(x2 - 30) \(y2) \(x2) \(y2)"
                ]
                let isStep = (columns[job.id] ?? 0) - (columns[need] ?? 0) == 1
                if isStep, critical.contains(job.id), critical.contains(need) { edge["critical"] = true }
                edges.append(edge)
            }
        }
        values = [
            "nodes": nodes, "edges": edges, "width": 32 + max(1, (columns.values.max() ?? 0) + 1) * 200 - 50,
            "height": 32 + max(1, rows.values.max() ?? 0) * 42,
        ]
    }

    /// The jobs of one longest chain.
    private static func longestChain(_ jobs: [Job], _ columns: [JobID: Int]) -> Set<JobID> {
        var chain: Set<JobID> = []
        let byID = Dictionary(jobs.map { ($0.id, $0) }) { first, _ in first }
        var current = jobs.max { ((columns[$0.id] ?? 0), $1.id) < ((columns[$1.id] ?? 0), $0.id) }
        while let job = current, chain.insert(job.id).inserted {
            current = job.needs.sorted().compactMap { byID[$0] }
                .first { columns[$0.id] == (columns[job.id] ?? 0) - 1 }
        }
        return chain.count > 1 ? chain : []
    }
}
