import Bytes
import Codecs
import Fuzzing
import Scraping
import Telemetry

/// Target groups in JSON and YAML.
///
/// What the JSON reader takes reads the same once it is written out again, and every proper beginning
/// of it is refused.
@main enum FuzzTargetGroups {
    static func main() { fuzz(Self.test) }

    private static func test(_ input: inout FuzzInput) {
        let isYAML = input.choice(2) == 0
        let bytes = input.rest()
        if isYAML {
            do {
                _ = try TargetGroupFile.read(bytes.span, path: "fuzz.yml")
            } catch {
                invariant(!error.description.isEmpty, "an error without a message")
            }
            return
        }
        do {
            let groups = try TargetGroupJSON.read(bytes.span)
            let again = try? TargetGroupJSON.read(Self.text(of: groups).span)
            invariant(again == groups, "groups that were written out read differently")
            var end = bytes.count
            while end > 0, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[end - 1]) { end -= 1 }
            let cut = Array(bytes[..<max(end - 1, 0)])
            invariant((try? TargetGroupJSON.read(cut.span)) == nil, "a cut text was taken")
        } catch {
            invariant(!error.description.isEmpty, "an error without a message")
        }
    }

    private static func text(of groups: [TargetGroup]) -> [UInt8] {
        var json = JSONWriter()
        json.array { json in
            for group in groups {
                json.object { json in
                    json.key("targets")
                    json.array { json in
                        for target in group.targets { json.value(target["__address__"] ?? "") }
                    }
                    json.key("labels")
                    json.object { json in
                        for label in group.labels.labels { json.member(label.name, label.value) }
                    }
                }
            }
        }
        return json.bytes.array
    }
}
