/// Finds what a user most likely meant by a misspelt name.
enum NearestName {
    // Longer names are not compared: nobody mistypes a page.
    private static let maximumLength = 64

    /// The candidate closest to `name`, if one is close enough to be meant.
    static func nearest(to name: String, in candidates: [String]) -> String? {
        let wanted = Self.folded(name)
        guard !wanted.isEmpty, wanted.count <= Self.maximumLength else { return nil }
        let reach = max(1, wanted.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates where candidate.utf8.count <= Self.maximumLength {
            let distance = Self.distance(wanted, Self.folded(candidate))
            if distance <= reach, distance < wanted.count, distance < best?.distance ?? .max {
                best = (candidate, distance)
            }
        }
        return best?.name
    }

    // `scrape-interval` and `scrapeInterval` are one slip away from `scrape_interval`, not five.
    private static func folded(_ name: String) -> [UInt8] {
        name.lowercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "_") }
    }

    /// Insertions, deletions, replacements and swaps of neighbours that lead from one to the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                let same = left[i] == right[j]
                var cost = min(last[j] + (same ? 0 : 1), last[j + 1] + 1, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
