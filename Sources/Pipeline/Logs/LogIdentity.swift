import Bytes
package import Telemetry

/// What tells one file's content from every other: its inode and its first line.
///
/// Kubelets reuse an inode within seconds, so that the inode alone names nothing; the device's
/// number is left out because it changes across reboots. The first line of a container's log bears
/// its time in nanoseconds.
package struct LogIdentity: Sendable, Hashable {
    /// The file's inode.
    package let inode: UInt64
    /// A hash of the first line, at most `fingerprintLimit` bytes of it.
    package let fingerprint: UInt64

    /// The most bytes of the first line that are looked at.
    package static let fingerprintLimit = 1024

    /// Names a content.
    package init(inode: UInt64, fingerprint: UInt64) {
        self.inode = inode
        self.fingerprint = fingerprint
    }

    /// Takes the identity from a file's first bytes.
    ///
    /// Nil as long as the first line may still grow: there is nothing to deliver then either.
    /// `isFinished` says that it will not.
    package init?(inode: UInt64, head: borrowing Span<UInt8>, isFinished: Bool = false) {
        let limit = min(head.count, Self.fingerprintLimit)
        var length = limit
        if let end = head.firstOffset(of: UInt8(ascii: "\n"), to: limit) {
            length = end + 1
        } else if limit < Self.fingerprintLimit, !isFinished || limit == 0 {
            return nil
        }
        self.init(inode: inode, fingerprint: stableHash(head.extracting(first: length)))
    }

    /// The identity as it may be shown: the inode, and the fingerprint in hexadecimal.
    package var text: String {
        var out = OutputBuffer(capacity: 48)
        out.append(decimal: self.inode)
        out.append(UInt8(ascii: "-"))
        out.append(hex: self.fingerprint)
        return out.text
    }

    /// A number for the content that is the same in every life of the agent and on no other node.
    ///
    /// `isDated` says that lines bear their times: then the first line tells a container's files
    /// apart, and a copy, compressed or not, has the number of what it was made of.
    package func contentKey(host: String, origin: LogOrigin, isDated: Bool = false) -> UInt64 {
        var text = OutputBuffer(capacity: 256)
        text.append(littleEndian: isDated ? 0 : self.inode)
        text.append(littleEndian: self.fingerprint)
        for part in [host, origin.namespace, origin.pod, origin.podUID, origin.container] {
            text.append(part)
            text.append(UInt8(0))
        }
        return stableHash(text.span)
    }
}

/// FNV-1a over bytes with a final mix: the same in every life of the agent, unlike `Hasher`.
///
/// Source: Fowler, Noll, Vo, "FNV-1a"; the mix is MurmurHash3's `fmix64`.
package func stableHash(_ bytes: borrowing Span<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in 0..<bytes.count {
        hash = (hash ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01b3
    }
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
}
