import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Alert } from '../functions/core/alert.ts';
import type { Plan } from '../functions/core/plan.ts';
import { isoOf } from '../functions/core/time.ts';
import { VirtualPlatform } from '../lib/replay/virtual-platform.ts';
import { examplePlan } from './functions/core/example-plan.ts';
import { observation } from './functions/core/timeline.ts';

const file = new URL('../docs/alerts.md', import.meta.url);

const { P2 } = examplePlan.priorities;
if (!P2) throw new Error('the example has changed');

/** Two bad results of `disk` make a P2, one of every host a P1. */
const plan: Plan = {
  ...examplePlan,
  priorities: { ...examplePlan.priorities, P2: { ...P2, repageMinutes: 240 } },
  checks: {
    ...examplePlan.checks,
    disk: {
      title: 'Disk usage',
      dependsOn: [],
      source: { kind: 'host', timeoutSeconds: 10, thresholds: [], baselines: [], look: 'df' },
      rules: [
        { priority: 'P1', states: ['CRITICAL'], share: 1, attempts: 1 },
        { priority: 'P2', states: ['CRITICAL'], attempts: 2 },
      ],
    },
  },
};

/** What can happen to an alert, in the order of the table's columns. */
const events = {
  bad: find('a=CRITICAL b=OK'),
  worse: find('a=CRITICAL b=CRITICAL'),
  'no answer': find('a=lost b=OK'),
  well: find('a=OK b=OK'),
  'well for long': (platform: VirtualPlatform) => {
    for (let result = 0; result < 20; result++) {
      find('a=OK b=OK')(platform);
      platform.advanceTo(isoOf(Date.parse(platform.now) + 1_000));
    }
  },
  'its time comes': (platform: VirtualPlatform) => {
    if (platform.nextDue) platform.advanceTo(platform.nextDue);
  },
  acknowledged: (platform: VirtualPlatform) => void platform.command('disk', { kind: 'acknowledge', by: 'ann' }),
  resolved: (platform: VirtualPlatform) => void platform.command('disk', { kind: 'resolve', by: 'ann' }),
} as const;

type Event = keyof typeof events;

const noon = Date.parse('2026-11-23T11:00:00Z');
const night = Date.parse('2026-11-23T22:00:00Z');

/** How an alert comes into each state, in the order of the table's rows. */
const states: Readonly<Record<string, { readonly from: number; readonly course: readonly Event[] }>> = {
  quiet: { from: noon, course: ['well'] },
  soft: { from: noon, course: ['bad'] },
  parked: { from: night, course: ['bad', 'bad'] },
  told: { from: noon, course: ['bad', 'bad'] },
  'in hand': { from: noon, course: ['bad', 'bad', 'acknowledged'] },
  flapping: { from: noon, course: ['worse', 'well', 'worse', 'well', 'worse', 'well', 'worse'] },
};

function stateOf({ soft, incident, parked }: Alert): string {
  if (!incident) return soft ? 'soft' : 'quiet';
  if (incident.isFlapping) return 'flapping';
  if (incident.acknowledged) return 'in hand';
  return parked.some(({ notice }) => notice.openedAt === incident.openedAt) ? 'parked' : 'told';
}

function find(hosts: string) {
  return (platform: VirtualPlatform) => platform.observe(observation(plan, platform.now, hosts));
}

interface Transition {
  readonly from: string;
  readonly event: string;
  readonly to: string;
  /** Kinds of what is told. */
  readonly told: readonly string[];
}

function happen(platform: VirtualPlatform, event: Event): void {
  platform.advanceTo(isoOf(Date.parse(platform.now) + 60_000));
  events[event](platform);
}

function platformIn(state: string): VirtualPlatform {
  const { from = noon, course = [] } = states[state] ?? {};
  const platform = new VirtualPlatform(plan, isoOf(from), { expectsRechecks: true });
  for (const event of course) happen(platform, event);
  return platform;
}

/** Every event in every state, as the engine takes it. */
function transitions(): Transition[] {
  return Object.keys(states).flatMap((from) =>
    (Object.keys(events) as Event[]).map((event) => {
      const platform = platformIn(from);
      const before = platform.notifications.length;
      happen(platform, event);
      const alert = platform.alert('disk');
      const told = platform.notifications
        .slice(before)
        .map(({ kind, level }) => (level > 1 ? `${kind} ${level}` : kind));
      return { from, event, to: alert ? stateOf(alert) : 'quiet', told };
    }),
  );
}

function diagram(all: readonly Transition[]): string {
  const arrows = all
    .filter(({ from, to, told }) => from !== to || told.length > 0)
    // Only to what flaps it is more than one good result.
    .filter(({ from, event }) => from === 'flapping' || event !== 'well for long')
    .map(({ from, event, to, told }) => {
      return `    ${id(from)} --> ${id(to)}: ${event}${told.length > 0 ? ` / ${told.join(', ')}` : ''}`;
    });
  return ['```mermaid', 'stateDiagram-v2', '    [*] --> quiet', ...arrows, '```'].join('\n');
}

function id(state: string): string {
  return state.replaceAll(' ', '_');
}

function table(all: readonly Transition[]): string {
  const names = Object.keys(events);
  const rows = Object.keys(states).map((state) => {
    const cells = all
      .filter(({ from }) => from === state)
      .map(({ from, to, told }) => {
        const becomes = to === from ? '' : `**${to}**`;
        return [becomes, told.join(', ')].filter(Boolean).join(': ') || '-';
      });
    return `| **${state}** | ${cells.join(' | ')} |`;
  });
  return [`| | ${names.join(' | ')} |`, `|${' --- |'.repeat(names.length + 1)}`, ...rows].join('\n');
}

test.each(Object.keys(states))('an alert comes into the state %s', (state) => {
  const alert = platformIn(state).alert('disk');
  expect(alert && stateOf(alert)).toBe(state);
});

test('docs/alerts.md shows the state machine that the engine has', () => {
  const all = transitions();
  const drawn = [diagram(all), table(all)].join('\n\n');
  const committed = readFileSync(file, 'utf8');
  const [before = '', , after = ''] = committed.split(/<!-- (?:begin|end) of the state machine -->/);
  const current = `${before}<!-- begin of the state machine -->\n\n${drawn}\n\n<!-- end of the state machine -->${after}`;
  if (process.env.UPDATE_DOCS) writeFileSync(file, current);
  expect(readFileSync(file, 'utf8'), 'run: UPDATE_DOCS=1 npx vitest run test/docs-alerts.test.ts').toBe(current);
});
