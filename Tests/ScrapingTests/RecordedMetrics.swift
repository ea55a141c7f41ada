import Foundation

/// Bodies that Google's protobuf library wrote, in base64: what
/// `python3 Tests/Recording/record.py exposition` prints, where each is shown as text.
enum RecordedMetrics {
    /// The body of a name.
    static func body(_ name: String) -> [UInt8] {
        self.all[name].flatMap { Data(base64Encoded: $0) }.map(Array.init) ?? []
    }

    /// Some families of what Debian's Prometheus 2.42.0, a program in Go, says of itself.
    private static let prometheus =
        "zAEKFmdvX2djX2R1cmF0aW9uX3NlY29uZHMSPUEgc3VtbWFyeSBvZiB0aGUgcGF1c2UgZHVyYXRpb24g"
        + "b2YgZ2FyYmFnZSBjb2xsZWN0aW9uIGN5Y2xlcy4YAiJxIm8IBBFGUQ/tPT4sPxoSCQAAAAAAAAAAEUdk"
        + "VQ2N6u4+GhIJAAAAAAAA0D8R/Bd1npIiCz8aEgkAAAAAAADgPxEExQ6xYVANPxoSCQAAAAAAAOg/EYIH"
        + "shCwZRg/GhIJAAAAAAAA8D8RggeyELBlGD9UCgdnb19pbmZvEiVJbmZvcm1hdGlvbiBhYm91dCB0aGUg"
        + "R28gZW52aXJvbm1lbnQuGAEiIAoTCgd2ZXJzaW9uEghnbzEuMTkuOBIJCQAAAAAAAPA/XwodZ29fbWVt"
        + "c3RhdHNfYWxsb2NfYnl0ZXNfdG90YWwSL1RvdGFsIG51bWJlciBvZiBieXRlcyBhbGxvY2F0ZWQsIGV2"
        + "ZW4gaWYgZnJlZWQuGAAiCxoJCQAAAADHJWtBhwIKKXByb21ldGhldXNfdHNkYl90b21ic3RvbmVfY2xl"
        + "YW51cF9zZWNvbmRzEjhUaGUgdGltZSB0YWtlbiB0byByZWNvbXBhY3QgYmxvY2tzIHRvIHJlbW92ZSB0"
        + "b21ic3RvbmVzLhgEIp0BOpoBCAARAAAAAAAAAAAaCwgAEXsUrkfhenQ/GgsIABF7FK5H4XqEPxoLCAAR"
        + "mpmZmZmZmT8aCwgAEZqZmZmZmak/GgsIABGamZmZmZm5PxoLCAARAAAAAAAA0D8aCwgAEQAAAAAAAOA/"
        + "GgsIABEAAAAAAADwPxoLCAARAAAAAAAABEAaCwgAEQAAAAAAABRAGgsIABEAAAAAAAAkQA=="

