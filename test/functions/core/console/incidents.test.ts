import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../../functions/core/alert.ts';
import { noteField } from '../../../../functions/core/console/actions.ts';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import type { Surface } from '../../../../functions/core/console/surface.ts';
import { noteSubjects } from '../../../../functions/core/reports/records.ts';
import type { Silence } from '../../../../functions/core/silence.ts';
import type { IncidentHead } from '../../../../functions/core/verdicts.ts';
import { ann, exampleAlert, exampleIncident, parkedNotice } from '../example-alert.ts';
import { alert, dayPlan, drawn, now, oddAlert, openAlert, surface } from './example-day.ts';
import { buttonsOf, fieldsOf, textOf, tokensOf } from './html-tokens.ts';

type IncidentsData = Omit<Extract<WidgetData, { readonly widget: 'incidents' }>, 'widget'>;

function html(data: Partial<IncidentsData> = {}, changes: Partial<Surface> = {}, plan = dayPlan): string {
  return drawn({ widget: 'incidents', alerts: [], heads: [], silences: [], ...data }, changes, plan);
}

function text(data: Partial<IncidentsData> = {}, changes: Partial<Surface> = {}, plan = dayPlan): string {
  return textOf(html(data, changes, plan));
}

function head(changes: Partial<IncidentHead> = {}): IncidentHead {
  const { number, openedAt, priority } = exampleIncident;
  return { number, sequence: 1, check: 'disk', title: 'Disk usage', priority, openedAt, ...changes };
}

const silence: Silence = {
  id: 's-1a2b3c',
  by: 'bob',
  reason: 'a larger disk comes',
  from: '2026-11-23T08:00:00.000Z',
  until: '2026-11-23T10:00:00.000Z',
  checks: ['disk', 'fleet-app'],
};

const held = { by: 'ann', at: '2026-11-23T08:00:00.000Z', sequence: 2 };

/** So many incidents of one check each. */
function storm(count: number): Alert[] {
  return Array.from({ length: count }, (_, index) => openAlert(`check-${index}`, { number: `DAILY-${index}` }));
}

/** Of each card, whether it is open. */
function openCards(page: string): boolean[] {
  return tokensOf(page).flatMap((token) =>
    token.kind === 'start' && token.attributes.class?.startsWith('rounds-card') ? ['open' in token.attributes] : [],
  );
}

