import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { cloudWith, consoleOf } from './console-cloud.ts';

interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

interface Answered {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

/** A request with whatever headers, which a browser would not let a page choose; `PORT` in them is the console's. */
async function send({ method = 'POST', path = 'api/dashboard', headers: asked = {} }: Asked): Promise<Answered> {
  const url = await consoleOf(await cloudWith([]));
  const { port } = new URL(url);
  const headers = Object.fromEntries(Object.entries(asked).map(([name, value]) => [name, value.replace('PORT', port)]));
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${path}`, { method, headers }, async (response) => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
    sent.on('error', reject).end(method === 'POST' ? '{}' : undefined);
  });
}

const json = { 'content-type': 'application/json' };

describe('the console', () => {
  it.each<[string, Asked]>([
    ['its own page', { headers: { ...json, origin: 'http://127.0.0.1:PORT', 'sec-fetch-site': 'same-origin' } }],
    ['its own page by the name of this machine', { headers: { ...json, host: 'localhost:PORT' } }],
    ['a tool without a browser', { headers: json }],
    ['somebody who types the address', { method: 'GET', path: '', headers: { 'sec-fetch-site': 'none' } }],
    [
      'somebody who follows a link',
      { method: 'GET', path: '', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
    ],
  ])('answers %s', async (_who, asked) => {
    expect(await send(asked)).toMatchObject({ status: 200 });
  });

  it.each<[string, Asked, string]>([
    ['another name that leads to this machine', { headers: { ...json, host: 'rebound.example:PORT' } }, 'Host: got'],
    ['another port', { headers: { ...json, host: '127.0.0.1:1' } }, 'Host: got'],
    ['another site', { headers: { ...json, origin: 'https://evil.example' } }, 'Origin: got'],
    ['another server of this machine', { headers: { ...json, origin: 'http://127.0.0.1:1' } }, 'Origin: got'],
    ['a sandboxed frame', { headers: { ...json, origin: 'null' } }, 'Origin: got'],
    ['a page of another site', { headers: { ...json, 'sec-fetch-site': 'cross-site' } }, 'Sec-Fetch-Site: got'],
    ['a page of a neighbour', { headers: { ...json, 'sec-fetch-site': 'same-site' } }, 'Sec-Fetch-Site: got'],
    [
      'a form that another site makes somebody send',
      { headers: { ...json, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } },
      'Sec-Fetch-Site: got',
    ],
    [
      'a script of it, for another site',
      { method: 'GET', path: 'page.js', headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' } },
      'Sec-Fetch-Site: got',
    ],
    ['what a form can send', { headers: { 'content-type': 'text/plain' } }, 'Content-Type: got'],
  ])('refuses %s, and says why', async (_what, asked, reason) => {
    const { status, text } = await send(asked);
    expect(status).toBe(403);
    expect(text).toContain(reason);
  });

  it.each(['../package.json', '..%2fpackage.json', 'page.ts', 'api/dashboard'])('has no page %s', async (path) => {
    expect(await send({ method: 'GET', path })).toMatchObject({ status: 404 });
  });

  it('lets a browser run nothing in the page but its own files, and show it in no frame', async () => {
    const { headers } = await send({ method: 'GET', path: '' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    });
  });
});
