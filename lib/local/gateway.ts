import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Activity } from './activity.ts';
import { CallLog } from './call-log.ts';
import type { LocalClock } from './clock.ts';
import { type Caller, KeyRing } from './credentials.ts';
import type { AuthorizeCall } from './iam/authorize-call.ts';
import type { Protocol, WireAnswer, WireCall } from './protocols.ts';
import { type JsonObject, type LocalService, ServiceError } from './service.ts';

/** A call before it is applied. */
export interface InterceptedCall extends WireCall {
  readonly caller: string;
  /** Signing name: `ssm`, `dynamodb`, `sns`, `monitoring`. */
  readonly service: string;
  /** Counts all calls of the cloud, from 1. */
  readonly sequence: number;
}

/**
 * What becomes of a call. *drop* cuts the connection, *kill* ends the calling function as well; *before* means that
 * nothing was applied, *after* that it was and only the answer is lost. An error is answered, and nothing is applied.
 */
export type Verdict = 'pass' | 'drop-before' | 'drop-after' | 'kill-before' | 'kill-after' | ServiceError;

export type Intercept = (call: InterceptedCall) => Verdict | Promise<Verdict>;

export interface GatewayService {
  readonly service: LocalService;
  readonly protocol: Protocol;
}

export interface GatewayProps {
  readonly clock: LocalClock;
  readonly activity: Activity;
  /** By signing name: `ssm`, `dynamodb`, `sns`, `monitoring`. */
  readonly services: Readonly<Record<string, GatewayService>>;
  readonly intercept?: Intercept | undefined;
  /** Refuses what a function's role does not allow. */
  readonly authorize: AuthorizeCall;
}

/** More than any AWS API accepts (16 MB is DynamoDB's limit). */
const maximumBodyBytes = 16 * 1024 * 1024;

/** The cloud's one address: finds service and caller in a request's signature, speaks the service's protocol, counts. */
export class Gateway {
  readonly calls = new CallLog();
  readonly keys = new KeyRing();
  readonly #props: GatewayProps;
  readonly #server: Server;
  #sequence = 0;

  constructor(props: GatewayProps) {
    this.#props = props;
    this.#server = createServer((request, response) => {
      void props.activity.track(() => this.#answer(request, response));
    });
    // One that is closed at the moment of its next request loses a call that AWS would have answered.
    this.#server.keepAliveTimeout = 0;
  }

  /** @param port 0 for a free one. Returns the address: `http://127.0.0.1:PORT`. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    try {
      const body = await readBody(request);
      const { target: entry, caller, service } = this.#authenticate(request.headers.authorization);
      const answer = await this.#call(entry, caller, service, request, body, requestId);
      if (answer === 'cut') request.socket.destroy();
      else send(response, answer, requestId, this.#props.clock);
    } catch (error) {
      // Without a service there is no protocol to answer in; every client understands the JSON form.
      const refused = asServiceError(error);
      const body = JSON.stringify({ __type: refused.code, message: refused.message });
      const answer = { statusCode: refused.statusCode, contentType: 'application/x-amz-json-1.1', body };
      send(response, answer, requestId, this.#props.clock);
    }
  }

  #authenticate(authorization: string | undefined): {
    target: GatewayService;
    caller: Caller | undefined;
    service: string;
  } {
    const scope = /Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request/.exec(authorization ?? '');
    const [, accessKeyId = '', service = ''] = scope ?? [];
    if (scope === null) {
      throw new ServiceError(
        'MissingAuthenticationToken',
        'Request is not signed (SigV4); use an AWS SDK client.',
        403,
      );
    }
    const target = this.#props.services[service];
    if (target === undefined) {
      const served = Object.keys(this.#props.services).join(', ');
      throw new ServiceError('UnknownService', `The local cloud has no service "${service}", only ${served}.`, 404);
    }
    return { target, caller: this.keys.find(accessKeyId), service };
  }

  async #call(
    { service: target, protocol }: GatewayService,
    caller: Caller | undefined,
    service: string,
    request: IncomingMessage,
    body: string,
    requestId: string,
  ): Promise<WireAnswer | 'cut'> {
    const sequence = ++this.#sequence;
    let operation = '(unreadable)';
    const done = (outcome: string) => {
      const at = this.#props.clock.now();
      this.calls.record({ sequence, at, caller: caller?.name ?? '(unknown)', service, operation, outcome });
    };
    try {
      if (caller === undefined) throw unrecognizedClient();
      const call = protocol.decode({
        target: header(request, 'x-amz-target'),
        contentType: request.headers['content-type'],
        body,
      });
      operation = call.operation;
      const output = await this.#apply(target, caller, { ...call, caller: caller.name, service, sequence });
      done(output === 'cut' ? 'dropped' : 'ok');
      return output === 'cut' ? 'cut' : protocol.success(operation, output, requestId);
    } catch (error) {
      const refused = asServiceError(error);
      done(refused.code);
      return protocol.failure(refused, requestId);
    }
  }

  async #apply(target: LocalService, caller: Caller, call: InterceptedCall): Promise<JsonObject | 'cut'> {
    const verdict = (await this.#props.intercept?.(call)) ?? 'pass';
    if (verdict instanceof ServiceError) throw verdict;
    if (verdict === 'kill-before') await caller.kill?.();
    if (verdict === 'kill-before' || verdict === 'drop-before') return 'cut';
    if (caller.role !== undefined) {
      this.#props.authorize({ kind: 'role', role: caller.role, session: caller.name }, call);
    }
    const output = await target.handle(call.operation, call.input);
    if (verdict === 'kill-after') await caller.kill?.();
    return verdict === 'pass' ? output : 'cut';
  }
}

function unrecognizedClient(): ServiceError {
  const message = 'The security token included in the request is invalid: this local cloud did not issue the key.';
  return new ServiceError('UnrecognizedClientException', message, 403);
}

/** An error that is no answer of a service is a defect of the local cloud, and looks like AWS's own. */
function asServiceError(error: unknown): ServiceError {
  if (error instanceof ServiceError) return error;
  return new ServiceError(
    'InternalFailure',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    500,
  );
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes) {
      throw new ServiceError('RequestEntityTooLarge', `Body over ${maximumBodyBytes} bytes; send less at once.`, 413);
    }
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const plain = header(request, 'content-encoding') === 'gzip' ? gunzipSync(body) : body;
  return plain.toString('utf8');
}

function header(request: IncomingMessage, name: string): string | undefined {
  const given = request.headers[name];
  return Array.isArray(given) ? given[0] : given;
}

/** The date is the cloud's: a client compares it with its own clock, which runs by the cloud's time as well. */
function send(response: ServerResponse, answer: WireAnswer, requestId: string, clock: LocalClock): void {
  response.writeHead(answer.statusCode, {
    'content-type': answer.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': requestId,
    date: new Date(clock.now()).toUTCString(),
  });
  response.end(answer.body);
}