describe('an open incident', () => {
  const page = () => html({ alerts: [openAlert('disk')] });

  it('says in its first line what, since when and who has it', () => {
    expect(textOf(page())).toContain(
      '! P2 Disk usage CRITICAL on 1 of 3 hosts DAILY-20261123-001, for 2 hours, since 08:00 GMT+1, nobody has it',
    );
  });

  it('says where, who has been told and who is next', () => {
    expect(textOf(page())).toContain(
      'Hosts 1 of 3 hosts: app-1 Told Ann (Operations); level 1 of 2 Next System administrator is told at 12:00 GMT+1 (in 2 hours), unless somebody acknowledges',
    );
  });

  it('shows the output and what to do', () => {
    expect(textOf(page())).toContain(
      'app-1 CRITICAL: 97 % used What to do The procedure Look aws ssm start-session --target i-1 df -h In a terminal rounds ack DAILY-20261123-001 --stack Rounds-demo',
    );
    const link = tokensOf(page()).find((token) => token.kind === 'start' && token.name === 'a');
    expect(link).toMatchObject({ attributes: { href: 'https://example.com/procedure', rel: 'noopener noreferrer' } });
  });

  it('links to nothing but https', () => {
    const plan = { ...dayPlan, procedureUrl: 'javascript:alert(1)' };
    const unlinked = html({ alerts: [openAlert('disk')] }, {}, plan);
    expect(tokensOf(unlinked).some((token) => token.kind === 'start' && token.name === 'a')).toBe(false);
    expect(textOf(unlinked)).toContain('What to do javascript:alert(1)');
  });

  it('counts the hosts that it does not name', () => {
    const worst = ['a', 'b', 'c', 'd', 'e'].map(
      (name) => ({ host: `i-${name}`, name, status: 'CRITICAL', text: '', longText: '' }) as const,
    );
    const facts = {
      title: 'Disk',
      headline: 'Disk CRITICAL',
      round: '',
      population: 212,
      troubled: { total: 37, named: [] },
      worst,
    };
    expect(text({ alerts: [openAlert('disk', {}, { facts })] })).toContain('37 of 212 hosts: a, b, c and 34 more');
  });

  it('that somebody has says since when and how long that counts', () => {
    const acknowledged = { ...held, until: '2026-11-23T12:00:00.000Z' };
    const taken = html({ alerts: [openAlert('disk', { acknowledged })] });
    expect(textOf(taken)).toContain('ann has it Hosts');
    expect(textOf(taken)).toContain('Who has it ann, since 09:00 GMT+1 (1 hour ago); that counts until 13:00 GMT+1');
    expect(buttonsOf(taken).map(({ label }) => label)).not.toContain('Acknowledge');
  });

  it('whose acknowledgement is forgotten can be taken again', () => {
    const forgotten = html({ alerts: [openAlert('disk', { acknowledged: { ...held, until: now } })] });
    expect(textOf(forgotten)).toContain('that counted until 10:00 GMT+1');
    expect(buttonsOf(forgotten).map(({ label }) => label)).toContain('Acknowledge');
  });

  it('says what holds it back, what waits for its hour, and that it flaps', () => {
    const notice = { ...parkedNotice('problem').notice, openedAt: exampleIncident.openedAt };
    const parked = [
      parkedNotice('problem', { notice, heldBy: 'silence by bob until noon: a larger disk comes' }),
      parkedNotice('escalation', { notice, to: { recipients: [ann] } }),
    ];
    const shown = text({ alerts: [openAlert('disk', { isFlapping: true, told: [] }, { parked })] });
    expect(shown).toContain('Told nobody yet; level 1 of 2');
    expect(shown).toContain('Waits Operations is not told: silence by bob until noon: a larger disk comes');
    expect(shown).toContain('Waits Ann is told at Tue 2026-11-24 08:00 GMT+1 (in 22 hours)');
    expect(shown).toContain('Flapping it goes to and fro');
  });

  it('at the last level says that the same people are told again', () => {
    expect(text({ alerts: [openAlert('disk', { level: 2 })] })).toContain(
      'Next the same people are told again at 12:00',
    );
  });

  it('for awareness says that nobody is told', () => {
    const shown = text({ alerts: [openAlert('disk', { priority: 'info', told: [] })] });
    expect(shown).toContain('› info Disk usage');
    expect(shown).toContain('Told nobody: it is for awareness');
  });

  it('about no host names none', () => {
    const facts = exampleAlert.facts && {
      ...exampleAlert.facts,
      worst: [{ host: '', name: 'a person', status: 'WARNING', text: 'nobody has signed', longText: '' } as const],
    };
    const shown = text({ alerts: [openAlert('reviewed', {}, facts && { facts })] });
    expect(shown).not.toMatch(/Hosts|Look/);
    expect(shown).toContain('a person WARNING: nobody has signed');
  });
});

