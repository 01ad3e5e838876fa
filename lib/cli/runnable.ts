import { onDemand, type Plan } from '../../functions/core/plan.ts';
import { checksOf, fleetOf, routineOf } from '../../functions/core/round.ts';
import { listed } from '../../functions/core/words.ts';
import { didYouMean } from '../runbook/nearest.ts';

/**
 * The routine that a person means: by its own id, or by that of the job, or check, that is all that it runs.
 * @throws {Error} that says who runs it, or what there is
 */
export function routineFor(plan: Plan, name: string): string {
  if (Object.hasOwn(plan.routines, name)) return name;
  const routines = Object.entries(plan.routines);
  const alone = routines.filter(([, { checks }]) => checks.length === 1 && checks[0] === name);
  const found = alone.find(([, { schedule }]) => schedule === onDemand) ?? alone[0];
  if (found) return found[0];
  const { id } = plan.platform;
  const [one, ...more] = routines.filter(([, { checks }]) => checks.includes(name)).map(([routine]) => routine);
  if (one !== undefined) {
    const who = more.length > 0 ? `routines ${listed([one, ...more])} run` : `routine ${one} runs`;
    throw new Error(`'${name}' cannot be run alone: the ${who} it with others. Write rounds run ${id} ${one}.`);
  }
  const askers = Object.entries(plan.checks).flatMap(([check, { source }]) =>
    source.kind === 'host' && source.remedy === name ? check : [],
  );
  if (askers.length > 0) {
    throw new Error(
      `'${name}' cannot be run alone: it is run where ${listed(askers)} is newly CRITICAL, and only there.`,
    );
  }
  const jobs = Object.entries(plan.checks).flatMap(([job, { source }]) =>
    source.kind === 'host' && source.changes !== undefined ? job : [],
  );
  const known = Object.keys(plan.routines);
  throw new Error(
    `There is no routine or job '${name}' in the runbook of ${id}; its routines are: ${known.join(', ')}; ` +
      `its jobs: ${jobs.join(', ') || 'none'}.${didYouMean(name, [...known, ...jobs])}`,
  );
}

/** What `routineFor` finds: the routines, and what one of them runs alone. */
export function runnableNames({ routines }: Plan): string[] {
  const alone = Object.values(routines).flatMap(({ checks }) => (checks.length === 1 ? checks : []));
  return [...new Set([...Object.keys(routines), ...alone])];
}

/** What a round of a routine changes, a line a job: `Restart of the backend: restarts it, on Application hosts`. */
export function changesOf(plan: Plan, id: string): string[] {
  const routine = routineOf(plan, id);
  const where = fleetOf(plan, routine)?.title ?? '';
  const remedies = routine.remedies
    .flatMap((job) => plan.checks[job] ?? [])
    .map(({ title, source }) => {
      return [title, source, ' where it is needed'] as const;
    });
  const own = checksOf(plan, routine).map(([, { title, source }]) => [title, source, ''] as const);
  return [...own, ...remedies].flatMap(([title, source, when]) =>
    source.kind === 'host' && source.changes !== undefined ? `${title}: ${source.changes}, on ${where}${when}` : [],
  );
}
