package import Foundation

/// Something that somebody should look at.
package struct Alarm: Sendable, Hashable {
  /// The kinds of alarms.
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Live features or predictions have moved from those of training.
    case drift
    /// Live predictions are worse than those of training.
    case accuracy
    /// A version of a model was refused.
    case refusal
    /// No ticks come in.
    case silence
    /// A model was trained anew, or could not be.
    case retraining
    /// Predictions could not be logged.
    case log
  }

  package let time: Date
  package let kind: Kind
  package let message: String
}
