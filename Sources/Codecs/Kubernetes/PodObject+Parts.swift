extension PodObject.Container: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "image": self.image = try reader.string()
            case "ports": self.ports = try reader.array()
            case "resources": try self.readResources(&reader)
            case "restartPolicy": self.restartPolicy = try reader.string()
            default: try reader.skip()
            }
        }
    }

    private mutating func readResources(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "requests": self.requests = try reader.pairs()
            case "limits": self.limits = try reader.pairs()
            default: try reader.skip()
            }
        }
    }
}

extension PodObject.Port: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "containerPort": self.number = try reader.integer()
            case "protocol": self.protocolName = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension PodObject.ContainerStatus: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "name": self.name = try reader.string()
            case "image": self.image = try reader.string()
            case "imageID": self.imageID = try reader.string()
            case "containerID": self.containerID = try reader.string()
            case "ready": self.isReady = try reader.bool()
            case "restartCount": self.restarts = try reader.integer()
            case "state": self.state = try PodObject.State(&reader)
            case "lastState": self.lastState = try PodObject.State(&reader)
            default: try reader.skip()
            }
        }
    }
}

extension PodObject.State: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self = .unknown
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "waiting": self = .waiting(reason: try reader.string(of: "reason"))
            case "running": self = .running(started: try Self.start(&reader))
            case "terminated": self = .terminated(try PodObject.Termination(&reader))
            default: try reader.skip()
            }
        }
    }

    private static func start(_ reader: inout JSONReader) throws(ObjectUnreadable) -> Int64? {
        var start: Int64?
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "startedAt": start = try reader.seconds()
            default: try reader.skip()
            }
        }
        return start
    }
}

extension PodObject.Termination: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "reason": self.reason = try reader.string()
            case "exitCode": self.exitCode = try reader.integer()
            case "signal": self.signal = try reader.integer()
            case "startedAt": self.started = try reader.seconds()
            case "finishedAt": self.finished = try reader.seconds()
            default: try reader.skip()
            }
        }
    }
}

extension PodObject.Condition: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "type": self.type = try reader.string()
            case "status": self.status = try reader.string()
            case "reason": self.reason = try reader.string()
            case "lastTransitionTime": self.changed = try reader.seconds()
            default: try reader.skip()
            }
        }
    }
}

extension PodObject.Toleration: JSONReadable {
    init(_ reader: inout JSONReader) throws(ObjectUnreadable) {
        self.init()
        try reader.beginObject()
        while let key = try reader.nextMember() {
            switch key {
            case "key": self.key = try reader.string()
            case "operator": self.comparison = try reader.string()
            case "value": self.value = try reader.string()
            case "effect": self.effect = try reader.string()
            case "tolerationSeconds": self.seconds = try reader.integer()
            default: try reader.skip()
            }
        }
    }
}
