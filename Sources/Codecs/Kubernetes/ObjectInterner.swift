/// What the objects of one store have in common, kept once.
///
/// Pods of one template are the same but for a few fields, and even strangers have tolerations and
/// images in common.
package struct ObjectInterner: Sendable {
    /// The longest text that is remembered; it may outlive its objects.
    package static let textLimit = 256
    /// The most elements of a list that is remembered, for the same reason.
    package static let elementLimit = 32
    /// How many texts are remembered.
    private static let textCount: UInt = 1024
    /// How many lists of each kind are remembered.
    private static let listCount: UInt = 256
    /// The longest text that a `String` has room for in itself.
    private static let inlineText = 15

    private var texts = InternTable<String>(size: Self.textCount)
    var pairs = InternTable<[ObjectMetadata.Pair]>(size: Self.listCount)
    var owners = InternTable<[ObjectMetadata.Owner]>(size: Self.listCount)
    var ports = InternTable<[PodObject.Port]>(size: Self.listCount)
    var containers = InternTable<[PodObject.Container]>(size: Self.listCount)
    var tolerations = InternTable<[PodObject.Toleration]>(size: Self.listCount)
    var conditions = InternTable<[PodObject.Condition]>(size: Self.listCount)

    /// Remembers nothing yet.
    package init() {}

    /// Shares a text.
    ///
    /// - Returns: Whether what holds it may be remembered.
    @discardableResult mutating func intern(_ text: inout String) -> Bool {
        let length = text.utf8.count
        if length <= Self.inlineText { return true }
        if length > Self.textLimit { return false }
        self.texts.intern(&text)
        return true
    }

    /// Shares a list and what its elements hold.
    ///
    /// - Returns: Whether what holds it may be remembered.
    @discardableResult
    mutating func intern<Element: Internable>(_ elements: inout [Element]) -> Bool {
        if elements.isEmpty { return true }
        var isSmall = elements.count <= Self.elementLimit
        for index in elements.indices where !elements[index].internParts(with: &self) {
            isSmall = false
        }
        if isSmall { self[keyPath: Element.table].intern(&elements) }
        return isSmall
    }
}

/// A part of an object that comes in lists.
protocol Internable: Hashable, Sendable {
    /// Where lists of it are remembered.
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { get }
    /// Shares what it holds, and says whether all of that may be remembered.
    mutating func internParts(with interner: inout ObjectInterner) -> Bool
}

extension ObjectMetadata.Pair: Internable {
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { \.pairs }

    mutating func internParts(with interner: inout ObjectInterner) -> Bool {
        let isSmall = interner.intern(&self.key)
        return interner.intern(&self.value) && isSmall
    }
}

extension ObjectMetadata.Owner: Internable {
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { \.owners }

    mutating func internParts(with interner: inout ObjectInterner) -> Bool {
        let texts = [
            interner.intern(&self.kind), interner.intern(&self.name),
            interner.intern(&self.apiVersion), interner.intern(&self.uid),
        ]
        return !texts.contains(false)
    }
}

extension ObjectMetadata {
    mutating func intern(with interner: inout ObjectInterner) {
        interner.intern(&self.namespace)
        interner.intern(&self.labels)
        interner.intern(&self.annotations)
        interner.intern(&self.owners)
    }
}
