import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { root } from '../../markdown.ts';

it('rounds start serves the console from before the round until it is ended', async () => {
  const args = ['--import', 'tsx', 'bin/rounds.ts', 'start'];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const addresses: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    const [, address] = /^Console: (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(line) ?? [];
    if (address === undefined) continue;
    addresses.push(address);
    const response = await fetch(address);
    expect(await response.text()).toContain('<script type="module" src="/page.js">');
    // Said again when the round has been shown, which takes many lines.
    if (addresses.length === 2) child.kill('SIGINT');
  }
  expect(await ended).toEqual([0, null]);
  expect(new Set(addresses).size).toBe(1);
  await expect(fetch(String(addresses[0]))).rejects.toThrow('fetch failed');
}, 60_000);
