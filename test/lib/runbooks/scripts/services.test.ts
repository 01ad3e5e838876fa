import { describe, expect, test } from 'vitest';
import { runScript, temporaryFolder, toolFolder } from '../run-script.ts';

const services = { services: 'fossawork-backend fossawork-frontend' };

/** Shows the properties of a unit, by default of one that runs. */
function shows(properties: Readonly<Record<string, string>> = {}): string {
  const shown = {
    LoadState: 'loaded',
    ActiveState: 'active',
    SubState: 'running',
    Result: 'success',
    StateChangeTimestamp: 'Mon 2025-01-13 07:59:58 UTC',
    ...properties,
  };
  const lines = Object.entries(shown).map(([name, value]) => `'${name}=${value}'`);
  return `printf '%s\\n' ${lines.join(' ')}`;
}

/** Cannot be asked. */
function refuses(complaint: string): string {
  return `echo '${complaint}' >&2; exit 1`;
}

const showsFailure = shows({
  ActiveState: 'failed',
  SubState: 'failed',
  Result: 'exit-code',
  StateChangeTimestamp: 'Tue 2025-01-14 03:12:44 UTC',
});

/** A stand-in that runs one of two shell commands for `systemctl show --property=... -- UNIT`. */
async function systemctl(backend: string, frontend: string): Promise<string> {
  return await toolFolder(
    'systemctl',
    '[ "$1" = show ] && [ "$3" = -- ] || exit 64',
    `case $4 in fossawork-backend) ${backend} ;; fossawork-frontend) ${frontend} ;; *) exit 65 ;; esac`,
  );
}

describe('services.sh', () => {
  test('is OK and says since when every service runs', async () => {
    const outcome = await runScript('services.sh', services, { tools: await systemctl(shows(), shows()) });
    expect(outcome).toEqual({
      exitCode: 0,
      text:
        '2 of 2 services active: fossawork-backend running since Mon 2025-01-13 07:59:58 UTC; ' +
        'fossawork-frontend running since Mon 2025-01-13 07:59:58 UTC',
      metrics: { running: '2', failed: '0' },
    });
  });

  test('is CRITICAL and names the failed service, why and since when', async () => {
    const outcome = await runScript('services.sh', services, { tools: await systemctl(showsFailure, shows()) });
    expect(outcome).toEqual({
      exitCode: 2,
      text: '1 of 2 services not active: fossawork-backend is failed since Tue 2025-01-14 03:12:44 UTC (failed, exit-code)',
      metrics: { running: '1', failed: '1' },
    });
  });

  test.each([
    ['stopped', { ActiveState: 'inactive', SubState: 'dead' }, 2, 'is inactive since Mon'],
    ['restarting after a crash', { ActiveState: 'activating', SubState: 'auto-restart' }, 2, '(auto-restart)'],
    ['never started', { ActiveState: 'inactive', SubState: 'dead', StateChangeTimestamp: '' }, 2, 'inactive (dead)'],
    ['not installed', { LoadState: 'not-found', ActiveState: 'inactive' }, 2, 'is not installed'],
    ['reloading its configuration', { ActiveState: 'reloading', SubState: 'reload' }, 0, '2 of 2 services active'],
  ])('judges a service that is %s', async (_state, properties, exitCode, words) => {
    const tools = await systemctl(shows(), shows(properties));
    const outcome = await runScript('services.sh', services, { tools });
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.text).toContain(words);
  });

  test('is UNKNOWN without metrics on a host that systemd does not run', async () => {
    const answer = refuses('System has not been booted with systemd as init system (PID 1).');
    const outcome = await runScript('services.sh', services, { tools: await systemctl(answer, answer) });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain(
      'could not ask systemd about fossawork-backend: System has not been booted with systemd',
    );
    expect(outcome.metrics).toEqual({});
  });

  test('is UNKNOWN when one service runs and the other cannot be asked about', async () => {
    const tools = await systemctl(shows(), refuses('Failed to get properties: Connection timed out'));
    const outcome = await runScript('services.sh', services, { tools });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toBe(
      'could not ask systemd about fossawork-frontend: Failed to get properties: Connection timed out',
    );
  });

  test('is CRITICAL when one service failed and the other cannot be asked about', async () => {
    const tools = await systemctl(refuses('Failed to get properties: Connection timed out'), showsFailure);
    const outcome = await runScript('services.sh', services, { tools });
    expect(outcome.exitCode).toBe(2);
    expect(outcome.text).toMatch(/^1 of 2 .*frontend is failed.*could not ask systemd about fossawork-backend/);
  });

  test('is UNKNOWN when systemctl answers without a state', async () => {
    const outcome = await runScript('services.sh', services, {
      tools: await systemctl(shows(), 'echo LoadState=loaded'),
    });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain('fossawork-frontend: systemctl told no ActiveState');
  });

  test('is UNKNOWN and names systemctl where it is not installed', async () => {
    const outcome = await runScript('services.sh', services, { onlyTools: await temporaryFolder() });
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain('systemctl is not installed');
  });

  test.each([{}, { services: '  ' }])('is UNKNOWN and names the setting when it is %j', async (settings) => {
    const outcome = await runScript('services.sh', settings);
    expect(outcome.exitCode).toBe(3);
    expect(outcome.text).toContain('setting ROUNDS_SERVICES is missing');
  });

  test('keeps its line short and its metrics whole with many services', async () => {
    const many = Array.from({ length: 60 }, (_, number) => `service-${number}`).join(' ');
    const tools = await toolFolder('systemctl', showsFailure);
    const outcome = await runScript('services.sh', { services: many }, { tools });
    expect(outcome.text).toMatch(/^60 of 60 services not active: service-0 is failed.*\.\.\.$/);
    expect(outcome.metrics).toEqual({ running: '0', failed: '60' });
  });
});
