import type { Plan } from '../plan.ts';

/** What a part of a report is about: some checks, jobs and sign-offs of one routine, in the order of the procedure. */
export interface Subject {
  readonly routine: string;
  readonly checks: readonly string[];
  /** The routine is named, and not only some of its checks. */
  readonly isWhole: boolean;
}

/** What `of` names: routines, or checks of them as `routine/check`. Another deployment may have had more. */
export function subjectsOf({ routines }: Pick<Plan, 'routines'>, of: readonly string[]): Subject[] {
  const named = new Set(of);
  const ids = new Set(of.map((place) => place.split('/', 1)[0] ?? ''));
  return [...ids].flatMap((routine) => {
    const checks = Object.hasOwn(routines, routine) ? routines[routine]?.checks : undefined;
    if (!checks) return [];
    const isWhole = named.has(routine);
    return [{ routine, checks: isWhole ? checks : checks.filter((id) => named.has(`${routine}/${id}`)), isWhole }];
  });
}

/** The routines that run one of some checks. */
export function routinesRunning({ routines }: Pick<Plan, 'routines'>, checks: readonly string[]): string[] {
  const running = Object.entries(routines).filter(([, routine]) => routine.checks.some((id) => checks.includes(id)));
  return running.map(([id]) => id);
}
