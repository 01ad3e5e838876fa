import type { Sandboxes } from '../../../lib/local/sandbox.ts';
import type { JsonObject } from '../../../lib/local/service.ts';
import { LocalSsm } from '../../../lib/local/ssm.ts';
import { renderCheckScript, renderTidy, renderUnpack } from '../../../lib/runbook/check-script.ts';
import { readScript } from '../../../lib/runbook/script-files.ts';
import { script } from '../../../lib/runbooks/script.ts';

export interface CheckOutcome {
  readonly check: string;
  readonly exitCode: number;
  readonly output: string;
}

/** Settings as a runbook bakes them in; where they name a place, the sandbox's own environment wins. */
const checks: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  'services.sh': { services: 'fossawork-backend fossawork-frontend' },
  'cpu.sh': { procPath: '/absent', sampleSeconds: 0.5 },
  'memory.sh': { procPath: '/absent' },
  'disk.sh': { diskPath: '/absent' },
  'database.py': { database: '/absent', table: 'work_orders', timeoutSeconds: 1 },
  'api.py': { urls: 'http://localhost:1/absent', timeoutSeconds: 5 },
  'log-sizes.sh': { logs: '/absent' },
};

const nonce = '0123456789abcdef0123456789abcdef';

function checkDocument(): JsonObject {
  const files: Record<string, string> = {};
  const mainSteps = Object.entries(checks).map(([file, settings]) => {
    const found = readScript(script(file));
    Object.assign(files, found);
    const options = { file, script: found[file] ?? '', settings, timeoutSeconds: 20, nonce: '{{ nonce }}' };
    return stepOf(file.replace(/\.\w+$/, ''), renderCheckScript(options));
  });
  const unpack = stepOf('Unpack', renderUnpack(files, '{{ nonce }}'));
  return {
    schemaVersion: '2.2',
    description: 'checks',
    parameters: { nonce: { type: 'String' } },
    mainSteps: [unpack, ...mainSteps, stepOf('Tidy', renderTidy('{{ nonce }}'))],
  };
}

function stepOf(name: string, text: string): JsonObject {
  return { action: 'aws:runShellScript', name, inputs: { timeoutSeconds: '30', runCommand: text.split('\n') } };
}

/** Runs FossaWork's checks on every host through SSM; what came of them by the host's id. */
export async function runChecks(sandboxes: Sandboxes): Promise<Map<string, CheckOutcome[]>> {
  let ssm: LocalSsm | undefined;
  try {
    const id = await new Promise<string>((resolve, reject) => {
      ssm = new LocalSsm({
        clock: { now: Date.now },
        hosts: sandboxes,
        emit: ({ detailType, detail }) => {
          const isCommand = detailType === 'EC2 Command Status-change Notification';
          if (isCommand && detail.status !== 'InProgress') resolve(String(detail['command-id']));
        },
        listLagMs: 0,
      });
      ssm.putDocument('checks', checkDocument(), '/');
      ssm.handle('SendCommand', commandInput).catch(reject);
    });
    const answer = await ssm?.handle('ListCommandInvocations', { CommandId: id, Details: true });
    const invocations = answer?.CommandInvocations as JsonObject[];
    return new Map(invocations.map((invocation) => [String(invocation.InstanceId), outcomesOf(invocation)]));
  } finally {
    ssm?.close();
  }
}

const commandInput = {
  DocumentName: 'checks',
  Targets: [
    { Key: 'tag:Platform', Values: ['fossawork'] },
    { Key: 'tag:Role', Values: ['app'] },
  ],
  Parameters: { nonce: [nonce] },
  MaxErrors: '100%',
};

function outcomesOf({ CommandPlugins }: JsonObject): CheckOutcome[] {
  const checks = (CommandPlugins as JsonObject[]).filter(({ Name }) => Name !== 'Unpack' && Name !== 'Tidy');
  return checks.map(({ Name, ResponseCode, Output }) => ({
    check: String(Name),
    exitCode: Number(ResponseCode),
    output: String(Output),
  }));
}