describe('what can be done about an incident', () => {
  it('is asked of the act function, with what will happen', () => {
    const buttons = buttonsOf(html({ alerts: [openAlert('disk', { repageMinutes: 240 })] }));
    const incident = 'DAILY-20261123-001';
    expect(buttons.map(({ parameters }) => parameters)).toEqual([
      { widget: 'incidents', action: 'acknowledge', incident },
      { widget: 'incidents', action: 'resolve', incident },
      ...[60, 240, 1_440].map((minutes) => ({ widget: 'incidents', action: 'silence', check: 'disk', minutes })),
      ...noteSubjects.map((about) => ({ widget: 'incidents', action: 'note', incident, about })),
    ]);
    for (const { endpoint, display } of buttons) expect([endpoint, display]).toEqual([surface.endpoints.act, 'widget']);
    expect(buttons.slice(0, 4).map(({ confirmation }) => confirmation)).toEqual([
      'Acknowledge DAILY-20261123-001 (Disk usage)? You have it then: nobody else is told to take it, until 14:00 GMT+1.',
      'Resolve DAILY-20261123-001 (Disk usage)? Everybody who was told hears that it is over. If its next result is bad, a new incident opens.',
      'Silence Disk usage? Nobody is told of it until 11:00 GMT+1. What is still bad then is told.',
      'Silence Disk usage? Nobody is told of it until 14:00 GMT+1. What is still bad then is told.',
    ]);
  });

  it('is no more than a silence before it has a number', () => {
    const buttons = buttonsOf(html({ alerts: [openAlert('disk', { number: '' })] }));
    expect(buttons.map(({ label }) => label)).toEqual(['1 h', '4 h', '24 h']);
  });

  it('is no silence where the runbook has no such check any more', () => {
    const buttons = buttonsOf(html({ alerts: [openAlert('gone')] }));
    expect(buttons.map(({ label }) => label)).toEqual(['Acknowledge', 'Resolve', ...noteSubjects]);
    expect(buttonsOf(html({ alerts: [openAlert('gone', { number: '' })] }))).toEqual([]);
  });

  it('keeps what has been entered, and shows it', () => {
    const forms = { operator: 'ann', [noteField('disk')]: '', [noteField('DAILY-20261123-001')]: 'a\nb' };
    const page = html({ alerts: [openAlert('disk')] }, { forms });
    expect(fieldsOf(page)).toEqual(forms);
    const folded = tokensOf(page).filter((token) => token.kind === 'start' && token.attributes.class === 'rounds-more');
    expect(folded.map((token) => token.kind === 'start' && 'open' in token.attributes)).toEqual([false, true]);
  });
});

describe('many open incidents', () => {
  it('come most urgent first, and of these what nobody has', () => {
    const alerts = [
      openAlert('d', { number: 'D', priority: 'P3' }),
      openAlert('c', { number: 'C', acknowledged: held }),
      openAlert('b', { number: 'B', openedAt: '2026-11-23T07:30:00.000Z' }),
      openAlert('a', { number: 'A' }),
      openAlert('e', { number: 'E', priority: 'info' }),
      openAlert('p', { number: 'P', priority: 'P0', acknowledged: held }),
    ];
    expect(text({ alerts }).match(/\b[A-EP](?=, for)/g)).toEqual(['P', 'A', 'B', 'C', 'D', 'E']);
  });

  it('are open where they are most urgent, and a line each after the eighth', () => {
    const page = html({ alerts: storm(15) }, { height: 1_000 });
    expect(openCards(page)).toEqual([true, true, true, ...Array.from({ length: 5 }, () => false)]);
    expect(textOf(page)).toContain('7 more all about them: rounds incidents --stack Rounds-demo');
    expect(buttonsOf(page).filter(({ label }) => label === 'Acknowledge')).toHaveLength(15);
  });

  it('are open as far as there is room, and one in any case', () => {
    const opened = (height: number) => openCards(html({ alerts: storm(5) }, { height })).filter(Boolean).length;
    expect([0, 499, 500].map(opened)).toEqual([1, 1, 2]);
  });

  it('are counted where they are too many', () => {
    expect(text({ alerts: storm(200) })).toContain('192 more');
    expect(text({ alerts: storm(200) })).toContain('and 92 that are not listed.');
  });
});

