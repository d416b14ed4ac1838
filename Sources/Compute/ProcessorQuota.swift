import Foundation

/// The processor time that Linux control groups grant this process, in processors.
///
/// A container of one processor's time on a machine of 64 shows all 64 in its affinity mask; as many threads would be
/// stopped together for most of every period, those that others wait for among them.
///
/// Source: the kernel's documents of control groups: `cpu.max` (version 2), `cpu.cfs_quota_us` and
/// `cpu.cfs_period_us` (version 1). A group's limit holds for all groups below it.
package struct ProcessorQuota {
  /// The folder that stands for `/`, so that tests can lay out files of their own.
  private let root: String

  package init(root: String = "") {
    self.root = root
  }

  /// The least quota of the process's groups and those above them, or nil if there is none or it cannot be read.
  package var processors: Double? {
    guard let groups = text("/proc/self/cgroup"), let mounts = text("/proc/self/mountinfo") else { return nil }
    var paths: [Controller: String] = [:]
    for line in groups.split(separator: "\n") {
      // hierarchy:controllers:path; a path may hold colons.
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { continue }
      if fields[0] == "0", fields[1].isEmpty { paths[.version2] = String(fields[2]) }
      if fields[1].split(separator: ",").contains("cpu") { paths[.version1] = String(fields[2]) }
    }
    return mounts.split(separator: "\n").compactMap(Mount.init).compactMap { mount in
      paths[mount.controller].flatMap { leastQuota(mount, path: $0) }
    }.min()
  }

  private enum Controller { case version1, version2 }

  /// A line of `mountinfo` that mounts the groups which limit processor time.
  private struct Mount {
    let controller: Controller
    let group: String
    let folder: String

    init?(_ line: Substring) {
      // id parent device root folder options [tags] - type source options
      let fields = line.split(separator: " ")
      guard fields.count > 5, let dash = fields.firstIndex(of: "-"), fields.count > dash + 3 else { return nil }
      switch fields[dash + 1] {
      case "cgroup2": controller = .version2
      case "cgroup" where fields[dash + 3].split(separator: ",").contains("cpu"): controller = .version1
      default: return nil
      }
      group = String(fields[3])
      folder = String(fields[4])
    }
  }

  private func leastQuota(_ mount: Mount, path: String) -> Double? {
    var names = path.split(separator: "/")
    let mounted = mount.group.split(separator: "/")
    // A container sees its own group mounted as the top, whatever it is called outside.
    if names.starts(with: mounted) { names.removeFirst(mounted.count) } else { names = [] }
    guard !names.contains("..") else { return nil }
    return (0...names.count).compactMap { depth in
      let folder = ([mount.folder] + names.prefix(depth).map(String.init)).joined(separator: "/")
      return mount.controller == .version2 ? quotaOfVersion2(folder) : quotaOfVersion1(folder)
    }.min()
  }

  private func quotaOfVersion2(_ folder: String) -> Double? {
    // "max 100000" or "150000 100000", in microseconds.
    guard let fields = text(folder + "/cpu.max")?.split(whereSeparator: \.isWhitespace), fields.count == 2 else {
      return nil
    }
    return ratio(Double(fields[0]), Double(fields[1]))
  }

  private func quotaOfVersion1(_ folder: String) -> Double? {
    // A quota of -1 is none.
    ratio(number(folder + "/cpu.cfs_quota_us"), number(folder + "/cpu.cfs_period_us"))
  }

  private func ratio(_ quota: Double?, _ period: Double?) -> Double? {
    guard let quota, let period, quota > 0, period > 0, quota.isFinite else { return nil }
    return quota / period
  }

  private func number(_ path: String) -> Double? {
    text(path).flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  private func text(_ path: String) -> String? {
    // Not every group and every system has the file; one that is not there sets no limit.
    try? String(contentsOfFile: root + path, encoding: .utf8)
  }
}
