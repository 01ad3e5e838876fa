import { type Html, html } from '../html.ts';
import type { Plan } from '../plan.ts';
import { clockText } from '../time.ts';
import { checklist } from './checklist.ts';
import type { WidgetData } from './data.ts';
import { documents } from './documents.ts';
import { incidents } from './incidents.ts';
import { seenAlerts } from './seen-alerts.ts';
import { status } from './status.ts';
import { styleOf } from './style.ts';
import { type Surface, type WidgetName, widgetNames } from './surface.ts';
import { upcoming } from './upcoming.ts';
import { shown, type View } from './view.ts';

/** Pixels below which columns stand below each other. */
const compactWidth = 640;

const answerBytes = 1_000;

const contents: Readonly<Record<WidgetName, string>> = {
  status: 'the state of the platform in one line: what is open, how urgent it is, who has it, who is on duty',
  checklist: "today's checklist in the order of the procedure, with the sign-offs that are asked of people",
  incidents: 'open incidents with all that is known and can be done, what was resolved, and silences',
  upcoming: 'the next rounds, reports, hand-overs and maintenance windows',
  documents: 'the reports that are kept; each opens above the page',
};

/** One widget as CloudWatch shows it: HTML without script, whose looks are its own. */
export function renderWidget(plan: Plan, data: WidgetData, surface: Surface): Html {
  const view: View = { plan, surface };
  const layout = surface.width < compactWidth ? 'rounds-compact' : '';
  return html`${styleOf(surface.theme)}<div class="cwdb-no-default-styles rounds-root rounds-${surface.theme} ${layout}">${answerBanner(surface)}${surface.isPast && pastLine(view)}${bodyOf(view, data)}</div>`;
}

function bodyOf(view: View, data: WidgetData): Html {
  switch (data.widget) {
    case 'status':
      return status(view, { ...data, alerts: seenAlerts(view, data.alerts) });
    case 'checklist':
      return checklist(view, { ...data, alerts: seenAlerts(view, data.alerts) });
    case 'incidents':
      return incidents(view, { ...data, alerts: seenAlerts(view, data.alerts) });
    case 'upcoming':
      return upcoming(view);
    case 'documents':
      return documents(view, data);
  }
}

/** It is there when nothing is answered as well: only what changes inside it is read aloud. */
function answerBanner({ answer }: Surface): Html {
  const tone = answer?.isDone ? 'rounds-ok' : 'rounds-warning';
  const text =
    answer &&
    html`<p class="rounds-answer ${tone}">${answer.isDone ? 'Done: ' : 'Not done: '}${shown(answer.text, answerBytes)}</p>`;
  return html`<div role="status" aria-live="polite">${text}</div>`;
}

function pastLine({ plan, surface }: View): Html {
  return html`<p class="rounds-muted">As it was at ${clockText(surface.at, plan.timeZone)}: nothing can be done here.</p>`;
}

/** What CloudWatch shows of the console function to somebody who adds a widget: markdown. */
export function describeConsole({ platform, timeZone }: Plan): string {
  const rows = widgetNames.map((name) => `\`${name}\` | ${contents[name]}`);
  return `## Rounds: ${platform.name}

Shows the daily operations of the platform. Times are those of ${timeZone}; the dashboard's time range is respected: in a
range that is past the widgets show what was, and have no buttons. Buttons call another function, which records who did
what.

### Widget parameters
Param | Description
---|---
**widget** | Which widget it is, one of the following

Widget | Shows
---|---
${rows.join('\n')}

### Example parameters
\`\`\` yaml
widget: checklist
\`\`\`
`;
}
