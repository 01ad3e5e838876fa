import { join } from 'node:path';
import { describe, it } from 'vitest';
import { scratchFolder } from '../../scratch-folder.ts';
import { contactCount } from '../bench-runbook.ts';
import type { Figure } from '../figures.ts';
import { synthesizeBench } from '../simulated-round.ts';
import { scaleFigures, stormFigures } from './scale-figures.ts';
import { runScaleRound } from './scale-round.ts';

const checks = 10;

/** Eight pages of SSM's lists, and four batches of events. */
const hosts = 400;
const pages = 8;

/** Without the latencies of AWS and a little faster, since what it counts does not depend on the time that it takes. */
const round = { hosts, hangSeconds: 10, speed: 4, isReal: false } as const;

const assembly = synthesizeBench(checks, join(scratchFolder(), 'scale'));

function broken(figures: readonly Figure[]): string[] {
  return figures.flatMap(({ name, values, promise }) =>
    promise?.held === false ? [`${name}: ${values.join(', ')}, promised ${promise.text}`] : [],
  );
}

/** For a machine that has other things to do: alone it takes a few seconds. */
const options = { concurrent: true, timeout: 120_000 } as const;

describe('a round on the wire, its functions in processes of their own', options, () => {
  it('keeps every promise while one host fails and another one hangs, and opens one incident', async ({ expect }) => {
    const cost = await runScaleRound(assembly, { ...round, scenario: 'one fails' });
    expect(broken(scaleFigures([cost]))).toEqual([]);
    expect(cost.incidents).toBe(1);
    // For so few hosts the promises are wide: no page is read twice, and a quarter of a write unit is enough for a host.
    const [lists] = scaleFigures([cost])[0]?.values ?? [];
    expect(lists).toBeLessThanOrEqual(pages + 3 + Math.ceil(cost.roundSeconds / 60));
    expect(cost.writeUnits).toBeLessThanOrEqual(hosts / 4 + 100);
    // People are told before the host that hangs has answered.
    expect(cost.pageSeconds).toBeLessThan(cost.roundSeconds);
  });

  it('collects all hosts failing at once with few invocations, and tells each contact once or twice', async ({
    expect,
  }) => {
    const cost = await runScaleRound(assembly, { ...round, scenario: 'all fail' });
    expect(broken(stormFigures([cost], checks, contactCount))).toEqual([]);
    const { dispatch, collect } = cost.functions;
    expect(dispatch.invocations + collect.invocations).toBeLessThanOrEqual(10);
  });
});
