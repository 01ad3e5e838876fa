import type { Plan } from '../../functions/core/plan.ts';
import { compile } from '../runbook/compile.ts';
import { platforms } from '../runbooks/platforms.ts';
import { demoRunbook } from './demo-runbook.ts';

/** What the runbook in this folder says; `undefined` for a platform that is not in it. */
export function planOf(platform: string): Plan | undefined {
  return Object.hasOwn(platforms, platform) ? compile(demoRunbook(platform)) : undefined;
}
