import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import { portOf } from './http-service.ts';

const run = promisify(execFile);

/** A TLS endpoint on 127.0.0.1, with a certificate of its own that is good for 90 days. */
export class TlsService {
  /** The certificate, which clients have to be told to trust. */
  readonly certificate: string;
  readonly #server: Server;

  private constructor(certificate: string, key: string) {
    this.certificate = certificate;
    this.#server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }).unref();
  }

  /** @throws {Error} when the openssl tool is not installed, which the check of certificates needs as well */
  static async start(folder: string): Promise<TlsService> {
    const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
    const identity = ['-subj', '/CN=escrow.example.com', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '90'];
    await run('openssl', ['req', '-x509', ...made, ...identity, '-keyout', key, '-out', certificate]);
    const service = new TlsService(certificate, key);
    service.#server.on('tlsClientError', () => {}).listen(0, '127.0.0.1');
    await once(service.#server, 'listening');
    return service;
  }

  get endpoint(): string {
    return `127.0.0.1:${portOf(this.#server)}`;
  }

  stop(): void {
    this.#server.close();
  }
}
