import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCost } from '../../../lib/cli/cost.ts';
import { scratchFolder } from '../../scratch-folder.ts';
import { rounds } from './rounds.ts';

async function page(...words: string[]): Promise<string> {
  return (await rounds(['cost', ...words])).stdout;
}

describe('rounds cost', () => {
  it('shows what a month costs by service, for what, and what else people do', async () => {
    const shown = await page('fossawork', '--hosts', '10000');
    expect(shown).toMatch(/^FossaWork V2 \(fossawork\), 10,000 hosts: about \$\d+ a month\n/);
    expect(shown).toMatch(/^ +\$\d+\.\d\d {2}CloudWatch\n +months of a metric +[\d.]+ +\$\d+\.\d\d\n/m);
    expect(shown).toMatch(/^ +\$\d+\.\d\d {2}routine performance$/m);
    expect(shown).toMatch(/^ +\$\d+\.\d\d {2}metrics of routine performance: .*, .*, .*, .* and \d+ more$/m);
    expect(shown).toMatch(/^1,000 hosts more: \$\d+\.\d\d a month\.$/m);
    expect(shown).toMatch(/^ {2}a Nagios or Icinga server: \$344\n {4}10 t3.medium .*\n {4}without: who installs/m);
    expect(shown).toContain('List prices of us-east-1 as of 20');
  });

  it('is of every platform in this folder, each with as few hosts as its fleets ask for', async () => {
    const shown = await page();
    expect(shown).toMatch(/^FossaWork V2 \(fossawork\), 1 host: /m);
    expect(shown).toMatch(/^Gold Escrow Platform \(gold-escrow\), 2 hosts: /m);
  });

  it('takes a runbook in a file', async () => {
    const file = join(import.meta.dirname, 'two-routines.ts');
    expect(await page(file, '--hosts', '50')).toMatch(/, 50 hosts: about \$\d+ a month\n/);
  });

  it('prints every figure for programs, and whose prices they are', async () => {
    const file = join(scratchFolder(), 'prices.json');
    writeFileSync(file, '{ "metrics": 0 }');
    const [cost] = JSON.parse(await page('gold-escrow', '--json', '--prices', file, '--incidents', '0'));
    expect(cost).toMatchObject({
      platform: 'gold-escrow',
      hosts: 2,
      incidents: 0,
      prices: { region: 'us-east-1', own: file },
    });
    expect(cost.services.flatMap(({ rows }: { rows: object[] }) => rows)).toContainEqual({
      what: 'months of a metric',
      quantity: expect.any(Number),
      dollars: 0,
    });
  });

  it.each([
    [
      ['gold-escrow', '--hosts', '1'],
      /--hosts got "1"; expected a whole number from 2, .*gold-escrow ask for, to 1000000\. Write --hosts 1000\./,
    ],
    [['fossawork', '--hosts', 'many'], /--hosts got "many"; expected a whole number from 1/],
    [['fossawork', '--hosts', ''], /--hosts got ""; expected a whole number/],
    [['fossawork', '--incidents', '-1'], /--incidents got "-1"; expected a whole number from 0 to 100000\. Write/],
    [['fossawrk'], /got "fossawrk", expected one of fossawork, .* Did you mean 'fossawork'\?/],
  ])('refuses %j, and says what to write', async (words, message) => {
    const { exitCode, stdout, stderr } = await rounds(['cost', ...words]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  it('is known without waiting', async () => {
    const begun = performance.now();
    await runCost('gold-escrow', { hosts: '100000' });
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
