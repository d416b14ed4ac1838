internal import CDuckDB
import Compute

/// DuckDB's functions, loaded once when they are first needed.
///
/// The library is looked for at `TICKBOOST_DUCKDB` (a file), in `.deps/lib` of the folders above the program and of the
/// checkout it was built from, and then where the system's loader looks (and Homebrew puts it).
struct DuckDBLibrary {
  let call: duckdb_functions

  private static let loaded: Result<DuckDBLibrary, StorageError> = load()

  static func shared() throws(StorageError) -> DuckDBLibrary { try loaded.get() }

  private static func load() -> Result<DuckDBLibrary, StorageError> {
    #if os(macOS)
    let name = "libduckdb.dylib"
    #else
    let name = "libduckdb.so"
    #endif
    var reasons: [String] = []
    for path in SharedLibrary.places(of: [name], variable: "TICKBOOST_DUCKDB") {
      var functions = duckdb_functions()
      guard let problem = duckdb_load(path, &functions) else { return .success(DuckDBLibrary(call: functions)) }
      reasons.append(String(cString: problem))
    }
    return .failure(
      StorageError(
        .unavailable,
        "DuckDB's library is not available; run Scripts/bootstrap, or name the file in TICKBOOST_DUCKDB"
          + " (\(reasons.last ?? "no place to look"))"))
  }
}
