#if Programs
public import ArgumentParser
public import Boosting
public import TickData
public import TickStorage

// What a program's option can be, spelled as the library spells it.
extension TickFileFormat: ExpressibleByArgument {}
extension FeedKind: ExpressibleByArgument {}
extension BoostingOptions.Growth: ExpressibleByArgument {}
extension BoostingModel.ImportanceKind: ExpressibleByArgument {}
extension MarketOptions.Setting: ExpressibleByArgument {}
extension MarketFault: ExpressibleByArgument {}
#endif
