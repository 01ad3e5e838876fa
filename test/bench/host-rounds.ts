import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { checksParameter, nonceParameter } from '../../functions/contract.ts';
import { type CommandDocument, parseDocument } from '../../lib/local/agent/document.ts';
import type { SandboxHost } from '../../lib/local/sandbox/sandbox-host.ts';
import { startSandboxes } from '../../lib/local/sandbox.ts';
import { loadContacts } from '../../lib/runbook/contacts.ts';
import type { Runbook } from '../../lib/runbook/types.ts';
import { platforms } from '../../lib/runbooks/platforms.ts';
import { synthesize } from '../../lib/synthesize.ts';
import type { Promised } from './figures.ts';
import { writeBackendLog } from './log-reading.ts';
import { ProcessWatch } from './process-watch.ts';

/** Rounds of one platform that begin at the same moment, each on a demo host of its fleet. */
export interface HostRoundsCost {
  readonly name: string;
  readonly rounds: readonly HostRound[];
  /** Until all have ended: the first time, when all logs are read, and the next, when hardly anything is new. */
  readonly firstSeconds: number;
  readonly nextSeconds: number;
  /** Of a processor, the first time: what else runs on the machine hardly counts. */
  readonly processorSeconds: number;
  /** Of the largest process; 0 where that cannot be measured, and nothing is promised then. */
  readonly peakMegabytes: number;
  readonly largestProcess: string;
  readonly promise?: Promised;
}

export interface HostRound {
  readonly routine: string;
  readonly documentBytes: number;
  readonly firstSeconds: number;
  readonly nextSeconds: number;
  /** Checks that ended as UNKNOWN, which nobody should take for fast. */
  readonly unjudged: readonly string[];
}

interface Measured {
  readonly name: string;
  readonly platform: string;
  readonly routines: readonly string[];
  /** Puts on the host what a demo host lacks. */
  readonly furnish?: (host: SandboxHost) => void;
}

const mostMegabytes = 100;

/** FossaWork's morning, with so many bytes of backend logs, and the Gold Escrow Platform's round of five minutes. */
export async function measureHostRounds(folder: string, logBytes: number): Promise<HostRoundsCost[]> {
  const morning: Measured = {
    name: "FossaWork's morning",
    platform: 'fossawork',
    routines: ['morning', 'morning-security', 'morning-performance'],
    furnish: ({ environment, root }) => {
      const logs = join(environment.ROUNDS_LOGS ?? root, 'backend');
      mkdirSync(logs, { recursive: true });
      writeBackendLog(join(logs, 'bench.jsonl'), logBytes);
    },
  };
  const fiveMinutes: Measured = {
    name: 'Gold Escrow every five minutes',
    platform: 'gold-escrow',
    routines: ['infrastructure', 'containers', 'platform'],
  };
  return [await measureTogether(morning, folder), await measureTogether(fiveMinutes, folder)];
}

async function measureTogether(measured: Measured, folder: string): Promise<HostRoundsCost> {
  const { name, platform, routines, furnish } = measured;
  const runbook = platforms[platform]?.(loadContacts(platform, { allowUnconfigured: true }).contacts);
  if (runbook === undefined) throw new Error(`got platform ${platform}, expected one of ${Object.keys(platforms)}`);
  const { template } = synthesize({ runbook, placeholders: false }, join(folder, runbook.id));
  const sandboxes = await startSandboxes({ runbook, scenario: 'healthy' });
  try {
    const rounds = routines.map((routine) => {
      const content = contentOf(template, routine);
      const host = hostOf(runbook, routine, sandboxes.hosts());
      return { routine, host, document: parseDocument(content), documentBytes: JSON.stringify(content).length };
    });
    for (const host of new Set(rounds.map(({ host }) => host))) furnish?.(host);
    const watch = new ProcessWatch();
    const runAll = () => Promise.all(rounds.map(({ host, document }) => run(host, document)));
    const first = await runAll();
    const { processorSeconds } = watch;
    const next = await runAll();
    const memory = watch.stop();
    return {
      name,
      rounds: rounds.map(({ routine, documentBytes }, index) => ({
        routine,
        documentBytes,
        firstSeconds: first[index]?.seconds ?? Number.NaN,
        nextSeconds: next[index]?.seconds ?? Number.NaN,
        unjudged: [...new Set([first[index], next[index]].flatMap((ended) => ended?.unjudged ?? []))],
      })),
      firstSeconds: Math.max(...first.map(({ seconds }) => seconds)),
      nextSeconds: Math.max(...next.map(({ seconds }) => seconds)),
      processorSeconds,
      ...memory,
      ...(memory.peakMegabytes > 0 && {
        promise: { text: `under ${mostMegabytes} MB`, held: memory.peakMegabytes < mostMegabytes },
      }),
    };
  } finally {
    await sandboxes.close();
  }
}

/** Runs every step of a document, as the local cloud does. */
async function run(host: SandboxHost, document: CommandDocument) {
  const begun = performance.now();
  const parameters = {
    [nonceParameter.name]: randomBytes(16).toString('hex'),
    [checksParameter.name]: checksParameter.all,
  };
  const { done, steps } = host.start({ document, parameters, now: Date.now, signal: new AbortController().signal });
  await done;
  const seconds = (performance.now() - begun) / 1_000;
  return { seconds, unjudged: steps().flatMap(({ name, exitCode }) => (exitCode >= 3 ? [name] : [])) };
}

function hostOf({ routines, fleets }: Runbook, routine: string, hosts: readonly SandboxHost[]): SandboxHost {
  const { tags = {} } = fleets[routines.find(({ id }) => id === routine)?.fleet ?? ''] ?? {};
  const host = hosts.find((host) =>
    Object.entries(tags).every(([key, values]) => values.includes(host.tags[key] ?? '')),
  );
  if (host === undefined) throw new Error(`no demo host has the tags of routine ${routine}'s fleet`);
  return host;
}

/** The document of a routine in a stack's template. */
function contentOf(template: unknown, routine: string): object {
  const { Resources } = template as { Resources: Record<string, { Type: string; Properties: DocumentProperties }> };
  const document = Object.values(Resources).find(
    ({ Type, Properties }) =>
      Type === 'AWS::SSM::Document' &&
      Properties.Tags.some(({ Key, Value }) => Key === 'rounds:routine' && Value === routine),
  );
  if (document === undefined) throw new Error(`the template has no document of routine ${routine}`);
  return document.Properties.Content;
}

interface DocumentProperties {
  readonly Content: object;
  readonly Tags: readonly { readonly Key: string; readonly Value: string }[];
}
