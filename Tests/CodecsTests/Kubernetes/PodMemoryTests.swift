import AgentTesting
import Codecs
import Foundation
import Testing

/// What pods cost in memory, which is a number that users are told.
@Suite(.enabled(if: KubernetesFixtures.folder != nil, "\(KubernetesFixtures.reason)"))
struct PodMemoryTests {
    /// Bytes of this process that are resident.
    private static func resident() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
            .split(separator: " ")[1]
        return (Int(pages) ?? 0) * Int(getpagesize())
    }

    @Test func `500 pods take less than 1 MB`() throws {
        let models =
            try Framing.list(KubernetesFixtures.bytes("discovery/pods.json")).frames
            + Framing.list(KubernetesFixtures.bytes("kubelet/pods.json")).frames
        // Eight times as many, so that what the process uses besides doesn't count.
        let count = 4_000
        var pods: [PodObject] = []
        pods.reserveCapacity(count)
        var interner = ObjectInterner()
        _ = try PodObjectTests.read(models[0])
        let before = try Self.resident()
        for number in 0..<count {
            // Every pod has a UID of its own.
            let uid = #""uid":"\#(10_000 + number)"#
            let text = models[number % models.count].replacing(#""uid": ""#, with: #""uid":""#)
                .replacing(#""uid":""#, with: uid)
            var pod = try PodObjectTests.read(text)
            pod.intern(with: &interner)
            pods.append(pod)
        }
        let bytes = try (Self.resident() - before) * 500 / count
        print("500 pods: \(bytes) bytes")
        #expect(bytes < 1_000_000)
        #expect(Set(pods.map(\.metadata.uid)).count == count)
    }
}
