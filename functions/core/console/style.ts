import { type Html, html } from '../html.ts';
import type { Tone } from './badge.ts';
import type { Surface } from './surface.ts';

/** Colours of one theme: text on the widget's own ground, and of each tone a ground with its text, and an edge. */
export interface Palette {
  readonly ground: string;
  readonly raised: string;
  readonly text: string;
  readonly muted: string;
  readonly line: string;
  readonly field: string;
  readonly link: string;
  readonly primary: { readonly ground: string; readonly text: string };
  readonly tones: Readonly<Record<Tone, { readonly ground: string; readonly text: string; readonly edge: string }>>;
}

/** Grounds are those of CloudWatch's own widgets. What is well is pale, what is bad is full: it has to stand out. */
export const palettes: Readonly<Record<Surface['theme'], Palette>> = {
  light: {
    ground: '#ffffff',
    raised: '#f4f5f7',
    text: '#16191f',
    muted: '#545b64',
    line: '#d5dbdb',
    field: '#7d8998',
    link: '#0060b8',
    primary: { ground: '#0060b8', text: '#ffffff' },
    tones: {
      critical: { ground: '#c0141c', text: '#ffffff', edge: '#c0141c' },
      unknown: { ground: '#6b3fa0', text: '#ffffff', edge: '#6b3fa0' },
      warning: { ground: '#ffd257', text: '#3d2c00', edge: '#b97a00' },
      info: { ground: '#dbeafb', text: '#0a4a8f', edge: '#0060b8' },
      none: { ground: '#e9ebed', text: '#414750', edge: '#7d8998' },
      ok: { ground: '#e2f3e6', text: '#0b5b2b', edge: '#1d8a4a' },
    },
  },
  dark: {
    ground: '#161d26',
    raised: '#1e2733',
    text: '#ebeef2',
    muted: '#a9b2bf',
    line: '#384454',
    field: '#7d8998',
    link: '#7cbcff',
    primary: { ground: '#62aef5', text: '#06192b' },
    tones: {
      critical: { ground: '#d5323a', text: '#ffffff', edge: '#f0636a' },
      unknown: { ground: '#8055c4', text: '#ffffff', edge: '#a98be0' },
      warning: { ground: '#f2bd35', text: '#2b1e00', edge: '#f2bd35' },
      info: { ground: '#16385c', text: '#a5cfff', edge: '#62aef5' },
      none: { ground: '#2c3746', text: '#c6ced8', edge: '#7d8998' },
      ok: { ground: '#17382a', text: '#86e0a6', edge: '#3fae6d' },
    },
  },
};

/**
 * All that a widget looks like. Every rule is about classes of ours, so that none reaches the page around it, and every
 * colour is a variable of the theme.
 */
