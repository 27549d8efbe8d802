import { FONT_STACK, ink, palette } from '../drawing/index.js';
import { Html } from '../html.js';

/** How a page looks: ink on paper, numbers in columns, colour for data alone. */
export const PAGE_STYLE = new Html(`
:root { color-scheme: light; }
body { font: 15px/1.45 ${FONT_STACK}; color: ${ink.text}; background: ${ink.paper}; max-width: 56rem; margin: 2.5rem auto 4rem; padding: 0 1.5rem; }
header { border-bottom: 2px solid ${ink.text}; margin-bottom: 1.2rem; }
header h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 0.2rem; font-weight: 600; overflow-wrap: anywhere; }
header p { color: ${ink.muted}; margin: 0 0 0.6rem; }
h2 { font-size: 1.15rem; font-weight: 600; margin: 2.6rem 0 0.5rem; padding-top: 0.5rem; border-top: 1px solid ${ink.grid}; }
h3 { font-size: 0.95rem; font-weight: 600; margin: 1.2rem 0 0.3rem; }
p { margin: 0.4rem 0; max-width: 46rem; }
code { font-size: 0.9em; background: #f3f4f6; padding: 0.05rem 0.3rem; border-radius: 2px; }
a { color: ${palette.blue}; text-decoration: none; } a:hover { text-decoration: underline; }
sub { font-size: 0.75em; line-height: 0; }
.counts .bar { display: flex; height: 6px; gap: 2px; margin: 0 0 0.4rem; }
.counts .bar i { min-width: 2px; }
.counts p { max-width: none; margin: 0; }
.counts span { margin-right: 1.1rem; white-space: nowrap; }
i.switches { background: ${palette.blue}; } i.quiet { background: ${ink.axis}; } i.skipped { background: ${palette.orange}; }
span.switches b { color: ${palette.blue}; } span.quiet b { color: ${ink.muted}; } span.skipped b { color: #b45309; }
.keys { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 0.9rem 1.4rem; margin: 1.6rem 0 0.5rem; }
.keys h3 { margin: 0; font-weight: normal; color: ${ink.muted}; font-size: 0.9rem; }
.keys p { margin: 0; }
.keys .value { font-size: 1.55rem; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.keys .value .unit { font-size: 1rem; font-weight: normal; margin-left: 0.3rem; }
.keys .interval { font-size: 0.85rem; } .keys .of { font-size: 0.82rem; color: ${ink.muted}; line-height: 1.3; }
.interval { color: ${ink.muted}; font-variant-numeric: tabular-nums; }
.questions { background: #f0f7fb; border-left: 4px solid ${palette.blue}; padding: 0.7rem 1.1rem; margin: 1.6rem 0 0; }
.warnings { background: #fffbeb; border-left: 4px solid ${palette.orange}; padding: 0.7rem 1.1rem; margin: 1.2rem 0 0; }
.questions h2, .warnings h2 { margin: 0 0 0.3rem; padding: 0; border: 0; font-size: 1rem; }
.questions ol, .warnings ul { margin: 0; padding-left: 1.3rem; } .questions li { margin-bottom: 0.35rem; }
.answer { display: block; color: ${ink.muted}; font-size: 0.88rem; } .choices { color: ${ink.muted}; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.82rem; line-height: 1.3; margin: 0.5rem 0 0.8rem; }
thead th { border-bottom: 1px solid ${ink.text}; vertical-align: bottom; font-weight: 600; }
thead th.number { white-space: nowrap; }
th, td { text-align: left; vertical-align: top; padding: 0.22rem 0.95rem 0.22rem 0; }
td { border-bottom: 1px solid ${ink.grid}; overflow-wrap: break-word; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th .unit { font-weight: normal; color: ${ink.muted}; margin-left: 0.35rem; }
td .interval { display: block; font-size: 0.8rem; }
td:first-child { max-width: 20rem; min-width: 7rem; }
figure { margin: 0.8rem 0 1.4rem; break-inside: avoid; }
figure svg { max-width: 100%; display: block; }
figcaption { color: ${ink.muted}; font-size: 0.88rem; max-width: 46rem; margin-top: 0.3rem; }
figcaption b { color: ${ink.text}; font-weight: 600; } figcaption a { margin-left: 0.25rem; }
.note { color: ${ink.muted}; font-size: 0.85rem; margin-top: -0.3rem; }
.remarks { padding-left: 1.2rem; max-width: 46rem; font-size: 0.92rem; } .remarks li { margin: 0.2rem 0; }
.lead { font-size: 1rem; }
.methods { font-size: 0.95rem; hyphens: auto; }
details > summary { cursor: pointer; color: ${palette.blue}; font-size: 0.9rem; margin: 0.4rem 0; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: 0.15rem 1.2rem; font-size: 0.88rem; margin: 0.4rem 0; }
dt { color: ${ink.muted}; max-width: 22rem; overflow-wrap: anywhere; } dd { margin: 0; overflow-wrap: anywhere; min-width: 0; }
.skipped dt { color: ${ink.text}; }
@media (max-width: 40rem) { body { margin: 1rem auto 2rem; padding: 0 0.8rem; } th, td { padding-right: 0.6rem; } thead th.number { white-space: normal; } table { font-size: 0.8rem; } td:first-child { min-width: 5rem; } }
@media print { body { margin: 0; max-width: none; font-size: 10pt; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
`);
