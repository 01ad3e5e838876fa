import type { Alert } from '../../functions/core/alert.ts';
import { type Command, obey } from '../../functions/core/command.ts';
import type { Silence } from '../../functions/core/silence.ts';
import { isoOf } from '../../functions/core/time.ts';
import { alertKey, silenceKey } from '../../functions/flow/keys.ts';
import type { Services } from '../../functions/flow/services.ts';
import type { Random } from './random.ts';
import { simulatedPlan } from './simulated-plan.ts';
import type { PersonAct } from './world.ts';

const minuteMs = 60_000;

/** Rounds begin at whole hours, mostly. */
const roundsMs = 60 * minuteMs;

export function acknowledges(at: number, by: string, check: string): PersonAct {
  return {
    at,
    says: `${by} acknowledges ${check}`,
    act: (services) => say(services, check, { kind: 'acknowledge', by }),
  };
}

export function resolves(at: number, by: string, check: string): PersonAct {
  return { at, says: `${by} resolves ${check}`, act: (services) => say(services, check, { kind: 'resolve', by }) };
}

export function silences(at: number, by: string, checks: readonly string[], minutes: number): PersonAct {
  const silence: Silence = {
    id: `silence-${at}`,
    by,
    reason: 'we work on it',
    from: isoOf(at),
    until: isoOf(at + minutes * minuteMs),
    checks,
  };
  const names = checks.length === 0 ? 'everything' : checks.join(' and ');
  return {
    at,
    says: `${by} silences ${names} for ${minutes} minutes`,
    act: (services) => addSilence(services, silence),
  };
}

/** A few things that people do between two moments. */
export function randomActs(random: Random, from: number, until: number): PersonAct[] {
  const checks = [...Object.keys(simulatedPlan.checks), 'fleet-app', 'round-watch', 'round-morning'];
  const [first = '', ...others] = checks;
  return Array.from({ length: random.integer(0, 12) }, () => {
    const anyTime = random.integer(from, until);
    // Most of what people do they do when they have been told, minutes after a round.
    const at = random.chance(0.3) ? anyTime : anyTime - (anyTime % roundsMs) + random.integer(1, 20) * minuteMs;
    const by = random.pick(['ann', 'bob']);
    const check = random.pick([first, ...others]);
    if (random.chance(0.6)) return acknowledges(at, by, check);
    if (random.chance(0.5)) return resolves(at, by, check);
    return silences(at, by, random.chance(0.2) ? [] : [check], random.integer(10, 36 * 60));
  });
}

/** As the command line does it: compare-and-set on the alert, which is then due. */
async function say({ table, now }: Services, check: string, command: Command): Promise<void> {
  for (;;) {
    const stored = await table.get<Alert>(alertKey(check));
    const { next } = obey(stored?.body, command, isoOf(now()));
    if (!stored || !next) return;
    if (await table.put(alertKey(check), stored.version, next, { dueAt: isoOf(now()) })) return;
  }
}

async function addSilence({ table }: Services, silence: Silence): Promise<void> {
  for (;;) {
    const stored = await table.get<readonly Silence[]>(silenceKey);
    if (await table.put(silenceKey, stored?.version ?? 0, [...(stored?.body ?? []), silence])) return;
  }
}
