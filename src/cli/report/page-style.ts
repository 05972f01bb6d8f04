/** The style of a report: light and dark as the reader's system has it, plain on paper. */
export const pageStyle = `
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #59636e; --line: #d1d9e0; --head: #f1f4f7;
  --accent: #0b57a4; --good: #1a7f37; --warn: #9a6700; --bad: #c0232c; --replicate: #4a7fc1; --test: #8a63d2;
  --cutover: #c2661b; --finalize: #2f8f5b; --rollback: #c0232c; --wait: #a8b1ba; --band0: #d7dce1; --band1: #a8b1ba;
  --band2: #2f8f5b; --band3: #d9b13b; --band4: #d9772b; --band5: #c0232c; }
@media (prefers-color-scheme: dark) { :root { --paper: #0f1318; --ink: #e4e9ee; --soft: #98a3ae; --line: #333c46;
  --head: #1a2027; --accent: #79b8ff; --good: #57c27a; --warn: #dfb03f; --bad: #ff7b72; --replicate: #6ea3e0;
  --test: #a98ae6; --cutover: #e0904d; --finalize: #57b983; --rollback: #ff7b72; --wait: #68737e; --band0: #2c343c;
  --band1: #68737e; --band2: #57b983; --band3: #dfc052; --band4: #e0904d; --band5: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 2rem 4rem; max-width: 84rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
header { border-bottom: 3px solid var(--accent); margin-bottom: 1.5rem; padding-bottom: .5rem; }
h1 { font-size: 1.7rem; margin: 0; } h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; } h3 { font-size: 1rem; margin: 1.2rem 0 .4rem; }
p { margin: .4rem 0; } .soft, .none { color: var(--soft); } a { color: var(--accent); }
nav ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; } dt { color: var(--soft); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; margin: .4rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .28rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
td:first-child { white-space: nowrap; } td:nth-child(2), td:nth-child(3) { min-width: 7.5rem; }
thead th { position: sticky; top: 0; background: var(--head); z-index: 1; white-space: nowrap; }
details { border: 1px solid var(--line); border-radius: 4px; margin: .3rem 0; padding: .25rem .7rem; }
details[open] { padding-bottom: .6rem; } summary { cursor: pointer; }
code, pre { font: .82rem/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--head); padding: .7rem; border-radius: 4px; }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: 6px; padding: .5rem 1rem; min-width: 7rem; }
.tiles b { display: block; font-size: 1.5rem; line-height: 1.2; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
figure { margin: .6rem 0 1.2rem; } figcaption { color: var(--soft); font-size: .86rem; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--ink); font-size: 11px; }
svg .soft { fill: var(--soft); } svg .grid { stroke: var(--line); stroke-width: 1; } svg .wave { fill: var(--accent); opacity: .35; }
svg :is(.replicate, .protect, .extend, .reverse, .reprotect) { fill: var(--replicate); } svg :is(.test, .drill) { fill: var(--test); }
svg :is(.cutover, .recover, .failback) { fill: var(--cutover); } svg :is(.finalize, .retire, .vacate) { fill: var(--finalize); } svg .rollback { fill: var(--rollback); } svg .wait { fill: var(--wait); }
svg .span { fill: var(--accent); opacity: .3; } svg .mark { stroke: var(--ink); stroke-width: 2; }
svg .band0 { fill: var(--band0); } svg .band1 { fill: var(--band1); } svg .band2 { fill: var(--band2); }
svg .band3 { fill: var(--band3); } svg .band4 { fill: var(--band4); } svg .band5 { fill: var(--band5); }
@media print { @page { margin: 14mm; } :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --line: #bbb; --head: #eee; }
  body { max-width: none; padding: 0; font-size: 10pt; } nav { display: none; } thead { display: table-header-group; }
  thead th { position: static; } tr, figure { break-inside: avoid; } h2, h3 { break-after: avoid; } a { color: inherit; } }
`;
