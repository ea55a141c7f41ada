/// Words for the limits of a value.
enum Bounds {
    /// `noun from a to b`, with the limits that there are.
    static func text(_ noun: String, _ lower: String?, _ upper: String?) -> String {
        switch (lower, upper) {
        case (let lower?, let upper?): "\(noun) from \(lower) to \(upper)"
        case (let lower?, nil): "\(noun) of at least \(lower)"
        case (nil, let upper?): "\(noun) of at most \(upper)"
        case (nil, nil): noun
        }
    }
}
