import Foundation

/// Colours of a scheme.
///
/// Those of lines and levels differ in lightness too, so that they can be told apart without seeing hues and in print.
enum ReportScheme: String {
  case light = """
    --back: #ffffff; --panel: #f6f7f9; --text: #16191d; --mute: #5a626d; --rule: #d9dde3;
    --axis: #7b838e; --bar: #2b6cb0; --on: #ffffff; --warn: #8a4b00; --warnback: #fff4e0;
    --s0: #0b4f8a; --s1: #d97800; --s2: #3f9e6e; --s3: #8b3fa0; --s4: #b03a48; --s5: #6b7480;
    --c0: #1d3a8a; --c1: #31539f; --c2: #4f6fb0; --c3: #7d86ad; --c4: #b08a8a; --c5: #d38f5f; --c6: #e89a33; --c7: #f5ae0a;
    """
  case dark = """
    --back: #14171b; --panel: #1c2127; --text: #e7eaee; --mute: #a3acb8; --rule: #343b44;
    --axis: #8b95a2; --bar: #6aa9e6; --on: #0d1116; --warn: #ffcf8a; --warnback: #3a2a10;
    --s0: #82bdf5; --s1: #e58a1f; --s2: #a4e3bf; --s3: #b07fd0; --s4: #f0a3ab; --s5: #98a2af;
    --c0: #3f6fe0; --c1: #5f83dd; --c2: #7f98d8; --c3: #a3aecf; --c4: #cdb3b0; --c5: #ecbf8a; --c6: #ffd35e; --c7: #ffee70;
    """
}

/// The look of a report.
let reportStyle =
  "  :root { color-scheme: light dark; \(ReportScheme.light.rawValue) }\n"
  + "  @media (prefers-color-scheme: dark) { :root { \(ReportScheme.dark.rawValue) } }\n" + pageRules + pictureRules

/// The look of a picture by itself, with colours written out, for programs that know no variables of CSS.
func pictureStyle(_ scheme: ReportScheme) -> String {
  var rules = "  svg { font-family: system-ui, sans-serif; }\n  .back { fill: var(--back); }\n" + pictureRules
  for pair in scheme.rawValue.split(separator: ";") {
    let parts = pair.split(separator: ":").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    if parts.count == 2 { rules = rules.replacingOccurrences(of: "var(\(parts[0]))", with: parts[1]) }
  }
  return rules
}

private let pageRules = """
  * { box-sizing: border-box; }
  html { -webkit-text-size-adjust: 100%; }
  body { margin: 0 auto; max-width: 1320px; padding: 16px; background: var(--back); color: var(--text);
    font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
  h1 { font-size: 1.6rem; line-height: 1.2; margin: 8px 0; }
  h2 { font-size: 1.3rem; margin: 40px 0 12px; padding-top: 12px; border-top: 2px solid var(--rule); }
  h3 { font-size: 1.08rem; margin: 28px 0 8px; }
  h4, h5, h6 { font-size: 1rem; margin: 20px 0 6px; }
  p { margin: 8px 0; max-width: 75ch; }
  a { color: var(--s0); }
  .mute, figcaption, caption { color: var(--mute); }
  nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 12px 0; list-style: none; }
  nav a { display: inline-block; padding: 6px 0; }
  .warning { background: var(--warnback); color: var(--warn); border-left: 4px solid var(--warn); padding: 8px 12px; }
  /* A shade at a side says that the table goes on there. */
  .scroll { overflow-x: auto; margin: 12px 0; background-repeat: no-repeat; background-size: 40px 100%, 40px 100%, 14px 100%, 14px 100%;
    background-attachment: local, local, scroll, scroll; background-position: left, right, left, right;
    background-image: linear-gradient(to right, var(--back) 40%, transparent), linear-gradient(to left, var(--back) 40%, transparent),
      linear-gradient(to right, var(--axis), transparent), linear-gradient(to left, var(--axis), transparent); }
  table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
  caption { text-align: left; padding: 4px 0; }
  th, td { padding: 5px 10px; border-bottom: 1px solid var(--rule); text-align: right; white-space: nowrap; }
  th:first-child { text-align: left; }
  tbody th { font-weight: 500; white-space: normal; min-width: 8.5em; }
  thead th { color: var(--mute); font-weight: 600; }
  .figures { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 360px), 1fr)); gap: 16px; margin: 12px 0;
    align-items: start; }
  figure { margin: 0; padding: 10px; background: var(--panel); border-radius: 8px; max-width: 620px; }
  figure .name { margin: 0 0 6px; font-weight: 600; font-size: 0.95rem; }
  figcaption { font-size: 0.85rem; margin-top: 6px; }
  svg { display: block; width: 100%; height: auto; }
  pre { background: var(--panel); padding: 12px; overflow-x: auto; border-radius: 8px; font-size: 0.82rem; line-height: 1.4;
    overflow-wrap: normal; }
  details { margin: 12px 0; }
  summary { cursor: pointer; font-weight: 600; padding: 6px 0; }
  @media (max-width: 480px) { body { padding: 12px; } figure { padding: 8px 6px; } }
  @media print { body { max-width: none; } figure { break-inside: avoid; } }

  """

private let pictureRules = """
  svg text { fill: var(--text); font-size: 12px; font-variant-numeric: tabular-nums; }
  svg text.mute { fill: var(--mute); }
  svg text.small { font-size: 11px; }
  svg text.on { fill: var(--on); }
  .grid { stroke: var(--rule); stroke-width: 1; fill: none; }
  .axis { stroke: var(--axis); stroke-width: 1; fill: none; }
  .line { stroke-width: 1.8; fill: none; stroke-linejoin: round; }
  .line.ref { stroke: var(--axis); stroke-width: 1; stroke-dasharray: 4 4; }
  .line.faint { stroke: var(--axis); stroke-width: 0.8; opacity: 0.55; }
  .bar, .cell { fill: var(--bar); }
  .whisker { stroke: var(--text); stroke-width: 1.5; fill: none; }
  .dots { stroke-width: 3.4; stroke-linecap: round; fill: none; }
  .dots.mark { stroke-width: 6; }
  .dots.big { stroke-width: 8; }
  .s0 { stroke: var(--s0); } .s1 { stroke: var(--s1); stroke-dasharray: 7 3; } .s2 { stroke: var(--s2); stroke-dasharray: 2 3; }
  .s3 { stroke: var(--s3); stroke-dasharray: 9 3 2 3; } .s4 { stroke: var(--s4); stroke-dasharray: 4 2; } .s5 { stroke: var(--s5); }
  .dots.s1, .dots.s2, .dots.s3, .dots.s4 { stroke-dasharray: none; }
  .cm { stroke: var(--axis); opacity: 0.6; }
  .c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); } .c3 { stroke: var(--c3); }
  .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); } .c6 { stroke: var(--c6); } .c7 { stroke: var(--c7); }

  """
