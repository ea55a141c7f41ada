/// What holds secrets at hand: however it is printed, that shows the type's name alone.
protocol Undisclosed: CustomStringConvertible, CustomReflectable {}

extension Undisclosed {
    var description: String { "<\(Self.self)>" }

    var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension HTTPCredentials: Undisclosed {}
extension RequestMaterial: Undisclosed {}
extension RequestMaterial.Proxy: Undisclosed {}
extension OAuth2Tokens.Token: Undisclosed {}
