import type { Plan, PlanCheck } from '../../functions/core/plan.ts';
import { checksOf, routineOf, runsOnHosts } from '../../functions/core/round.ts';
import { valuesOf } from './metric-uses.ts';
import { functionMs, hoursAMonth, itemOverheadBytes, pack, roundItem, roundUnits } from './usage.ts';
import { slotsAMonth } from './week.ts';

/** What one round uses. */
export interface RoundUsage {
  readonly writeUnits: number;
  readonly readUnits: number;
  /** Bytes that stay until the round is forgotten. */
  readonly storedBytes: number;
  readonly collectMs: number;
  /** Whether a command is sent, by whose end collect is called. */
  readonly isOnHosts: boolean;
}

const writeUnitBytes = 1_024;
const readUnitBytes = 4_096;

/** @param hosts those of the routine's fleet */
export function roundUsage(plan: Plan, routine: string, hosts: number): RoundUsage {
  const planned = routineOf(plan, routine);
  const checks = checksOf(plan, planned).map(([, check]) => check);
  const isOnHosts = runsOnHosts(plan, planned);
  const asked = isOnHosts ? hosts : 0;
  const pages = Math.ceil(asked / pack.hosts);
  const packs = packsOf(checks, asked);
  const bytes = roundItem.bytes + roundItem.perCheck * checks.length;
  return {
    writeUnits: roundUnits.write + Math.ceil(bytes / writeUnitBytes) + packs.units,
    readUnits: roundUnits.read + historyUnits(plan, checks),
    storedBytes: bytes + packs.bytes + itemOverheadBytes * (1 + pages),
    collectMs: functionMs.collect + functionMs.page * pages,
    isOnHosts,
  };
}

/** The items that hold the results of the hosts. */
function packsOf(checks: readonly PlanCheck[], hosts: number): { readonly bytes: number; readonly units: number } {
  const onHosts = checks.filter(({ source }) => source.kind === 'host');
  const perHost =
    pack.perHost + onHosts.reduce((sum, check) => sum + pack.perResult + pack.perValue * valuesOf(check), 0);
  const bytesFor = (count: number) => (count === 0 ? 0 : pack.bytes + pack.perCheck * onHosts.length + perHost * count);
  const full = Math.floor(hosts / pack.hosts);
  const [fullBytes, lastBytes] = [bytesFor(pack.hosts), bytesFor(hosts % pack.hosts)];
  return {
    bytes: full * fullBytes + lastBytes,
    units: full * Math.ceil(fullBytes / writeUnitBytes) + Math.ceil(lastBytes / writeUnitBytes),
  };
}

const hoursInDay = 24;

/** What checks on our own records read of the rounds before: half a unit for 4 KB. */
function historyUnits(plan: Plan, checks: readonly PlanCheck[]): number {
  return checks.reduce((sum, { source }) => {
    if (source.kind === 'uptime') return sum + unitsOf(plan, source.checks, source.hours);
    if (source.kind === 'metric') return sum + unitsOf(plan, [source.check], source.hours);
    if (source.kind === 'trend') return sum + unitsOf(plan, [source.check], source.days * hoursInDay);
    return sum;
  }, 0);
}

function unitsOf(plan: Plan, checks: readonly string[], hours: number): number {
  const asking = Object.values(plan.routines).filter((routine) => routine.checks.some((id) => checks.includes(id)));
  const bytes = asking.reduce((sum, routine) => {
    const rounds = (slotsAMonth(routine.schedule, plan.calendar) * hours) / hoursAMonth;
    return sum + rounds * (roundItem.bytes + roundItem.perCheck * routine.checks.length);
  }, 0);
  return bytes / readUnitBytes / 2;
}
