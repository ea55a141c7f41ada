import Codecs
import Testing

@Suite struct ObjectInternerTests {
    /// A pod of a template, with a note among its annotations.
    private static func pod(_ name: String, note: String = "short") throws -> PodObject {
        let text = """
            {"metadata":{"name":"\(name)","namespace":"a-namespace-of-a-team",
            "labels":{"app.kubernetes.io/name":"storefront-of-the-team"},
            "annotations":{"example.org/a-note-of-ours":"\(note)"},
            "ownerReferences":[{"kind":"ReplicaSet","name":"storefront-8dc49a76d8","uid":"1"}]},
            "spec":{"containers":[{"name":"storefront-container",
            "image":"registry.example.org/storefront:1","ports":[{"containerPort":8080}],
            "resources":{"requests":{"cpu":"5m"}}}],
            "tolerations":[{"key":"node.kubernetes.io/not-ready","operator":"Exists"}]},
            "status":{"conditions":[{"type":"PodReadyToStartContainers","status":"True"}]}}
            """
        return try PodObject(json: Array(text.utf8).span)
    }

    private static func address<Element>(_ elements: [Element]) -> UInt {
        unsafe elements.withUnsafeBufferPointer { UInt(bitPattern: $0.baseAddress) }
    }

    @Test func `pods of one template share what they have in common, and say the same`() throws {
        var interner = ObjectInterner()
        var first = try Self.pod("first")
        var second = try Self.pod("second")
        first.intern(with: &interner)
        second.intern(with: &interner)
        #expect(try first == Self.pod("first"))
        #expect(try second == Self.pod("second"))
        #expect(Self.address(first.metadata.labels) == Self.address(second.metadata.labels))
        #expect(Self.address(first.metadata.owners) == Self.address(second.metadata.owners))
        #expect(Self.address(first.containers) == Self.address(second.containers))
        #expect(Self.address(first.tolerations) == Self.address(second.tolerations))
        #expect(Self.address(first.conditions) == Self.address(second.conditions))
    }

    @Test(arguments: [ObjectInterner.textLimit, ObjectInterner.textLimit + 1])
    func `a long text is not remembered after its pod is gone`(_ length: Int) throws {
        var interner = ObjectInterner()
        let note = String(repeating: "x", count: length)
        var first = try Self.pod("first", note: note)
        var second = try Self.pod("second", note: note)
        first.intern(with: &interner)
        second.intern(with: &interner)
        #expect(try second == Self.pod("second", note: note))
        let isShared =
            Self.address(first.metadata.annotations) == Self.address(second.metadata.annotations)
        #expect(isShared == (length <= ObjectInterner.textLimit))
    }

    @Test func `any number of different pods is taken`() throws {
        var interner = ObjectInterner()
        for number in 0..<3_000 {
            let text = #"{"metadata":{"labels":{"a-label-of-some-length":"the value \#(number)"}}}"#
            let pod = try PodObject(json: Array(text.utf8).span)
            var interned = pod
            interned.intern(with: &interner)
            #expect(interned == pod)
        }
    }
}
