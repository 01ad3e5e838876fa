import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../../functions/core/alert.ts';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import type { Plan } from '../../../../functions/core/plan.ts';
import type { Round } from '../../../../functions/core/round.ts';
import { signOffsOf } from '../../../../functions/core/sign-off.ts';
import type { TroubledHost } from '../../../../functions/core/tally.ts';
import { loadPlan } from '../../../../lib/replay/load-plan.ts';
import { drawn, now, openAlert, round, signature, verdict } from './example-day.ts';
import { exampleHead, exampleReport, expectOnlyText, pagesWith } from './hostile-pages.ts';
import { textOf } from './html-tokens.ts';

/** What a host or a person may try. */
const attempts = [
  '<script>alert(1)</script>',
  '</cwdb-action><cwdb-action action="call" display="widget" endpoint="arn:evil">{"action":"resolve"}</cwdb-action>',
  '<cwdb-action action=call endpoint=arn:evil>',
  '</pre></textarea></style><img src=x onerror=alert(1)>',
  '" onclick="alert(1)" x="',
  "' autofocus onfocus='alert(1)",
  '`><svg onload=alert(1)>',
  '&lt;b&gt; &#60;b&#62; &amp',
  '<!-- <![CDATA[ -->',
  '[click](javascript:alert(1)) **bold** | a | b |',
  '=HYPERLINK("https://evil.example")',
  '\u202e\u2066\u200f\u0000\u001b[31m\ud800',
  '{{ 7 * 7 }} <%= 7 %>',
];

function many<T>(count: number, one: T): readonly T[] {
  return Array.from({ length: count }, () => one);
}

describe('text from hosts and people', () => {
  it.each(attempts)('is shown as text: %j', (attempt) => expectOnlyText(pagesWith(`x${attempt}`)));

  it('is shown whole where there is room', () => {
    for (const page of pagesWith('x<b title="y">&amp;')) expect(textOf(page)).toContain('x<b title="y">&amp;');
  });

  it('is shown as text, whatever it is', () => {
    const piece = fc.oneof(fc.constantFrom(...attempts), fc.string({ unit: 'binary', maxLength: 40 }));
    const hostile = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `x${pieces.join('')}`);
    fc.assert(
      fc.property(hostile, (text) => expectOnlyText(pagesWith(text))),
      { numRuns: 25 },
    );
  });
});

describe('the console of a platform in a storm', () => {
  /** As large as it gets in HTML: 1,000 hosts, 50 incidents with the output of five hosts each, and nothing well. */
  function storm(plan: Plan, text: string): readonly WidgetData[] {
    const output = text.repeat(2_000 / text.length);
    const worst = Array.from({ length: 5 }, (_, index): TroubledHost => {
      return { host: `i-0123456789abcdef${index}`, name: output, status: 'CRITICAL', text: output, longText: output };
    });
    const troubled = { total: 900, named: Array.from({ length: 200 }, (_, index) => `i-0123456789abcd${index}`) };
    const facts: Facts = { title: output, headline: output, round: 'morning', population: 1_000, troubled, worst };
    const checks = [...Object.keys(plan.checks), ...Array.from({ length: 50 }, (_, index) => `check-${index}`)].slice(
      0,
      50,
    );
    const alerts = checks.map((check, index) => openAlert(check, { number: `DAILY-20261123-${index}` }, { facts }));
    const rounds = Object.entries(plan.routines).map(([id, { checks: asks }]): Round => {
      const verdicts = Object.fromEntries(asks.map((check) => [check, verdict('CRITICAL', output)]));
      const summary = { collectedAt: now, hosts: { answered: 1_000, lost: 0, gone: 0, missing: 0 }, verdicts };
      return {
        ...round('morning'),
        routine: id,
        slot: now,
        status: 'collected',
        sentAt: now,
        deadlineAt: now,
        summary,
      };
    });
    const wrong = signature({ note: output, isGood: false });
    const signOffs = Object.keys(plan.routines).flatMap((id) =>
      signOffsOf(plan, id, now).map((each) => ({ ...each, signatures: [wrong] })),
    );
    const long = { from: '2026-11-23T08:00:00.000Z', until: '2026-11-23T10:00:00.000Z', checks: [] };
    return [
      { widget: 'status', expected: {}, alerts, rounds, signOffs },
      { widget: 'checklist', expected: {}, alerts, rounds, signOffs },
      {
        widget: 'incidents',
        alerts,
        heads: many(500, { ...exampleHead, title: output }),
        silences: many(100, { id: 's-1', by: output, reason: output, ...long }),
      },
      { widget: 'upcoming' },
      { widget: 'documents', reports: many(200, { ...exampleReport, title: output }) },
    ];
  }

  const cases = ['fossawork', 'gold-escrow'].flatMap((id) => ['"', 'x', '𝄞'].map((text) => [id, text] as const));

  it.each(cases)('of %s is below 300 KB, even of nothing but %s', async (id, text) => {
    const plan = await loadPlan(id);
    const sizes = storm(plan, text).map((data) => new TextEncoder().encode(drawn(data, {}, plan)).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(300_000);
  });
});
