import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Beside, besidePromises, besideText, measureBeside } from './beside.ts';
import { measureScale, type ScaleReport, scalePromises, scaleText } from './scale/scale.ts';
import { synthesizeBench } from './simulated-round.ts';
import { shown } from './text-table.ts';

/** Everything that was measured. `--json` shows it as one object. */
interface Report {
  readonly scale: ScaleReport;
  /** Absent where only rounds of certain numbers of hosts were asked for. */
  readonly beside?: Beside;
}

/** Hosts of the rounds on the wire, and the checks of each. */
const scaleHosts = [1, 100, 1_000, 10_000];
const scaleChecks = 10;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    /** Megabytes of logs that are read: the promise for hosts is about 1,000, which takes a few minutes. */
    logs: { type: 'string', default: '200' },
    /** Only rounds of so many hosts, with commas between. */
    hosts: { type: 'string' },
    /** How much faster than in real time the services and the hosts of these rounds are. */
    speed: { type: 'string', default: '1' },
  },
});
const wantedHosts = options.hosts?.split(',').map((count) => positive('hosts', count, 'numbers of hosts, 1000,100000'));
const speed = positive('speed', options.speed, 'how many times as fast, for instance 5');
const megabytes = positive('logs', options.logs, 'a number of megabytes, for instance 1000');
const folder = mkdtempSync(join(tmpdir(), 'rounds-bench-'));
try {
  const report = await measure();
  const json = { ...report.beside, scale: report.scale };
  process.stdout.write(`${options.json ? JSON.stringify(json, null, 2) : text(report).join('\n')}\n`);
  process.exitCode = brokenPromises(report).length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<Report> {
  const hosts = wantedHosts ?? scaleHosts;
  progress(`rounds on the wire of ${hosts.map(shown).join(', ')} hosts, side by side`);
  const assembly = synthesizeBench(scaleChecks, join(folder, 'scale'));
  const scale = await measureScale({ assembly, checks: scaleChecks, hosts, speed });
  return wantedHosts ? { scale } : { scale, beside: await measureBeside({ folder, megabytes, progress }) };
}

function text(report: Report): string[] {
  const { scale, beside } = report;
  const broken = brokenPromises(report);
  return [
    ...scaleText(scale),
    '',
    ...(beside ? [...besideText(beside, { megabytes }), ''] : []),
    `Times are of this machine (${cpus().length} processors, Node ${process.versions.node}); only what depends on the ` +
      'services more than on it is promised, and for that it has to be idle.',
    '',
    broken.length === 0 ? 'Every promise is held.' : `Promises broken: ${broken.join('; ')}.`,
  ];
}

function brokenPromises({ scale, beside }: Report): string[] {
  const promises = [...scalePromises(scale), ...(beside ? besidePromises(beside) : [])];
  return promises.flatMap(({ name, promise }) => (promise?.held === false ? [`${name} (${promise.text})`] : []));
}

function positive(option: string, given: string, expected: string): number {
  const number = Number(given);
  if (number > 0) return number;
  throw new Error(`got --${option} ${given}, expected ${expected}`);
}

function progress(step: string): void {
  process.stderr.write(`${step} ...\n`);
}
