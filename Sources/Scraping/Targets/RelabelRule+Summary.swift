import Patterns
import Pipeline

extension RelabelRule {
    /// The rule in a few words, for whoever wonders what it did: `keep [zone] regex "b"`.
    var summary: String {
        var words = [self.action.rawValue]
        if !self.sourceLabels.isEmpty || self.action == .keep || self.action == .drop {
            words.append("[\(self.sourceLabels.joined(separator: ", "))]")
        }
        switch self.action {
        case .keepequal, .dropequal: words.append("target_label \(self.target.text)")
        default: words.append("regex \"\(self.pattern.text)\"")
        }
        return words.joined(separator: " ")
    }
}
