import AnomalyDetection
import AnomalyTables
enum TableReader { static func read(fileAt: String, named: String, limits: Limits = Limits()) throws -> Table { Table(columns: []) } }
