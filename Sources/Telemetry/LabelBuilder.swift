public import Bytes

/// Labels under construction: those of one new series, or of one target being relabeled.
///
/// Names and values are ranges of one buffer, so that changing, renaming and copying a label moves
/// no text; reused after `removeAll()`, it allocates nothing.
public struct LabelBuilder: ~Copyable, Sendable {
    /// One label's place in `text`.
    public struct Entry: Sendable {
        /// Where the name is.
        public var name: Range<Int>
        /// Where the value is.
        public var value: Range<Int>

        /// Points at a name and a value.
        public init(name: Range<Int>, value: Range<Int>) {
            self.name = name
            self.value = value
        }
    }

    /// The bytes that entries point into.
    ///
    /// Append here what `add(_:)` is to take.
    public var text: OutputBuffer
    /// The labels in the order they were added, or sorted after `sort()`.
    public private(set) var entries: [Entry] = []

    /// Makes an empty builder.
    public init() {
        self.text = OutputBuffer(capacity: 1024)
    }

    /// Forgets every label and keeps the memory.
    public mutating func removeAll() {
        self.text.removeAll()
        self.entries.removeAll(keepingCapacity: true)
    }

    /// The number of labels.
    public var count: Int { self.entries.count }

    /// Adds a label whose name and value are in `text` already.
    ///
    /// - Precondition: no label has this name yet.
    public mutating func add(_ entry: Entry) {
        self.entries.append(entry)
    }

    /// Adds a label from bytes elsewhere.
    ///
    /// - Precondition: no label has this name yet.
    public mutating func add(_ name: borrowing Span<UInt8>, _ value: borrowing Span<UInt8>) {
        let start = self.text.count
        self.text.append(name)
        let middle = self.text.count
        self.text.append(value)
        self.entries.append(Entry(name: start..<middle, value: middle..<self.text.count))
    }

    /// Appends text and says where it is.
    public mutating func append(_ text: String) -> Range<Int> {
        let start = self.text.count
        self.text.append(text)
        return start..<self.text.count
    }

    /// Which label has a name; nil when none has.
    public func index(of name: borrowing Span<UInt8>) -> Int? {
        let text = self.text.span
        for index in 0..<self.entries.count
        where text.extracting(self.entries[index].name).equals(name) {
            return index
        }
        return nil
    }

    /// Which label has the name that stands at a range of `text`.
    public func index(ofNameAt range: Range<Int>) -> Int? {
        self.index(of: self.text.span.extracting(range))
    }

    /// Which label has a name; nil when none has.
    public func index(of name: String) -> Int? {
        var name = name
        return name.withUTF8 { bytes in self.index(of: unsafe bytes.span) }
    }

    /// Gives the label of the name at a range of `text` the value at another; an empty value removes
    /// it.
    public mutating func set(nameAt name: Range<Int>, valueAt value: Range<Int>) {
        let known = self.index(ofNameAt: name)
        if value.isEmpty {
            if let known { self.entries.remove(at: known) }
        } else if let known {
            self.entries[known].value = value
        } else {
            self.entries.append(Entry(name: name, value: value))
        }
    }

    /// Gives a label a value; an empty value removes it.
    public mutating func set(_ name: String, _ value: String) {
        let nameRange = self.append(name)
        self.set(nameAt: nameRange, valueAt: self.append(value))
    }

    /// Gives the label at a place another name, which no other label has.
    public mutating func rename(at index: Int, toNameAt name: Range<Int>) {
        self.entries[index].name = name
    }

    /// Gives the label at a place the value at a range of `text`.
    public mutating func setValue(at index: Int, toValueAt value: Range<Int>) {
        self.entries[index].value = value
    }

    /// Removes the label at a place.
    public mutating func remove(at index: Int) {
        self.entries.remove(at: index)
    }

    /// Removes labels without a value, which mean the same as absent ones.
    public mutating func removeEmpty() {
        self.entries.removeAll { $0.value.isEmpty }
    }

    /// Sorts the labels by the bytes of their names.
    public mutating func sort() {
        // Moved out and back, so that the text can be read while entries change places.
        var entries: [Entry] = []
        swap(&entries, &self.entries)
        // Few labels, nearly sorted in most expositions: insertion, without a closure.
        for index in 1..<max(entries.count, 1) {
            let entry = entries[index]
            var place = index
            while place > 0, self.precedes(entry, entries[place - 1]) {
                entries[place] = entries[place - 1]
                place -= 1
            }
            entries[place] = entry
        }
        swap(&entries, &self.entries)
    }

    private func precedes(_ left: Entry, _ right: Entry) -> Bool {
        let text = self.text.span
        return text.extracting(left.name).precedes(text.extracting(right.name))
    }

    /// The first two labels of one name, if there are any; the labels must be sorted.
    public var duplicateName: Range<Int>? {
        let text = self.text.span
        for index in 1..<max(self.entries.count, 1)
        where text.extracting(self.entries[index].name)
            .equals(text.extracting(self.entries[index - 1].name))
        {
            return self.entries[index].name
        }
        return nil
    }
}

extension LabelBuilder {
    /// Adds the labels of a set; their names must be free.
    public mutating func add(_ labels: borrowing LabelSet) {
        for label in labels.labels {
            let name = self.append(label.name)
            self.entries.append(Entry(name: name, value: self.append(label.value)))
        }
    }

    /// The labels as a set; what is not UTF-8 becomes U+FFFD.
    public var labelSet: LabelSet {
        var set = LabelSet()
        let text = self.text.span
        for entry in self.entries {
            set[text.extracting(entry.name).text] = text.extracting(entry.value).text
        }
        return set
    }
}

extension Span where Element == UInt8 {
    /// Whether these bytes come before others in byte order, a prefix before what it begins.
    @usableFromInline
    func precedes(_ other: borrowing Span<UInt8>) -> Bool {
        let shared = Swift.min(self.count, other.count)
        var index = 0
        while index < shared {
            if self[index] != other[index] { return self[index] < other[index] }
            index &+= 1
        }
        return self.count < other.count
    }
}