    static let all: [String: String] = [
        "prometheus": Self.prometheus,
        "gauge":
            "YAoKYnVpbGRfaW5mbxITSG93IGl0IHdhcyAiYnVpbHQiLhgBIjsKFQoEcGF0aBINZXhhbXBsZS5jb20v"
            + "eAoHCgNzdW0SAAoOCgd2ZXJzaW9uEgMxCjISCQkAAAAAAADwPw==",
        "counter":
            "WQoRYWxsb2NfYnl0ZXNfdG90YWwSBkJ5dGVzLhgAIjMaMQkAAAAAMJk3QRImCgYKAXoSATEKBgoBYRIB"
            + "MhEAAAAAAAAoQBoLCI+KoocGELuimG8qBWJ5dGVz",
        "untyped":
            "KwoJc29tZXRoaW5nEgtPZiBubyB0eXBlLhgDIg8qCQkAAAAAAABFQDCHrUs=",
        "histogram":
            "wAEKAWgSBUJvdGguGAQisQE6rgEIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYK"
            + "DgoIdHJhY2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFj"
            + "ZV9pZBICYjIRzczMzMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhAB"
            + "YgQIEBADaAJoBGgDaAA=",
        "gauge_histogram":
            "ugEKAmdoGAUisQE6rgEIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYKDgoIdHJh"
            + "Y2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFjZV9pZBIC"
            + "YjIRzczMzMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhABYgQIEBAD"
            + "aAJoBGgDaAA=",
        "float_histogram":
            "nAIKAmZoGAQikwI6kAIRAAAAAAAA4D8aEhEAAAAAAADgvyEAAAAAAAAAQBo6EQAAAAAAANC/GiYKDgoI"
            + "dHJhY2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRiEAAAAAAAAQQBotEQAAAAAAAPA/GhkKDgoI"
            + "dHJhY2VfaWQSAmIyEc3MzMzMzOw/IQAAAAAAAChAIQAAAAAAgDJAKAYxgy1VsS/H1TdBAAAAAAAABEBK"
            + "BQjDAhABSgQILhAEWQAAAAAAAPA/WQAAAAAAABBAWQAAAAAAAABAWQAAAAAAAPA/WQAAAAAAAABAYgUI"
            + "wQIQAWIECBAQA3EAAAAAAADwP3EAAAAAAAAIQHEAAAAAAADwP3EAAAAAAADwPw==",
        "gauge_float_histogram":
            "nQIKA2dmaBgFIpMCOpACEQAAAAAAAOA/GhIRAAAAAAAA4L8hAAAAAAAAAEAaOhEAAAAAAADQvxomCg4K"
            + "CHRyYWNlX2lkEgJhMREzMzMzMzPTvxoLCJOKoocGEPP1gkYhAAAAAAAAEEAaLREAAAAAAADwPxoZCg4K"
            + "CHRyYWNlX2lkEgJiMhHNzMzMzMzsPyEAAAAAAAAoQCEAAAAAAIAyQCgGMYMtVbEvx9U3QQAAAAAAAARA"
            + "SgUIwwIQAUoECC4QBFkAAAAAAADwP1kAAAAAAAAQQFkAAAAAAAAAQFkAAAAAAADwP1kAAAAAAAAAQGIF"
            + "CMECEAFiBAgQEANxAAAAAAAA8D9xAAAAAAAACEBxAAAAAAAA8D9xAAAAAAAA8D8=",
        "classic":
            "hgEKAWMSCENsYXNzaWMuGAQidTpzCK8BESo25nXEIUs/GgsIAhFpHVVNEHU/vxosCAQRLUMc6+I2Cj8a"
            + "HwoHCgJpZBIBNxHxaOOItfgEPxoLCJGKoocGEPP1gkYaHwgQEQAAAAAAACRAGhIKBwoCaWQSATgRAAAA"
            + "AAAAIkAoADEAAAAAAAAAAA==",
        "classic_inf":
            "RQoCY2kYBCI9CgYKAWESAWI6MxEAAAAAAABJQBoLCAIRAAAAAAAANEAaEhEAAAAAAADwfyEAAAAAAAAa"
            + "QCEAAAAAAAAaQA==",
        "two":
            "bwoDdHdvGAQiMgoKCgNmb28SA2JhcjokCAURMzMzMzMzKEAaCwgCEZqZmZmZmfE/KAZiBAgQEAJoBGgC"
            + "IjIKCgoDZm9vEgNiYXo6JAgGETMzMzMzMypAGgsIARGamZmZmZnxPygGYgQIEBACaAJoCA==",
        "summary":
            "XwoLcnBjX3NlY29uZHMSCExhdGVuY3kuGAIiRAoMCgdzZXJ2aWNlEgF4IjQIhgIRAAAAAAAA0D8aEgkA"
            + "AAAAAADgPxE6jDDijnmlPhoSCQAAAAAAAPA/EQAAAAAAAPh/",
        "no_quantiles":
            "FwoEYmFyZRgCIg0iCwgqEQAAAAAAAPg/",
        "empty_histogram":
            "EgoEbm9uZRgEIgg6BmIECAAQAA==",
        "created_counter":
            "IAoCY2MYACIYGhYJAAAAAAAARUAaCwiRiqKHBhDz9YJG",
        "created_summary":
            "GQoCY3MYAiIRIg8IKiILCJGKoocGEPP1gkY=",
        "created_histogram":
            "HwoCY2gYBCIXOhUIAGIECAAQAHoLCJGKoocGEPP1gkY=",
        "native_exemplars":
            "kwIKAm5lGAQiigI6hwIIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYKDgoIdHJh"
            + "Y2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFjZV9pZBIC"
            + "YjIRzczMzMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhABYgQIEBAD"
            + "aAJoBGgDaACCAR8KBwoCaWQSATER9ihcj8L12L8aCwiTiqKHBhDz9YJGggESCgcKAmlkEgEyEY/C9Shc"
            + "j9K/ggEfCgcKAmlkEgEzEaRwPQrXo+C/GgsImIqihwYQ86LlSg==",
        "no_times":
            "zwEKAm50GAQixgE6wwEIEhEAAAAAAADgPxoLCAIRAAAAAAAA4L8aMwgEEQAAAAAAANC/GiYKDgoIdHJh"
            + "Y2VfaWQSAmExETMzMzMzM9O/GgsIk4qihwYQ8/WCRhomCAwRAAAAAAAA8D8aGQoOCgh0cmFjZV9pZBIC"
            + "YjIRzczMzMzM7D8oBjGDLVWxL8fVNzgCSgUIwwIQAUoECC4QBFACUAZQA1ABUAJiBQjBAhABYgQIEBAD"
            + "aAJoBGgDaACCARIKBwoCaWQSATER9ihcj8L12L8=",
        "no_metrics":
            "EwoFZW1wdHkSCE5vdGhpbmcuGAE=",
    ]
}
