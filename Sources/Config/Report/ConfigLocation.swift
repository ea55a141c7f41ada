/// Where in the configuration something stands.
package struct ConfigLocation: Sendable, Hashable, CustomStringConvertible {
    /// The file's path as given; empty for the built-in defaults.
    package let file: String
    /// The line, from 1; 0 when the place has none.
    package let line: Int
    /// The column in characters, from 1; 0 when the place has none.
    package let column: Int
    /// The key path, such as `scrape_configs[0].job_name`; empty for the whole file.
    package let path: String

    /// Describes a place.
    package init(file: String, line: Int = 0, column: Int = 0, path: String = "") {
        self.file = file
        self.line = line
        self.column = column
        self.path = path
    }

    /// `file:line:column`, less what is not known.
    package var description: String {
        let file = self.file.isEmpty ? "built-in defaults" : self.file
        if self.line == 0 { return file }
        return self.column == 0 ? "\(file):\(self.line)" : "\(file):\(self.line):\(self.column)"
    }
}