export function styleOf(theme: Surface['theme']): Html {
  const { ground, raised, text, muted, line, field, link, primary, tones } = palettes[theme];
  const tone = Object.entries(tones).map(
    ([name, colors]) =>
      html`.rounds-${theme} :is(.rounds-${name},.status-${name}){--rounds-on:${colors.ground};--rounds-ink:${colors.text};--rounds-edge:${colors.edge}}`,
  );
  return html`<style>
.rounds-${theme}{--rounds-ground:${ground};--rounds-raised:${raised};--rounds-text:${text};--rounds-muted:${muted};--rounds-line:${line};--rounds-field:${field};--rounds-link:${link};--rounds-primary:${primary.ground};--rounds-primary-text:${primary.text};color-scheme:${theme}}
${tone}
.rounds-root{box-sizing:border-box;min-height:100%;padding:4px 8px 12px;background:var(--rounds-ground);color:var(--rounds-text);font:14px/1.45 "Amazon Ember","Helvetica Neue",Roboto,Arial,sans-serif;overflow-wrap:anywhere}
.rounds-root *{box-sizing:border-box}
.rounds-root cwdb-action{display:none}
:where(.rounds-root) :where(h3,h4,p,dl,dd,ul,pre,form,table){margin:0;padding:0}
.rounds-root :is(a,summary,button,input,textarea):focus-visible{outline:2px solid var(--rounds-link);outline-offset:2px}
.rounds-root a{color:var(--rounds-link)}
.rounds-title{margin:14px 0 6px;font-size:14px;font-weight:700}
.rounds-muted{color:var(--rounds-muted);font-weight:400}
.rounds-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.rounds-badge{display:inline-block;padding:1px 8px;border-radius:10px;background:var(--rounds-on);color:var(--rounds-ink);font-size:12px;font-weight:700;line-height:18px;white-space:nowrap}
.rounds-hero{padding:10px 14px;border-left:6px solid var(--rounds-edge);border-radius:4px;background:var(--rounds-raised)}
.rounds-hero h3{font-size:20px;line-height:1.3}
.rounds-facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(210px,1fr));gap:8px 20px;margin-top:10px}
.rounds-facts dt,.rounds-pairs dt{color:var(--rounds-muted);font-size:12px}
.rounds-pairs{display:grid;grid-template-columns:90px 1fr;gap:2px 14px}
.rounds-pairs dt{line-height:20px}
.rounds-list{list-style:none}
.rounds-list li{padding:2px 0}
.rounds-routine{border-top:1px solid var(--rounds-line)}
.rounds-routine>summary{display:flex;flex-wrap:wrap;align-items:baseline;gap:4px 10px;padding:6px 4px;cursor:pointer}
.rounds-routine>summary:hover{background:var(--rounds-raised)}
.rounds-routine>summary::marker{content:""}
.rounds-routine>summary::before{content:"▸";width:10px;color:var(--rounds-muted)}
.rounds-routine[open]>summary::before{content:"▾"}
.rounds-routine h3,.rounds-card h4{font-size:14px;font-weight:700}
.rounds-state{min-width:110px}
.rounds-push{margin-left:auto}
.rounds-table{width:100%;border-collapse:collapse;text-align:left}
.rounds-table :is(td,th){padding:4px 12px 4px 0;border-top:1px solid var(--rounds-line);text-align:left;vertical-align:top;font-weight:400}
.rounds-table thead th{border:0;color:var(--rounds-muted);font-size:12px;white-space:nowrap}
.rounds-items{table-layout:fixed;margin:0 0 8px}
.rounds-items td:first-child{padding-left:24px}
.rounds-of-state{width:142px}
.rounds-of-title{width:23%}
.rounds-of-time{width:118px}
.rounds-narrow{width:1px;white-space:nowrap}
.rounds-when{white-space:nowrap}
.rounds-quiet{color:var(--rounds-muted)}
.rounds-card{margin:0 0 10px;padding:8px 12px 10px;border:1px solid var(--rounds-line);border-left:5px solid var(--rounds-edge);border-radius:4px}
.rounds-card>summary{cursor:pointer}
.rounds-card h4{display:inline;font-size:15px}
.rounds-card>*+*{margin-top:6px}
.rounds-line{display:block;padding:2px 0 0 18px}
.rounds-output,.rounds-code{font:12px/1.45 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap}
.rounds-output{max-height:220px;overflow:auto;padding:6px 10px;border-radius:4px;background:var(--rounds-raised)}
.rounds-actions{display:flex;flex-wrap:wrap;align-items:end;gap:6px 8px}
.rounds-more[open]{flex-basis:100%}
.rounds-more>summary{display:inline-block;padding:3px 8px;color:var(--rounds-link);cursor:pointer}
.rounds-more>.rounds-actions{padding:2px 0 2px 8px}
.rounds-button{padding:3px 12px;border:1px solid var(--rounds-field);border-radius:14px;background:var(--rounds-ground);color:var(--rounds-text);font:inherit;font-weight:700;cursor:pointer}
.rounds-button:hover{background:var(--rounds-raised)}
.rounds-primary,.rounds-primary:hover{border-color:var(--rounds-primary);background:var(--rounds-primary);color:var(--rounds-primary-text)}
.rounds-field :is(input,textarea){padding:3px 8px;border:1px solid var(--rounds-field);border-radius:4px;background:var(--rounds-ground);color:var(--rounds-text);font:inherit}
.rounds-field textarea{display:block;width:100%;min-height:29px;resize:vertical}
.rounds-note{flex:1 1 220px;max-width:560px;color:var(--rounds-muted);font-size:12px}
.rounds-note textarea{font-size:14px}
.rounds-sign-in{padding:2px 0 8px}
.rounds-answer{margin:0 0 8px;padding:6px 12px;border-left:5px solid var(--rounds-edge);border-radius:4px;background:var(--rounds-on);color:var(--rounds-ink)}
.rounds-compact .rounds-table,.rounds-compact .rounds-table :is(tbody,th,td){display:block;width:auto}
.rounds-compact .rounds-table :is(thead,colgroup){position:absolute;clip-path:inset(50%)}
.rounds-compact .rounds-table tr{display:flex;flex-wrap:wrap;align-items:baseline;gap:1px 10px;padding:5px 0;border-top:1px solid var(--rounds-line)}
.rounds-compact .rounds-table :is(td,th){padding:0;border:0;white-space:normal}
.rounds-compact .rounds-items tr{display:grid;grid-template-columns:auto 1fr fit-content(40%)}
.rounds-compact .rounds-items td:nth-child(3){grid-area:2/1/3/4}
.rounds-compact .rounds-items td:last-child{grid-area:1/3;text-align:right;font-size:12px}
.rounds-compact .rounds-pairs{grid-template-columns:76px 1fr}
.rounds-compact .rounds-push{margin-left:0}
.rounds-compact .rounds-hero h3{font-size:17px}
.rounds-compact .rounds-facts{grid-template-columns:1fr}
</style>`;
}

/** What a report looks like in a widget. */
export const documentRules = html`<style>
.rounds-document :is(h1,h2,h3){margin:16px 0 6px;font-size:16px;line-height:1.3}
.rounds-document h1{margin-top:6px;font-size:20px}
.rounds-document h2{padding-bottom:3px;border-bottom:1px solid var(--rounds-line)}
.rounds-document h3{font-size:14px}
.rounds-document :is(p,dl,ul,pre,figure,.table){margin:4px 0 12px}
.rounds-document ul{padding-left:20px}
.rounds-document .tasks{padding-left:0;list-style:none}
.rounds-document dl>div{display:grid;grid-template-columns:minmax(110px,220px) 1fr;gap:12px;padding:3px 0;border-bottom:1px solid var(--rounds-line)}
.rounds-document :is(dt,.none,figcaption){color:var(--rounds-muted)}
.rounds-document .status{padding:1px 8px;border-radius:10px;background:var(--rounds-on);color:var(--rounds-ink);font-weight:700}
.rounds-document .table{overflow-x:auto}
.rounds-document table{border-collapse:collapse;overflow-wrap:normal}
.rounds-document :is(th,td){padding:3px 14px 3px 0;border-bottom:1px solid var(--rounds-line);text-align:left;vertical-align:top}
.rounds-document pre{padding:8px 10px;overflow-x:auto;background:var(--rounds-raised);font:12px/1.45 ui-monospace,Menlo,Consolas,monospace}
.rounds-document svg{display:block;width:100%;max-width:640px;height:auto;color:var(--rounds-muted)}
.rounds-document :is(.chart-line,.chart-projection,.chart-band){color:var(--rounds-link)}
.rounds-document .chart-limit{color:var(--rounds-text)}
</style>`;
