internal import CYAML

/// What libyaml reports, one step at a time.
struct YAMLEvent {
    /// The kinds of step that build a tree.
    enum Kind {
        case documentStart
        case streamEnd
        case scalar(String, tag: String?, anchor: String?, isPlain: Bool)
        case alias(String)
        case listStart(tag: String?, anchor: String?)
        case listEnd
        case mappingStart(tag: String?, anchor: String?)
        case mappingEnd
    }

    let kind: Kind
    let mark: YAMLMark
}

/// A syntax error in libyaml's words.
struct YAMLSyntaxError: Error {
    let problem: String
    /// What was being read, such as `while parsing a flow mapping`; may be empty.
    let context: String
    let mark: YAMLMark
    /// Where what was being read starts; nil when libyaml does not say.
    let contextMark: YAMLMark?
}

/// Owns a libyaml parser over bytes that outlive it.
@safe struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>

    /// Starts on UTF-8 `input`.
    @unsafe init(_ input: UnsafeBufferPointer<UInt8>) throws(YAMLSyntaxError) {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            unsafe parser.deallocate()
            throw YAMLSyntaxError(
                problem: "out of memory",
                context: "",
                mark: .none,
                contextMark: nil,
            )
        }
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        unsafe self.parser = parser
    }

    deinit {
        unsafe yaml_parser_delete(self.parser)
        unsafe self.parser.deallocate()
    }

    /// The next event that matters to a tree.
    mutating func next() throws(YAMLSyntaxError) -> YAMLEvent {
        while true {
            var event = unsafe yaml_event_t()
            guard unsafe yaml_parser_parse(self.parser, &event) == 1 else { throw self.failure }
            defer { unsafe yaml_event_delete(&event) }
            if let kind = unsafe Self.kind(event) {
                let mark = unsafe Self.mark(event.start_mark)
                return YAMLEvent(kind: kind, mark: mark)
            }
        }
    }

    private var failure: YAMLSyntaxError {
        let parser = unsafe self.parser.pointee
        var mark = unsafe Self.mark(parser.problem_mark)
        if unsafe parser.error == YAML_READER_ERROR {
            // The reader knows the offset only; the caller has the bytes.
            mark = unsafe YAMLMark(line: 0, column: Int(parser.problem_offset))
        }
        let hasContext = unsafe parser.context != nil
        return unsafe YAMLSyntaxError(
            problem: Self.text(parser.problem) ?? "out of memory",
            context: Self.text(parser.context) ?? "",
            mark: mark,
            contextMark: hasContext ? Self.mark(parser.context_mark) : nil,
        )
    }

    @unsafe private static func kind(_ event: yaml_event_t) -> YAMLEvent.Kind? {
        switch unsafe event.type {
        case YAML_DOCUMENT_START_EVENT:
            return .documentStart
        case YAML_STREAM_END_EVENT:
            return .streamEnd
        case YAML_SCALAR_EVENT:
            return unsafe Self.scalar(event)
        case YAML_ALIAS_EVENT:
            return unsafe .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe event.data.sequence_start
            return unsafe .listStart(tag: Self.text(start.tag), anchor: Self.text(start.anchor))
        case YAML_SEQUENCE_END_EVENT:
            return .listEnd
        case YAML_MAPPING_START_EVENT:
            let start = unsafe event.data.mapping_start
            return unsafe .mappingStart(tag: Self.text(start.tag), anchor: Self.text(start.anchor))
        case YAML_MAPPING_END_EVENT:
            return .mappingEnd
        default:
            return nil
        }
    }

    @unsafe private static func scalar(_ event: yaml_event_t) -> YAMLEvent.Kind {
        let scalar = unsafe event.data.scalar
        let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        return unsafe .scalar(
            String(decoding: bytes, as: UTF8.self),
            tag: Self.text(scalar.tag),
            anchor: Self.text(scalar.anchor),
            isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
        )
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLMark {
        YAMLMark(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }

    @unsafe private static func text(_ pointer: UnsafePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    @unsafe private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }

    @unsafe private static func text(_ pointer: UnsafePointer<CChar>?) -> String? {
        unsafe pointer.map { unsafe String(cString: $0) }
    }
}
