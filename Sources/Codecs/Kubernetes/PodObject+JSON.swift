extension PodObject: APIObject {
    package init(json: borrowing Span<UInt8>) throws(ObjectUnreadable) {
        self.init()
        var reader = JSONReader(json)
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "metadata": self.metadata = try ObjectMetadata(&reader)
            case "spec": try self.readSpec(&reader)
            case "status": try self.readStatus(&reader)
            default: try reader.skip()
            }
        }
        try reader.expectEnd()
        // The claim of an ephemeral volume is made for the pod and named after both.
        for index in self.claims.indices where self.claims[index].isEphemeral {
            self.claims[index].claim = "\(self.metadata.name)-\(self.claims[index].volume)"
        }
    }

    private mutating func readSpec(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "nodeName": self.nodeName = try reader.string()
            case "hostNetwork": self.usesHostNetwork = try reader.bool()
            case "restartPolicy": self.restartPolicy = try reader.string()
            case "serviceAccountName": self.serviceAccount = try reader.string()
            case "schedulerName": self.scheduler = try reader.string()
            case "priorityClassName": self.priorityClass = try reader.string()
            case "runtimeClassName": self.runtimeClass = try reader.string()
            case "overhead": self.overhead = try reader.pairs()
            case "tolerations": self.tolerations = try reader.array()
            case "volumes": self.claims = try Self.claims(&reader)
            case "containers": self.containers = try reader.array()
            case "initContainers":
                self.initContainers = try reader.array()
            default: try reader.skip()
            }
        }
    }

    private mutating func readStatus(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "phase": self.phase = try reader.string()
            case "reason": self.reason = try reader.string()
            case "hostIP": self.hostIP = try reader.string()
            case "podIP": self.podIP = try reader.string()
            case "podIPs": self.podIPs = try reader.strings(of: "ip")
            case "startTime": self.started = try reader.seconds()
            case "qosClass": self.qosClass = try reader.string()
            case "conditions": self.conditions = try reader.array()
            case "containerStatuses":
                self.containerStatuses = try reader.array()
            case "initContainerStatuses":
                self.initContainerStatuses = try reader.array()
            default: try reader.skip()
            }
        }
    }

    private static func claims(_ reader: inout JSONReader) throws(ObjectUnreadable) -> [Claim] {
        var claims: [Claim] = []
        try reader.beginArray()
        while try reader.nextElement() {
            if let claim = try Claim(ofVolume: &reader) { claims.append(claim) }
        }
        return claims
    }
}

extension PodObject.Claim {
    /// Reads a volume; nil when it is no claim.
    fileprivate init?(ofVolume reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        var isClaim = false
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.volume = try reader.string()
            case "persistentVolumeClaim":
                isClaim = true
                try self.readSource(&reader)
            case "ephemeral":
                isClaim = true
                self.isEphemeral = true
                try reader.skip()
            default: try reader.skip()
            }
        }
        if !isClaim { return nil }
    }

    private mutating func readSource(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "claimName": self.claim = try reader.string()
            case "readOnly": self.isReadOnly = try reader.bool()
            default: try reader.skip()
            }
        }
    }
}
