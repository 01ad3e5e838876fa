import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checksParameter, nonceParameter } from '../../../functions/contract.ts';
import { judge } from '../../../functions/core/judge.ts';
import type { RecordQuestion } from '../../../functions/core/plan.ts';
import { metricsAsked } from '../../../functions/core/reports/report-needs.ts';
import { readStepOutput } from '../../../functions/core/result-line.ts';
import { CheckDocuments } from '../../../lib/constructs/check-documents.ts';
import { type CommandDocument, parseDocument } from '../../../lib/local/agent/document.ts';
import { startSandboxes } from '../../../lib/local/sandbox.ts';
import type { Host } from '../../../lib/local/ssm/host.ts';
import { compile, runsOnHosts } from '../../../lib/runbook/compile.ts';
import type { Check, Routine, Runbook } from '../../../lib/runbook/types.ts';

const nonce = '0123456789abcdef0123456789abcdef';

/**
 * What the reports of a runbook ask for, as `check/metric`, and no check reports: the scripts are run on healthy demo
 * hosts, by the documents of the stack.
 */
export async function unreportedMetrics(runbook: Runbook): Promise<string[]> {
  const asked = metricsAsked(compile(runbook));
  const checks = new Set(asked.map(({ check }) => check));
  const reported = new Set<string>();
  const documents = documentsOf(runbook);
  const sandboxes = await startSandboxes({ runbook, scenario: 'healthy' });
  try {
    for (const routine of runbook.routines) {
      const own = routine.checks.filter(({ id }) => checks.delete(id));
      const onHosts = own.filter(runsOnHosts).map(({ id }) => id);
      for (const metric of own.flatMap(ownMetrics)) reported.add(metric);
      const host = sandboxes.hosts().find(({ tags }) => isOf(runbook, routine, tags));
      const document = documents.get(routine.id);
      if (!document || !host || onHosts.length === 0) continue;
      for (const metric of await hostMetrics(host, document, onHosts)) reported.add(metric);
    }
  } finally {
    await sandboxes.close();
  }
  const names = asked.map(({ check, metric }) => `${check}/${metric}`);
  return [...new Set(names)].filter((name) => !reported.has(name));
}

/** By routine. */
function documentsOf(runbook: Runbook): ReadonlyMap<string, CommandDocument> {
  const stack = new Stack(new App(), 'Documents');
  new CheckDocuments(stack, 'Documents', { runbook });
  const resources = Object.values(Template.fromStack(stack).findResources('AWS::SSM::Document'));
  return new Map(
    resources.map(({ Properties: { Content, Tags } }) => {
      const { Value } = Tags.find(({ Key }: { readonly Key: string }) => Key === 'rounds:routine');
      return [Value, parseDocument(Content)];
    }),
  );
}

function isOf({ fleets }: Runbook, { fleet = '' }: Routine, tags: Host['tags']): boolean {
  return Object.entries(fleets[fleet]?.tags ?? {}).every(([key, values]) => values.includes(tags[key] ?? ''));
}

async function hostMetrics(host: Host, document: CommandDocument, checks: readonly string[]): Promise<string[]> {
  const parameters = { [nonceParameter.name]: nonce, [checksParameter.name]: checks.join(' ') };
  const run = host.start({ document, parameters, now: Date.now, signal: new AbortController().signal });
  await run.done;
  return run.steps().flatMap(({ name, stdout }) => {
    if (!checks.includes(name)) return [];
    return judge(readStepOutput(stdout, nonce), []).metrics.map(({ label }) => `${name}/${label}`);
  });
}

/** What the answers of our own records hold, as plan.ts tells it. */
function ownMetrics(check: Check): string[] {
  return 'records' in check ? labelsOf(check.records).map((label) => `${check.id}/${label}`) : [];
}

function labelsOf(question: RecordQuestion): readonly string[] {
  switch (question.kind) {
    case 'incidents':
      return ['incidents', ...question.priorities];
    case 'rounds':
      return ['expected', 'missing'];
    case 'uptime':
      return ['uptime', ...question.checks.map((check) => `uptime_${check}`)];
    case 'metric':
      return ['mean', 'median', 'p95', 'least', 'most'];
    case 'trend':
      return ['growth', 'days_left'];
  }
}
