/// Where the values of trials come from.
///
/// Values are positions: the number itself, or the index of a choice. A sampler keeps no state of its own: what it draws
/// follows from the view alone, so that a study can be resumed and run in parallel.
public protocol Sampler: Sendable {
  /// Draws the parameters of `space` together as a trial starts; those it leaves out are drawn by `independent` when they are
  /// suggested.
  ///
  /// - Parameters:
  ///   - space: Parameters that every trial has.
  ///   - view: What the trial knows.
  ///   - attempt: 0, or the number of draws before this one that had been tried already.
  /// - Returns: Positions by name; nil if nothing is left to try.
  func joint(_ space: SearchSpace, in view: StudyView, attempt: Int) -> [String: Double]?

  /// Draws one parameter by itself.
  func independent(_ name: String, _ distribution: Distribution, in view: StudyView) -> Double

  /// The parameters to draw together, where they are not those that all trials have.
  func jointSpaces(in view: StudyView) -> [SearchSpace]
}

extension Sampler {
  /// The space of the view.
  public func jointSpaces(in view: StudyView) -> [SearchSpace] { [view.space] }
}

/// The purpose of a random stream for an attempt at a joint draw; the first names each parameter as a single draw does.
func purpose(_ name: String, attempt: Int) -> String { attempt == 0 ? name : "\(name)#\(attempt)" }
