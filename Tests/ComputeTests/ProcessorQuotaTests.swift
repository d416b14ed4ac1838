import Compute
import Foundation
import TestSupport
import Testing

@Suite("Processor quota") struct ProcessorQuotaTests {
  private let version2 = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"

  /// The quota that a machine with these files grants.
  private func quota(_ files: [String: String]) throws -> Double? {
    let folder = try ScratchFolder()
    for (path, text) in files {
      let url = URL(fileURLWithPath: folder.path + path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try text.write(to: url, atomically: false, encoding: .utf8)
    }
    return ProcessorQuota(root: folder.path).processors
  }

  @Test("version 2: the least limit on the way up holds")
  func unified() throws {
    let files = [
      "/proc/self/cgroup": "0::/team/job:1\n", "/proc/self/mountinfo": version2,
      "/sys/fs/cgroup/team/cpu.max": "150000 100000\n", "/sys/fs/cgroup/team/job:1/cpu.max": "max 100000\n",
    ]
    #expect(try quota(files) == 1.5)
    #expect(try quota(files.merging(["/sys/fs/cgroup/team/job:1/cpu.max": "20000 50000\n"]) { $1 }) == 0.4)
  }

  @Test("version 1: a container that sees its own group as the top")
  func container() throws {
    let files = [
      "/proc/self/cgroup": "4:memory:/docker/ab\n3:cpu,cpuacct:/docker/ab\n0::/docker/ab\n",
      "/proc/self/mountinfo": "33 30 0:29 /docker/ab /sys/fs/cgroup/cpu ro master:11 - cgroup cgroup rw,cpu,cpuacct\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "200000\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
    ]
    #expect(try quota(files) == 2)
    #expect(try quota(files.merging(["/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n"]) { $1 }) == nil)
  }

  @Test("no groups, no limit or text that makes no sense: no quota")
  func none() throws {
    #expect(try quota([:]) == nil)
    for text in ["", "max", "max 100000", "0 100000", "5 0", "-5 100000", "inf 100000", "a b", "1 2 3"] {
      let files = [
        "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": version2 + "x\n- - -\n", "/sys/fs/cgroup/cpu.max": text,
      ]
      #expect(try quota(files) == nil, "\(text)")
    }
  }
}
