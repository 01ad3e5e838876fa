import { html } from '../html.ts';

/** Looks of a page with a document in it: light and dark, on a phone, on paper. */
export const documentStyle = html`<style>
:root { color-scheme: light dark; --text: #1b1f24; --quiet: #59636e; --line: #d1d9e0; --back: #fff; --panel: #f6f8fa;
  --ok: #1a7f37; --warning: #8a5a00; --critical: #c81e1e; --unknown: #6639ba; --accent: #0a5cc2; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --quiet: #9198a1; --line: #3d444d; --back: #0d1117; --panel: #151b23;
    --ok: #4ac26b; --warning: #d9a514; --critical: #ff7b72; --unknown: #b083f0; --accent: #6cb0ff; }
}
body { margin: 0 auto; max-width: 46rem; padding: 1.25rem 1rem 3rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, dl, ul, pre, figure, .table { margin: .5rem 0 1rem; }
ul { padding-left: 1.25rem; }
li { margin: .15rem 0; }
ul.tasks { list-style: none; padding-left: 0; }
ul.tasks li { display: flex; gap: .5rem; }
dl > div { display: grid; grid-template-columns: minmax(8rem, 15rem) 1fr; column-gap: 1rem; padding: .3rem 0;
  border-bottom: 1px solid var(--line); }
dl > div:last-child { border-bottom: 0; }
dt { color: var(--quiet); }
dd { margin: 0; }
dd ul { margin: .15rem 0 0; }
.none { color: var(--quiet); }
.status { font-weight: 600; }
.status-ok { color: var(--ok); }
.status-warning { color: var(--warning); }
.status-critical { color: var(--critical); }
.status-unknown { color: var(--unknown); }
.table { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9rem; overflow-wrap: normal; }
th, td { text-align: left; vertical-align: top; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; }
td { min-width: 4.5rem; max-width: 24rem; }
pre { padding: .75rem; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto;
  font: .85rem/1.45 ui-monospace, SFMono-Regular, Consolas, monospace; }
figure svg { display: block; width: 100%; max-width: 40rem; height: auto; color: var(--quiet); }
figcaption { font-size: .9rem; color: var(--quiet); }
.chart-line, .chart-projection, .chart-band { color: var(--accent); }
.chart-limit { color: var(--critical); }
@media (max-width: 32rem) {
  dl > div { grid-template-columns: 1fr; }
}
@media print {
  :root { --text: #000; --quiet: #444; --line: #bbb; --back: #fff; --panel: #fff;
    --ok: #1a7f37; --warning: #8a5a00; --critical: #c81e1e; --unknown: #6639ba; --accent: #0a5cc2; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  h2, h3 { break-after: avoid; }
  dl > div, tr, li, figure { break-inside: avoid; }
  pre { white-space: pre-wrap; }
}
</style>`;
