import { describe, expect, it } from 'vitest';
import { type Fault, faultAt } from './faults.ts';
import * as mutations from './mutations.ts';
import { type Outcome, run } from './run.ts';
import { randomScenario, standardScenario } from './scenario.ts';

const seeds = 200;

/** Runs random scenarios until one of them is not as it has to be. @returns what was wrong, or nothing */
async function firstViolation(mutate: mutations.Mutation, most = seeds): Promise<string | undefined> {
  for (let seed = 1; seed <= most; seed++) {
    const { violations } = await run({ ...randomScenario(seed), mutate });
    if (violations.length > 0) return violations[0];
  }
  return undefined;
}

/** What people were told, whatever the calls were. */
function told({ record }: Outcome): string[] {
  return record.publishes.flatMap(({ contact, notices }) =>
    notices.map(({ kind, incident, sequence }) => `${kind} ${incident}/${sequence} to ${contact}`),
  );
}

describe('the standard scenario', () => {
  it('tells of the problems, of nothing twice, and of their end', async () => {
    const outcome = await run(standardScenario());
    expect(outcome.violations).toEqual([]);
    expect(told(outcome)).toEqual([
      'problem SHOP-20261123-001/1 to bob',
      'problem SHOP-20261123-002/1 to bob',
      'escalation SHOP-20261123-002/2 to bob',
      'recovery SHOP-20261123-001/3 to bob',
      'recovery SHOP-20261123-002/3 to bob',
    ]);
  });

  it.each<Fault>(['crash-before', 'crash-after', 'lost-before', 'lost-after', 'throttled'])(
    'holds all invariants with the fault %s at any one of its calls',
    async (fault) => {
      const { record } = await run(standardScenario());
      const calls = record.calls.filter(({ invocation }) => invocation.name !== 'person').length;
      expect(calls).toBeGreaterThan(100);
      for (let call = 1; call <= calls; call++) {
        const { violations } = await run(standardScenario(faultAt(call, fault)));
        expect({ call, violations }).toEqual({ call, violations: [] });
      }
    },
    120_000,
  );
});

describe('random scenarios', () => {
  it(`hold all invariants with ${seeds} seeds`, async () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const { violations } = await run(randomScenario(seed));
      expect({ seed, violations }).toEqual({ seed, violations: [] });
    }
  }, 120_000);

  it('are the same run again for the same seed', async () => {
    const [one, other] = [await run(randomScenario(7)), await run(randomScenario(7))];
    expect(one.record.timeline.length).toBeGreaterThan(20);
    expect(other.record.timeline).toEqual(one.record.timeline);
    expect(other.table).toEqual(one.table);
  });
});

describe('a mistake in the code', () => {
  it.each([
    ['a page is lost', mutations.losesOutbox, /^I1: /],
    ['a page is sent twice', mutations.publishesTwice, /^I2: /],
    ['a letter is put in twice', mutations.forgetsLetters, /^I2: /],
    ['a timer is forgotten', mutations.forgetsTimers, /^I1: /],
    ['a failure is not counted', mutations.countsNoFailures, /^I4: /],
    ['a round is forgotten', mutations.forgetsRounds, /^I6: /],
  ])(
    'is found: %s',
    async (_what, mutate, violation) => {
      expect(await firstViolation(mutate)).toMatch(violation);
    },
    60_000,
  );

  it('is found: somebody is paged for what another one has in hand', async () => {
    // SNS takes nothing until a minute after the acknowledgement.
    const until = Date.parse('2026-11-23T07:06:30Z');
    const scenario = standardScenario(({ at, operation }) =>
      operation === 'Publish' && at < until ? 'unavailable' : undefined,
    );
    expect((await run(scenario)).violations).toEqual([]);
    const { violations } = await run({ ...scenario, mutate: mutations.overlooksAcknowledgements });
    expect(violations.join('\n')).toMatch(/^I3: /m);
  });
});
