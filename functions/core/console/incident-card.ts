import { ageText } from '../age.ts';
import { alertTitle } from '../alert-title.ts';
import { entryLimits } from '../entry-limits.ts';
import { type Html, html } from '../html.ts';
import { isKnownCheck } from '../observations.ts';
import { noteSubjects } from '../reports/records.ts';
import { laterBy } from '../time.ts';
import { noteField } from './actions.ts';
import { badge, toneOfPriority } from './badge.ts';
import { actionButton, entered, noteInput } from './button.ts';
import {
  headlineOf,
  holderOf,
  holdingText,
  hostsText,
  nameBytes,
  nextText,
  type OpenAlert,
  toldText,
  waitingTexts,
  whoText,
} from './incident-text.ts';
import { fitted, momentText, shown, type View } from './view.ts';

/** Bytes of HTML that the output in one card takes. */
const outputBytes = 1_400;

/** Hosts whose output stands in a card. */
const hostsLimit = 3;

const silenceHours = [1, 4, 24];

/** All that somebody needs who takes the incident; its summary alone says what, since when and who has it. */
export function incidentCard(view: View, alert: OpenAlert, isOpen: boolean): Html {
  const { incident } = alert;
  const { number, priority, openedAt, isFlapping } = incident;
  const since = `${number || 'no number yet'}, for ${ageText(openedAt, view.surface.at)}, since ${momentText(view, openedAt)}, `;
  const pairs: readonly (readonly [term: string, text: string | undefined])[] = [
    ['Hosts', hostsText(alert)],
    ['Who has it', whoText(view, incident)],
    ['Told', toldText(view, incident)],
    ['Next', nextText(view, incident)],
    ...waitingTexts(view, alert).map((text) => ['Waits', text] as const),
    ['Flapping', isFlapping && 'it goes to and fro, and nobody is told of each change'],
  ];
  return html`<details class="rounds-card rounds-${toneOfPriority(priority)}" id="rounds-incident-${alert.check}"${isOpen && html` open`}><summary>${badge(toneOfPriority(priority), priority)} <h4>${headlineOf(view, alert)}</h4><span class="rounds-muted rounds-line">${since}<b>${holdingText(view, incident)}</b></span></summary><dl class="rounds-pairs">${pairs.map(([term, text]) => text !== undefined && html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>${output(alert)}${whatToDo(view, alert)}${!view.surface.isPast && buttons(view, alert)}</details>`;
}

/** What the worst hosts have said, line by line, as far as there is room. */
function output({ facts }: OpenAlert): Html | undefined {
  const hosts = (facts?.worst ?? []).slice(0, hostsLimit);
  const texts = hosts.map(
    ({ name, status, text, longText }) => `${name} ${status}: ${text}${longText && `\n${longText}`}`,
  );
  const text = fitted(texts.join('\n'), outputBytes);
  return text === '' ? undefined : html`<pre class="rounds-output" tabindex="0" aria-label="Output">${text}</pre>`;
}

function whatToDo(view: View, { check, facts, incident }: OpenAlert): Html {
  const { plan } = view;
  const isFree = incident.number !== '' && holderOf(view, incident) === undefined;
  const source = plan.checks[check]?.source;
  const host = facts?.worst.find((troubled) => troubled.host !== '')?.host;
  const look = host !== undefined && source?.kind === 'host' && source.look;
  const isLink = plan.procedureUrl.startsWith('https://');
  return html`<dl class="rounds-pairs"><dt>What to do</dt><dd>${
    isLink
      ? html`<a href="${plan.procedureUrl}" target="_blank" rel="noopener noreferrer">The procedure</a>`
      : plan.procedureUrl
  }</dd>${look && html`<dt>Look</dt><dd class="rounds-code">aws ssm start-session --target ${shown(host ?? '')}<br>${look}</dd>`}${
    isFree &&
    html`<dt>In a terminal</dt><dd class="rounds-code">rounds ack ${incident.number} --stack Rounds-${plan.platform.id}</dd>`
  }</dl>`;
}

function buttons(view: View, alert: OpenAlert): Html {
  const { incident } = alert;
  const { number } = incident;
  // Of what the runbook has no more nothing new can come.
  const silence = isKnownCheck(view.plan, alert.check) && silencing(view, alert);
  if (number === '') return html`<div class="rounds-actions">${silence}</div>`;
  const name = nameOf(view, alert);
  const repage = incident.repageMinutes;
  const holds = repage === undefined ? '' : `, until ${momentText(view, laterBy(repage * 60_000, view.surface.at))}`;
  const acknowledge = actionButton(view, 'incidents', {
    label: 'Acknowledge',
    of: number,
    action: { action: 'acknowledge', incident: number },
    confirmation: `Acknowledge ${name}? You have it then: nobody else is told to take it${holds}.`,
    isPrimary: true,
  });
  const resolve = actionButton(view, 'incidents', {
    label: 'Resolve',
    of: number,
    action: { action: 'resolve', incident: number },
    confirmation: `Resolve ${name}? Everybody who was told hears that it is over. If its next result is bad, a new incident opens.`,
  });
  const isFree = holderOf(view, incident) === undefined;
  return html`<div class="rounds-actions">${isFree && acknowledge}${resolve}${silence}${noting(view, number)}</div>`;
}

function silencing(view: View, alert: OpenAlert): Html {
  const { check, facts } = alert;
  const title = shown(facts?.title ?? alertTitle(view.plan, check), nameBytes);
  const of = `silence ${title}`;
  const each = silenceHours.map((hours) => {
    const until = momentText(view, laterBy(hours * 3_600_000, view.surface.at));
    return actionButton(view, 'incidents', {
      label: `${hours} h`,
      of,
      action: { action: 'silence', check, minutes: hours * 60 },
      confirmation: `Silence ${title}? Nobody is told of it until ${until}. What is still bad then is told.`,
    });
  });
  const name = noteField(check);
  const field = noteInput(view, { name, label: 'Reason', of, maxCharacters: entryLimits.silenceReason });
  return more(view, name, 'Silence…', html`${field}<span>For:</span> ${each}`);
}

function noting(view: View, number: string): Html {
  const each = noteSubjects.map((about) =>
    actionButton(view, 'incidents', {
      label: about,
      of: `add to ${number}`,
      action: { action: 'note', incident: number, about },
    }),
  );
  const name = noteField(number);
  const field = noteInput(view, { name, label: 'Note', of: number, maxCharacters: entryLimits.incidentNote });
  return more(view, name, 'Add note…', html`${field}<span>Add as:</span> ${each}`);
}

/** What is seldom done, closed until it is asked for, or something is entered. */
function more(view: View, field: string, summary: string, content: Html): Html {
  const isOpen = entered(view, field, 1) !== '';
  return html`<details class="rounds-more"${isOpen && html` open`}><summary>${summary}</summary><div class="rounds-actions">${content}</div></details>`;
}

/** An incident as people know it. */
function nameOf(view: View, { check, facts, incident }: OpenAlert): string {
  return `${incident.number} (${shown(facts?.title ?? alertTitle(view.plan, check), nameBytes)})`;
}
