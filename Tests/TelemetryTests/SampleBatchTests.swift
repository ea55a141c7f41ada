import Telemetry
import Testing

@Suite struct SampleBatchTests {
    @Test func timesAreTheBatchsUnlessGiven() {
        var batch = SampleBatch()
        batch.reset(timestamp: 1000)
        batch.append(series: 1, bits: 11)
        let hadTimes = batch.hasTimes
        #expect(!hadTimes)
        batch.append(series: 2, bits: 22, time: 5)
        batch.append(series: 3, bits: 33)
        let times = [batch.time(at: 0), batch.time(at: 1), batch.time(at: 2)]
        #expect(times == [1000, 5, 1000])
        batch.truncate(to: 1)
        let count = batch.count
        #expect(count == 1)
        batch.reset(timestamp: 2000)
        let isFresh = batch.count == 0 && batch.timestamp == 2000 && !batch.hasTimes
        #expect(isFresh)
    }

    @Test func nanIsNeverAStaleMarker() {
        let marker = Double(bitPattern: SpecialFloat.staleBits)
        #expect(SpecialFloat.scrapedBits(marker) == SpecialFloat.ordinaryNaNBits)
        #expect(SpecialFloat.scrapedBits(-.nan) == SpecialFloat.ordinaryNaNBits)
        #expect(SpecialFloat.scrapedBits(-0.0) == 0x8000_0000_0000_0000)
    }
}
