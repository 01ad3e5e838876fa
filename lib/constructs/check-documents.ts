import { readFileSync } from 'node:fs';
import { Stack, Tags } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { checksParameter, nonceParameter } from '../../functions/contract.ts';
import { renderCheckScript, renderPluginScript } from '../runbook/check-script.ts';
import { stepGraceSeconds } from '../runbook/deadline.ts';
import type { Check, Fleet, HostCheck, Routine, Runbook } from '../runbook/types.ts';

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
    this.fleets = [...new Set(routines.map((routine) => routine.fleet))].flatMap((name) => runbook.fleets[name] ?? []);
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
      content: contentOf(routine),
    });
    Tags.of(document).add('rounds:platform', platform.id);
    Tags.of(document).add('rounds:routine', routine.id);
    return document;
  }
}

function runsOnHosts(check: Check): check is HostCheck {
  return !('incidents' in check);
}

function contentOf(routine: Routine): object {
  const checks = routine.checks.filter(runsOnHosts);
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
    mainSteps: checks.map((check) => ({
      action: 'aws:runShellScript',
      name: check.id,
      inputs: {
        // The wrapper ends a check on time; the step's own limit is only for a wrapper that hangs.
        timeoutSeconds: String(check.timeoutSeconds + stepGraceSeconds),
        runCommand: scriptOf(routine, check).split('\n'),
      },
    })),
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

function scriptOf(routine: Routine, check: HostCheck): string {
  const { id, timeoutSeconds } = check;
  const step = {
    timeoutSeconds,
    nonce: `{{ ${nonceParameter.name} }}`,
    only: [id, `{{ ${checksParameter.name} }}`],
  } as const;
  try {
    if ('command' in check) return renderPluginScript({ command: check.command, ...step });
    return renderCheckScript({ script: readFileSync(check.script, 'utf8'), settings: check.settings, ...step });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`routine "${routine.id}", check "${id}": ${reason}`, { cause });
  }
}
