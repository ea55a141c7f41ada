extension PodObject {
    package mutating func intern(with interner: inout ObjectInterner) {
        self.metadata.intern(with: &interner)
        interner.intern(&self.nodeName)
        interner.intern(&self.serviceAccount)
        interner.intern(&self.scheduler)
        interner.intern(&self.priorityClass)
        interner.intern(&self.runtimeClass)
        interner.intern(&self.overhead)
        interner.intern(&self.tolerations)
        interner.intern(&self.containers)
        interner.intern(&self.initContainers)
        interner.intern(&self.hostIP)
        interner.intern(&self.conditions)
        for index in self.containerStatuses.indices {
            self.containerStatuses[index].intern(with: &interner)
        }
        for index in self.initContainerStatuses.indices {
            self.initContainerStatuses[index].intern(with: &interner)
        }
    }
}

extension PodObject.ContainerStatus {
    /// Its own id no other container has.
    fileprivate mutating func intern(with interner: inout ObjectInterner) {
        interner.intern(&self.name)
        interner.intern(&self.image)
        interner.intern(&self.imageID)
    }
}

extension PodObject.Port: Internable {
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { \.ports }

    mutating func internParts(with interner: inout ObjectInterner) -> Bool {
        let isSmall = interner.intern(&self.name)
        return interner.intern(&self.protocolName) && isSmall
    }
}

extension PodObject.Container: Internable {
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { \.containers }

    mutating func internParts(with interner: inout ObjectInterner) -> Bool {
        let parts = [
            interner.intern(&self.name), interner.intern(&self.image),
            interner.intern(&self.ports), interner.intern(&self.requests),
            interner.intern(&self.limits), interner.intern(&self.restartPolicy),
        ]
        return !parts.contains(false)
    }
}

extension PodObject.Toleration: Internable {
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { \.tolerations }

    mutating func internParts(with interner: inout ObjectInterner) -> Bool {
        let texts = [
            interner.intern(&self.key), interner.intern(&self.comparison),
            interner.intern(&self.value), interner.intern(&self.effect),
        ]
        return !texts.contains(false)
    }
}

extension PodObject.Condition: Internable {
    static var table: WritableKeyPath<ObjectInterner, InternTable<[Self]>> { \.conditions }

    mutating func internParts(with interner: inout ObjectInterner) -> Bool {
        let texts = [
            interner.intern(&self.type), interner.intern(&self.status),
            interner.intern(&self.reason),
        ]
        return !texts.contains(false)
    }
}
