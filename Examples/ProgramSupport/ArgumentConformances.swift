#if Programs
public import ArgumentParser
public import Boosting
import Foundation
public import TickData
public import TickStorage

// What a program's option can be, spelled as the library spells it.
extension TickFileFormat: ExpressibleByArgument {}
extension FeedKind: ExpressibleByArgument {}
extension BoostingOptions.Growth: ExpressibleByArgument {}
extension BoostingModel.ImportanceKind: ExpressibleByArgument {}
extension MarketOptions.Setting: ExpressibleByArgument {}
extension MarketFault: ExpressibleByArgument {}

/// Refuses an option's value at the door.
///
/// - Throws: `ValidationError` naming the option, what was given and what is allowed.
public func require(_ isAllowed: Bool, _ option: String, _ value: some CustomStringConvertible, _ allowed: String)
  throws
{
  if !isAllowed { throw ValidationError("\(option) is \(value); \(allowed)") }
}

/// A path without links, by which two names of one file are told.
public func resolvedPath(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

/// Refuses a file that could not be written later, before the work is done that is to be written there.
public func requireWritable(_ path: String) throws {
  var isFolder: ObjCBool = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
    throw ValidationError("'\(path)' is a folder; a file is needed")
  }
  let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
  guard FileManager.default.isWritableFile(atPath: folder) else {
    throw ValidationError("'\(path)' cannot be written: the folder '\(folder)' does not exist or is not writable")
  }
}
#endif
