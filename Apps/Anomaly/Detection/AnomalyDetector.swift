#if canImport(Glibc)
import Glibc
#endif
func env(_ n: String, _ d: Double) -> Double { guard let p = getenv(n) else { return d }; return Double(String(cString: p)) ?? d }
public struct AnomalyDetector {
    public var seed: UInt64
    public init(seed: UInt64) { self.seed = seed }
    public func run(_ table: Table) -> [Float] {
        let encoder = Encoder(table: table)
        let n = table.rowCount, d = encoder.width
        let x = Matrix(rows: n, columns: d)
        encoder.encode(0..<n, of: table, into: x)
        var g = SeededGenerator(seed: seed)
        let members = Int(env("MEMBERS", 1))
        let B = Int(env("BATCH", 32))
        let epochs = Int(env("EPOCHS", 10)), minSteps = Int(env("MINSTEPS", 0)), maxSteps = Int(env("MAXSTEPS", 1e9))
        let lr = Float(env("LR", 1e-3)), bend = Float(env("BEND", 1e9)), noise = Float(env("NOISE", 0)), drop = Float(env("DROP", 0))
        let decay = env("DECAY", 0) > 0
        let p = Float(env("POW", 2)), cap = Float(env("CAP", 1e9))
        let xclip = Float(env("XCLIP", 30))
        for i in 0..<x.floatCount { x.base[i] = min(max(x.base[i], -xclip), xclip) }
        var total = [Float](repeating: 0, count: n)
        for m in 0..<members {
            var widths = [d]
            let h = env("MIX", 0) > 0 && m % 2 == 1 ? 0 : Int(env("H", 64))
            if h > 0 { widths.append(h) }
            var z = Int(env("Z", 32))
            if z == 0 {
                // ladder
                let lo = env("ZLO", 1), hi = env("ZHI", 0.6) * Double(d)
                let t = members > 1 ? Double(m) / Double(members - 1) : 0.5
                z = max(1, Int((lo * pow(max(hi, lo) / lo, t)).rounded()))
            }
            widths.append(z)
            if h > 0 { widths.append(h) }
            let net = Autoencoder(widths: widths, capacity: max(B, 256), generator: &g)
            var order = Array(0..<n)
            let perEpoch = (n + B - 1) / B
            let steps = min(max(epochs * perEpoch, minSteps), maxSteps)
            let batch = Matrix(rows: B, columns: d), target = Matrix(rows: B, columns: d)
            var pos = n
            for s in 0..<steps {
                if pos >= n { g.shuffle(&order); pos = 0 }
                let c = min(B, n - pos)
                for i in 0..<c {
                    target.row(i).update(from: x.row(order[pos + i]), count: x.stride)
                    let r = batch.row(i)
                    r.update(from: x.row(order[pos + i]), count: x.stride)
                    if noise > 0 || drop > 0 { for j in 0..<d {
                        if drop > 0, g.uniform() < drop { r[j] = 0 }
                        if noise > 0 { r[j] += noise * (g.uniform() + g.uniform() + g.uniform() - 1.5) * 2 } } }
                }
                pos += c
                let f = Float(s) / Float(steps)
                let rate = decay ? lr * (1 - f) + lr * 0.02 : lr
                net.learn(batch, target: target, count: c, learningRate: rate, bend: bend)
            }
            var err = [Float](repeating: 0, count: n)
            let block = Matrix(rows: 256, columns: d)
            var start = 0
            while start < n {
                let c = min(256, n - start)
                block.base.update(from: x.row(start), count: c * x.stride)
                let out = net.reconstruct(block, count: c)
                for i in 0..<c {
                    let a = block.row(i), b = out.row(i)
                    var sum: Float = 0
                    for j in 0..<d { let r = min(abs(a[j] - b[j]), cap); sum += p == 2 ? r * r : p == 1 ? r : p == 0 ? log1p(r*r) : powf(r, p) }
                    err[start + i] = sum
                }
                start += c
            }
            let norm = env("NORM", 1)
            if norm == 1 { let mean = err.reduce(0, +) / Float(n); for i in 0..<n { total[i] += err[i] / mean } }
            else if norm == 2 { let s = err.sorted(); let med = max(s[n / 2], 1e-6); for i in 0..<n { total[i] += err[i] / med } }
            else if norm == 3 { let s = err.sorted(); let med = max(s[n / 2], 1e-6); for i in 0..<n { total[i] += log1p(err[i] / med) } }
            else { for i in 0..<n { total[i] += err[i] } }
        }
        return total
    }
}
