"""The look of the page. Colours are those of Okabe and Ito; every line also has its own stroke and marker."""

STYLE = """
:root {
  --paper: #fdfdfc; --card: #f5f5f2; --ink: #1b1d1f; --soft: #5c6166; --rule: #dcdcd6; --grid: #e8e8e3;
  --accuracy: #0072b2; --coverage: #d55e00; --opinion: #cc79a7; --distinct: #009e73; --before: #767b80;
  --accuracy-text: #00609a; --coverage-text: #ad4c00; --opinion-text: #9d4176; --distinct-text: #00704f;
  --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15171a; --card: #1d2024; --ink: #e6e7e8; --soft: #9ba1a8; --rule: #33373c; --grid: #272b30;
    --accuracy: #56b4e9; --coverage: #e69f00; --opinion: #cc79a7; --distinct: #2bb98c; --before: #8d949b;
    --accuracy-text: #7cc6f0; --coverage-text: #f0b429; --opinion-text: #e2a3c6; --distinct-text: #4fd0a6;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 var(--sans);
  font-variant-numeric: tabular-nums; }
main { max-width: 1100px; margin: 0 auto; padding: 40px 20px 64px; }
h1 { font: 600 15px/1.3 var(--sans); color: var(--soft); margin: 0 0 14px; letter-spacing: .01em; }
.verdict { font: 400 30px/1.34 var(--serif); margin: 0 0 22px; max-width: 34em; text-wrap: pretty; }
h2 { font: 600 25px/1.25 var(--serif); margin: 0 0 6px; }
h3 { font: 600 18px/1.3 var(--serif); margin: 0 0 10px; }
h4 { font: 600 18px/1.3 var(--serif); margin: 44px 0 6px; }
h5 { font: 600 16px/1.4 var(--sans); margin: 0 0 14px; overflow-wrap: anywhere; }
h6 { font: 600 13px/1.4 var(--sans); color: var(--soft); margin: 16px 0 4px; }
p { margin: 0 0 10px; max-width: 44em; }
a { color: var(--accuracy-text); text-underline-offset: 3px; }
nav { display: flex; flex-wrap: wrap; gap: 6px 22px; font-size: 15px; }
main > section, footer { border-top: 1px solid var(--rule); margin-top: 48px; padding-top: 28px; }
.about { color: var(--soft); }
.quiet { color: var(--soft); font-weight: 400; }
p.quiet { font-size: 14px; }
.foot { margin: 22px 0 0; }
.arms { list-style: none; margin: 0 0 10px; padding: 0; max-width: 56em; }
.arms li { margin: 0 0 4px; }
.arms b { margin-right: 6px; }
.figures { margin-top: 8px; }
figure { margin: 0; break-inside: avoid; }
figure h4 { margin-top: 34px; }
figcaption p { color: var(--soft); font-size: 15px; line-height: 1.5; margin-bottom: 14px; }
.figures.single { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 40px; }
.figures.single figure { display: flex; flex-direction: column; }
.figures.single .panels { margin-top: auto; }
.figures.single .arm { display: none; }
.panels { display: grid; gap: 22px 30px; grid-template-columns: minmax(0, 1fr); }
.panels > div { min-width: 0; }
figure .panels > div { display: flex; flex-direction: column; justify-content: flex-end; }
@media (min-width: 720px), print {
  .figures.single { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .panels.of2 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .panels.of3 { grid-template-columns: repeat(2, minmax(0, 1fr)); }
}
.side { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px 48px; }
@media (min-width: 720px), print { .of1 > div > .side { grid-template-columns: 3fr 2fr; } }
@media (min-width: 1000px), print { .panels.of3 { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
.arm, .judge { font: 600 15px/1.4 var(--sans); margin: 0 0 6px; }
svg { display: block; width: 100%; max-width: 440px; height: auto; overflow: visible; font: 12px var(--sans); }
svg text { font-variant-numeric: tabular-nums; }
.axis { fill: var(--soft); font-size: 12px; }
.label { font-weight: 600; font-size: 12.5px; }
.note { fill: var(--soft); font-size: 11.5px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; }
.grid { stroke: var(--grid); fill: none; }
.ticks { stroke: var(--soft); fill: none; }
.line { fill: none; stroke: var(--c); stroke-width: 2.2; stroke-linejoin: round; stroke-linecap: round; }
.seed { fill: none; stroke: var(--c); stroke-width: 1; opacity: .38; }
.whisker { fill: none; stroke: var(--c); stroke-width: 1.3; opacity: .6; }
.band { fill: var(--c); opacity: .16; }
.mark { fill: var(--c); stroke: var(--paper); stroke-width: 1; }
.aside { fill: none; stroke: var(--c); stroke-width: 1.5; opacity: .7; }
.gap { fill: var(--c); opacity: .2; }
.leader { fill: none; stroke: var(--c); stroke-width: 1; stroke-dasharray: 1.5 3; opacity: .8; }
.faint { fill: none; stroke: var(--soft); stroke-width: 1.3; opacity: .5; }
.upright { fill: none; stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 1.5 3; }
.accuracy { --c: var(--accuracy); } .label.accuracy { fill: var(--accuracy-text); }
.coverage { --c: var(--coverage); } .label.coverage { fill: var(--coverage-text); }
.opinion { --c: var(--opinion); } .label.opinion { fill: var(--opinion-text); }
.distinct { --c: var(--distinct); } .label.distinct { fill: var(--distinct-text); }
.before { --c: var(--before); } .label.before, .label.soft { fill: var(--soft); }
.label.soft { font-weight: 400; font-size: 11.5px; }
.coverage .line { stroke-dasharray: 7 4; }
.opinion .line { stroke-dasharray: 2 4.5; stroke-width: 2.6; }
.before .line { stroke-width: 1.6; }
.before .mark { fill: var(--paper); stroke: var(--c); stroke-width: 1.5; }
.beneath { display: block; color: var(--soft); font-size: 12.5px; white-space: nowrap; }
.meaning { white-space: normal; min-width: 9em; }
.texts td:first-child { min-width: 16em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 14.5px; line-height: 1.4; width: 100%; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 13px; border-bottom: 1px solid var(--rule); }
th, td { padding: 6px 18px 6px 0; vertical-align: top; }
td { border-bottom: 1px solid var(--grid); }
th:last-child, td:last-child { padding-right: 0; }
.number { white-space: nowrap; }
.number code { white-space: pre-wrap; }
.right, .wrong { white-space: nowrap; font-weight: 600; }
.right { color: var(--accuracy-text); }
.wrong { color: var(--coverage-text); }
details { margin: 2px 0; }
details td:last-child { min-width: 15em; }
summary { cursor: pointer; padding: 5px 0; }
code, pre { font: 14px/1.5 var(--mono); }
code { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--card); padding: 16px; border-radius: 6px; }
.task .arm { margin-bottom: 10px; }
.task h6:first-child { margin-top: 0; }
.task table { font-size: 14px; }
.task th, .task td { padding-right: 12px; }
.task { background: var(--card); border-radius: 8px; padding: 18px 20px 20px; margin: 0 0 18px; }
.times { display: inline-block; min-width: 72px; padding: 1px 6px; margin-left: -6px; border-radius: 3px;
  white-space: nowrap; background: linear-gradient(to right, var(--rule) var(--part), transparent var(--part)); }
.task td:first-child { min-width: 6.5em; }
.answers { list-style: none; margin: 0; padding: 0; font-size: 14.5px; }
.answers li { display: inline-block; margin: 0 16px 2px 0; }
footer { font-size: 14.5px; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0; }
dt { font-weight: 600; }
dd { margin: 0; color: var(--soft); }
@media (max-width: 600px) {
  main { padding: 24px 16px 48px; }
  .verdict { font-size: 23px; }
  .task { padding: 14px 14px 16px; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: 8px; }
}
@media print {
  main { max-width: none; padding: 0; }
  body { font-size: 11pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .verdict { font-size: 19pt; }
  table { font-size: 9pt; }
  details::details-content { content-visibility: visible; display: block; height: auto; }
  .task, tr { break-inside: avoid; }
  h2, h4, h6 { break-after: avoid; }
}
"""
