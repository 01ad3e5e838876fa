import type { IncomingMessage } from 'node:http';

/**
 * Sent with everything. Widgets bring styles of their own; nothing else comes from anywhere but this server, no script
 * stands in a page, and no other page may frame this one.
 */
export const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

/**
 * Why a request is none of the page's own; `undefined` when it may be answered. The console can act, and a browser lets
 * every page on the web send requests to this machine: by its address (cross-site), or by a name that resolves to it.
 */
export function refusalOf({ headers, method, socket }: IncomingMessage): string | undefined {
  const { host = '', origin } = headers;
  const hosts = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (!hosts.includes(host))
    return `Host: got "${host}", expected ${hosts.join(' or ')}. Open the address that was printed.`;
  if (origin !== undefined && origin !== `http://${host}`) {
    return `Origin: got "${origin}", expected http://${host}. Only the console's own page may ask.`;
  }
  const site = headers['sec-fetch-site'];
  // A link may lead here ("none" is an address that somebody has typed), as long as nothing happens by following it.
  const isNavigation = method === 'GET' && headers['sec-fetch-mode'] === 'navigate';
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isNavigation) {
    return `Sec-Fetch-Site: got "${String(site)}", expected same-origin. Only the console's own page may ask.`;
  }
  const type = headers['content-type']?.split(';')[0]?.trim();
  if (method === 'POST' && type !== 'application/json') {
    return `Content-Type: got "${type ?? 'none'}", expected application/json.`;
  }
  return undefined;
}
