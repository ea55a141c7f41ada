import CCurl

/// One of libcurl's easy handles with the memory that goes with it; used again after `reset`.
///
/// Belongs to the I/O thread. The first option that is refused is remembered, so that setting
/// thirty of them reads as thirty lines.
@safe final class CurlHandle {
    let easy: UnsafeMutableRawPointer
    private let detailText: UnsafeMutablePointer<CChar>
    private var lists: [UnsafeMutablePointer<curl_slist>] = unsafe []
    /// The code of the first option that was refused.
    private(set) var refused: CURLcode?

    /// Makes a handle; nil when there is no memory for it.
    init?() {
        guard let easy = unsafe ccurl_easy_init() else { return nil }
        unsafe self.easy = unsafe easy
        let size = ccurl_error_size
        unsafe self.detailText = UnsafeMutablePointer<CChar>.allocate(capacity: size)
        unsafe self.detailText.initialize(repeating: 0, count: size)
    }

    deinit {
        unsafe ccurl_easy_cleanup(self.easy)
        unsafe self.detailText.deallocate()
        self.freeLists()
    }

    /// Forgets the last request, its secrets included.
    func reset() {
        unsafe ccurl_easy_reset(self.easy)
        self.freeLists()
        unsafe self.detailText[0] = 0
        self.refused = nil
    }

    private func freeLists() {
        while let list = unsafe self.lists.popLast() { unsafe curl_slist_free_all(list) }
    }

    private func note(_ code: CURLcode) {
        if code != CURLE_OK, self.refused == nil { self.refused = code }
    }
}

// Options.
extension CurlHandle {
    func set(_ option: CURLoption, _ value: Int) {
        self.note(unsafe ccurl_set_long(self.easy, option, value))
    }

    /// Sets what may be refused without harm.
    func prefer(_ option: CURLoption, _ value: Int) {
        _ = unsafe ccurl_set_long(self.easy, option, value)
    }

    func set(_ option: CURLoption, _ value: Bool) {
        self.set(option, value ? 1 : 0)
    }

    /// Sets a text, which libcurl copies.
    func set(_ option: CURLoption, _ value: String) {
        self.note(unsafe ccurl_set_string(self.easy, option, value))
    }

    /// Takes a text's default away.
    func unset(_ option: CURLoption) {
        self.note(unsafe ccurl_set_string(self.easy, option, nil))
    }

    /// Sets bytes, which libcurl copies.
    func set(_ option: CURLoption, copying text: String) {
        var text = text
        text.withUTF8 { bytes in
            self.note(unsafe ccurl_set_blob(self.easy, option, bytes.baseAddress, bytes.count))
        }
    }

    func set(_ option: CURLoption, size: Int) {
        self.note(unsafe ccurl_set_size(self.easy, option, curl_off_t(size)))
    }

    /// Sets an address that must stay valid until the transfer has been removed.
    func set(_ option: CURLoption, address: UnsafeRawPointer?) {
        self.note(unsafe ccurl_set_pointer(self.easy, option, address))
    }

    func set(_ option: CURLoption, callback: @escaping ccurl_data_callback) {
        self.note(unsafe ccurl_set_callback(self.easy, option, callback))
    }

    /// Sets a list of lines, kept until `reset`.
    func set(_ option: CURLoption, lines: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for line in lines {
            guard let longer = unsafe curl_slist_append(list, line) else {
                unsafe curl_slist_free_all(list)
                self.note(CURLE_OUT_OF_MEMORY)
                return
            }
            unsafe list = unsafe longer
        }
        guard let list = unsafe list else { return }
        unsafe self.lists.append(list)
        self.note(unsafe ccurl_set_list(self.easy, option, list))
    }

    /// Has the kernel end connections of which the peer has vanished.
    func giveUpDeadPeers(after milliseconds: Int) {
        self.note(unsafe ccurl_set_user_timeout(self.easy, milliseconds))
    }

    /// Lets libcurl write why a transfer fails where `detail` finds it.
    func keepDetail() {
        self.note(unsafe ccurl_set_pointer(self.easy, CURLOPT_ERRORBUFFER, self.detailText))
    }
}

// What is known of a transfer afterwards.
extension CurlHandle {
    /// The status code of the last answer; 0 without one.
    var status: Int { self.number(CURLINFO_RESPONSE_CODE) }

    /// The status of a proxy's answer to the wish for a tunnel; 0 without one.
    var tunnelStatus: Int { self.number(CURLINFO_HTTP_CONNECTCODE) }

    /// The error number of the last failed connect; 0 without one.
    var systemError: CInt { CInt(truncatingIfNeeded: self.number(CURLINFO_OS_ERRNO)) }

    /// How many connections the transfer had to open.
    var connectionsOpened: Int { self.number(CURLINFO_NUM_CONNECTS) }

    /// The URL after redirects.
    var effectiveURL: String? {
        var text: UnsafeMutableRawPointer?
        _ = unsafe ccurl_get_pointer(self.easy, CURLINFO_EFFECTIVE_URL, &text)
        guard let text = unsafe text else { return nil }
        return unsafe String(cString: text.assumingMemoryBound(to: CChar.self))
    }

    /// Libcurl's own words for why the transfer failed; empty without.
    var detail: String { unsafe String(cString: self.detailText) }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        _ = unsafe ccurl_get_long(self.easy, info, &value)
        return value
    }
}
