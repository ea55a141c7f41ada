import Bytes

/// The names under which programs write what happened.
enum MessageNames {
    /// How early the name is in the list of those that are looked for; nil for others.
    static func rank(_ name: borrowing Span<UInt8>) -> Int? {
        switch name.count {
        case 3:
            if name.equals("msg") { return 0 }
            return name.equals("log") ? 2 : nil
        case 4: return name.equals("body") ? 5 : nil
        case 5: return name.equals("event") ? 4 : nil
        case 7: return name.equals("message") ? 1 : nil
        case 8: return name.equals("@message") ? 3 : nil
        default: return nil
        }
    }
}
