import { statuses, type Trouble } from '../../functions/core/status.ts';
import type { Iso } from '../../functions/core/time.ts';
import { previewDays } from '../replay/calendar-preview.ts';
import type { Failure } from '../replay/failure.ts';
import { previewFailure } from '../replay/failure-preview.ts';
import { loadPlan } from '../replay/load-plan.ts';
import { instantAt } from './local-instant.ts';
import type { Outcome } from './outcome.ts';
import { showDays, showFailure } from './show-preview.ts';

export interface PreviewFlags {
  readonly from?: string;
  readonly days?: string;
  readonly at?: string;
  readonly check?: string;
  readonly status?: string;
  readonly hosts?: string;
}

const defaultDays = 7;
const mostDays = 92;

/** @throws {Error} that says what is wrong with the runbook or the options */
export async function runPreview(platform: string, flags: PreviewFlags, now: Iso): Promise<Outcome> {
  const plan = await loadPlan(platform);
  const failure = failureOf(flags, plan.timeZone);
  if (failure) {
    const preview = previewFailure(plan, failure);
    const data = { platform: plan.platform.id, timeZone: plan.timeZone, failure, ...preview };
    return { isDone: true, lines: showFailure(plan, failure, preview), data };
  }
  const from = flags.from === undefined ? now : instantAt('--from', flags.from, plan.timeZone);
  const days = previewDays(plan, from, daysOf(flags.days));
  const data = { platform: plan.platform.id, timeZone: plan.timeZone, days };
  return { isDone: true, lines: showDays(plan, days), data };
}

function daysOf(text = String(defaultDays)): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= mostDays) return days;
  throw new Error(`--days got "${text}"; expected a whole number from 1 to ${mostDays}. Write --days 14.`);
}

function failureOf({ at, check, status, hosts = 'all' }: PreviewFlags, timeZone: string): Failure | undefined {
  if (at === undefined && check === undefined && status === undefined) return undefined;
  if (at === undefined || check === undefined || status === undefined) {
    const missing = Object.entries({ at, check, status }).filter(([, value]) => value === undefined);
    throw new Error(
      `A failure needs --at, --check and --status; got no ${missing.map(([name]) => `--${name}`).join(' and no ')}. Add it.`,
    );
  }
  if (!isTrouble(status)) {
    throw new Error(`--status got "${status}"; expected WARNING, CRITICAL or UNKNOWN. Write --status CRITICAL.`);
  }
  if (hosts !== 'all' && hosts !== 'some') {
    throw new Error(`--hosts got "${hosts}"; expected all or some. Write --hosts some.`);
  }
  return { at: instantAt('--at', at, timeZone), check, status, hosts };
}

function isTrouble(status: string): status is Trouble {
  return status !== 'OK' && statuses.some((known) => known === status);
}
