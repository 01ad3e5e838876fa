import { basename } from 'node:path';
import { Stack, Tags } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { checksParameter, nonceParameter } from '../../functions/contract.ts';
import { renderCheckScript, renderPluginScript, renderTidy, renderUnpack } from '../runbook/check-script.ts';
import { remediesOf, runsOnHosts } from '../runbook/compile.ts';
import { ownStepSeconds, stepGraceSeconds } from '../runbook/deadline.ts';
import { readScript } from '../runbook/script-files.ts';
import type { Fleet, HostCheck, Job, Routine, Runbook } from '../runbook/types.ts';

export interface CheckDocumentsProps {
  readonly runbook: Runbook;
}

/**
 * Most bytes of a document together with its parameters' values.
 * @see https://docs.aws.amazon.com/general/latest/gr/ssm.html
 */
const documentLimitBytes = 64 * 1024;
const nonceBytes = 32;

/**
 * One Command document a routine with one step a check, so that a host is asked everything by one command and the
 * console shows each check by its name. These are the only texts that Rounds can run on a host.
 */
export class CheckDocuments extends Construct {
  /** Names of the documents, by routine id. */
  readonly names: Readonly<Record<string, string>>;
  private readonly fleets: readonly Fleet[];

  constructor(scope: Construct, id: string, { runbook }: CheckDocumentsProps) {
    super(scope, id);
    const routines = runbook.routines.filter((routine) => routine.checks.some(runsOnHosts));
    this.names = Object.fromEntries(routines.map((routine) => [routine.id, this.documentOf(routine, runbook).ref]));
    const fleets = new Set(routines.flatMap((routine) => routine.fleet ?? []));
    this.fleets = [...fleets].flatMap((name) => runbook.fleets[name] ?? []);
  }

  /** Lets `grantee` run the documents, and nothing else, on the hosts of the fleets, and on no other. */
  grantSend({ grantPrincipal }: IGrantable): void {
    const stack = Stack.of(this);
    const documents = Object.values(this.names).map((resourceName) =>
      stack.formatArn({ service: 'ssm', resource: 'document', resourceName }),
    );
    grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'OwnDocuments', actions: ['ssm:SendCommand'], resources: documents }),
    );
    const hosts = [
      stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: '*' }),
      stack.formatArn({ service: 'ssm', resource: 'managed-instance', resourceName: '*' }),
    ];
    // One statement a fleet: the tags of two fleets in one condition would admit a mixture of them.
    for (const { tags } of this.fleets) {
      const condition = Object.entries(tags).map(([key, values]) => [`ssm:resourceTag/${key}`, values]);
      grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['ssm:SendCommand'],
          resources: hosts,
          conditions: { StringEquals: Object.fromEntries(condition) },
        }),
      );
    }
  }

  private documentOf(routine: Routine, platform: Runbook): CfnDocument {
    const document = new CfnDocument(this, routine.id, {
      documentType: 'Command',
      documentFormat: 'JSON',
      // Any kind of host: EC2 instances and machines registered with SSM from elsewhere.
      targetType: '/',
      // A changed check becomes a new version of the same document: its ARN, on which permissions and rules rest, stays,
      // so no round that starts during a deployment is refused.
      updateMethod: 'NewVersion',
      content: contentOf(routine, platform.id),
    });
    Tags.of(document).add('rounds:platform', platform.id);
    Tags.of(document).add('rounds:routine', routine.id);
    return document;
  }
}

function contentOf(routine: Routine, platform: string): object {
  // A remedy comes before the checks that it mends.
  const remedies = remediesOf(routine);
  const checks = [...remedies, ...routine.checks.filter(runsOnHosts)];
  const scriptOf = (check: HostCheck) => textOf(routine, check, platform, remedies.includes(check as Job));
  const content = {
    schemaVersion: '2.2',
    description: `Rounds: ${routine.title}`,
    parameters: {
      [nonceParameter.name]: {
        type: 'String',
        description: 'Tells the result lines of this round from an imitation of them',
        allowedPattern: nonceParameter.pattern,
      },
      [checksParameter.name]: {
        type: 'String',
        description: 'Names of the steps to run, with a space between them; the others print nothing',
        default: checksParameter.all,
        allowedPattern: patternOf(checks.map(({ id }) => id)),
      },
    },
    // No precondition on the platform: a step that is skipped counts as success, which "could not check" must never be.
    mainSteps: [
      stepOf('Unpack', ownStepSeconds, renderUnpack(filesOf(routine, checks), nonce)),
      // The wrapper ends a check on time; the step's own limit is only for a wrapper that hangs.
      ...checks.map((check) => stepOf(check.id, check.timeoutSeconds + stepGraceSeconds, scriptOf(check))),
      stepOf('Tidy', ownStepSeconds, renderTidy(nonce)),
    ],
  };
  const names = checks.map(({ id }) => id).join(' ');
  const bytes = Buffer.byteLength(JSON.stringify(content)) + nonceBytes + Buffer.byteLength(names);
  if (bytes > documentLimitBytes)
    throw new Error(
      `routine "${routine.id}": its SSM document has ${bytes} bytes, ${documentLimitBytes} are allowed. ` +
        'Shorten its longest script, or move some of its checks to another routine.',
    );
  return content;
}

/**
 * Admits all, or names out of a list; they are kebab-case, of which no character means anything to a pattern. Agents
 * splice a parameter into the script as it is: only this pattern keeps a caller from running text of his own.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
function patternOf(names: readonly string[]): string {
  const name = `(${names.join('|')})`;
  return `^(${checksParameter.all}|${name}( ${name})*)$`;
}

/** SSM fills it in. */
const nonce = `{{ ${nonceParameter.name} }}`;

/** Names with a capital are no check's. */
function stepOf(name: string, timeoutSeconds: number, text: string): object {
  const inputs = { timeoutSeconds: String(timeoutSeconds), runCommand: text.split('\n') };
  return { action: 'aws:runShellScript', name, inputs };
}

/** The scripts of some checks, and what they use, each once. */
function filesOf(routine: Routine, checks: readonly HostCheck[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const check of checks) {
    if (!('script' in check)) continue;
    for (const [name, content] of Object.entries(readScript(check.script))) {
      if (files[name] !== undefined && files[name] !== content) {
        throw new Error(
          `routine "${routine.id}", check "${check.id}": got a second file with the name ${name} and another content; ` +
            'expected each name once in a routine: rename one of them.',
        );
      }
      files[name] = content;
    }
  }
  return files;
}

function textOf(routine: Routine, check: HostCheck, platform: string, isRemedy: boolean): string {
  const { id, timeoutSeconds } = check;
  const only = [id, `{{ ${checksParameter.name} }}`] as const;
  const step = { timeoutSeconds, nonce, only, isRemedy };
  try {
    if ('command' in check) return renderPluginScript({ command: check.command, ...step });
    const file = basename(check.script);
    const script = readScript(check.script)[file] ?? '';
    const job = { state: `${platform}/${id}`, isJob: check.changes !== undefined };
    return renderCheckScript({ file, script, settings: check.settings, ...job, ...step });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`routine "${routine.id}", check "${id}": ${reason}`, { cause });
  }
}