describe('below what is open', () => {
  it('stands what was resolved in the range, the newest first', () => {
    const heads = [
      head({ number: 'OLD', resolvedAt: '2026-11-22T08:59:59.999Z' }),
      head({ number: 'ONE', resolvedAt: '2026-11-23T08:00:00.000Z' }),
      head({ number: 'TWO', resolvedAt: '2026-11-23T08:30:00.000Z' }),
    ];
    const shown = text({ heads });
    expect(shown).toMatch(
      /Resolved since Sun 2026-11-22 10:00 GMT\+1 .*TWO .*ONE P2 Disk usage 08:00 GMT\+1 09:00 GMT\+1, after 1 hour/,
    );
    expect(shown).not.toContain('OLD');
  });

  it('says that nothing is open, and since when', () => {
    expect(text({ alerts: [alert('disk', 'OK')] })).toBe('✓ NONE No incident is open.');
    expect(text({ heads: [head({ resolvedAt: '2026-11-23T08:00:00.000Z' })] })).toContain(
      'No incident is open since 09:00 GMT+1 (1 hour ago).',
    );
  });

  it('does not say since when nothing is open while the records have an open incident', () => {
    const heads = [head({ number: 'NEW' }), head({ resolvedAt: '2026-11-22T11:00:00.000Z' })];
    expect(text({ heads })).toContain('No incident is open.');
  });

  it('stands what was resolved after the page was opened', () => {
    const range = { from: '2026-11-22T09:00:00.000Z', to: '2026-11-23T08:00:00.000Z' };
    const heads = [head({ resolvedAt: '2026-11-23T08:30:00.000Z' })];
    expect(text({ heads }, { range })).toContain('DAILY-20261123-001 P2 Disk usage');
  });

  it('does not say that nothing is open where something cannot be read', () => {
    const odd = [oddAlert('disk', { incident: {} }), oddAlert('gone', { since: '' })];
    const says = '? NOT KNOWN What is stored of Disk usage and gone cannot be read: an incident of it may be open.';
    expect(text({ alerts: odd })).toBe(says);
    expect(text({ alerts: [...odd, openAlert('load')] })).toContain(says);
    expect(buttonsOf(html({ alerts: [...odd, openAlert('load')] }))).not.toEqual([]);
  });

  it('stand silences that are in force, and can be ended', () => {
    const others = [
      { ...silence, id: 's-over', until: now },
      { ...silence, id: 's-all', checks: [] },
    ];
    const page = html({ silences: [silence, ...others] });
    expect(textOf(page)).toContain(
      'Disk usage, Hosts of the shop until 11:00 GMT+1 (in 1 hour) bob: a larger disk comes End',
    );
    expect(textOf(page)).toContain('all checks until');
    expect(buttonsOf(page)).toMatchObject([
      {
        parameters: { widget: 'incidents', action: 'end-silence', silence: 's-1a2b3c' },
        of: 'silence of Disk usage, Hosts of the shop',
      },
      { parameters: { silence: 's-all' } },
    ]);
  });
});

describe('the incidents of a time that is past', () => {
  const heads = [
    head({ number: 'LATER', openedAt: '2026-11-23T09:30:00.000Z' }),
    head({ number: 'THEN', resolvedAt: '2026-11-23T09:30:00.000Z' }),
    head({ number: 'STILL' }),
  ];

  it('are those that were open then, whatever has become of them', () => {
    const page = html({ heads, alerts: [openAlert('disk')], silences: [silence] }, { isPast: true });
    expect(textOf(page)).toContain('As it was at 2026-11-23 10:00 GMT+1');
    expect(textOf(page)).toMatch(
      /Open then .*THEN P2 Disk usage 08:00 GMT\+1 10:30 GMT\+1, after 2 hours STILL .*not resolved/,
    );
    expect(textOf(page)).not.toContain('LATER');
    expect([buttonsOf(page), fieldsOf(page)]).toEqual([[], {}]);
  });

  it('are none where none was open', () => {
    expect(text({}, { isPast: true })).toContain('No incident was open.');
  });
});
