import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Plan } from '../../../functions/core/plan.ts';
import type { LocalCloud } from '../cloud.ts';
import { ConsoleAnswers } from './answers.ts';
import { refusalOf, securityHeaders } from './guard.ts';
import { type PageFile, pageFiles } from './page-files.ts';
import { QuestionError } from './questions.ts';

export interface ConsoleProps {
  readonly cloud: LocalCloud;
  /** Whose dashboard it is. @default what the dashboard's own name says, in UTC */
  readonly plan?: Plan;
  /** @default 4747, or a free one where that is taken */
  readonly port?: number;
}

export interface RunningConsole {
  readonly url: string;
  close(): Promise<void>;
}

/** Easy to remember. */
const usualPort = 4747;

/** A question holds what stands in the fields of one widget. */
const maximumQuestionBytes = 1024 * 1024;

/** Serves the platform's dashboard on 127.0.0.1: the page draws what CloudWatch draws of the same template. */
export async function startConsole({ cloud, plan, port }: ConsoleProps): Promise<RunningConsole> {
  const { ref } = cloud.resource('AWS::CloudWatch::Dashboard');
  const platform = { title: plan?.platform.name ?? ref, timeZone: plan?.timeZone ?? 'UTC' };
  const answers = new ConsoleAnswers(cloud, platform);
  const files = await pageFiles();
  const running = new Set<Promise<void>>();
  const server = createServer((request, response) => {
    const answered = respond(request, response, { answers, files }).finally(() => running.delete(answered));
    running.add(answered);
  });
  const listening = port === undefined ? await listenOnUsual(server) : await listen(server, port);
  return {
    url: `http://127.0.0.1:${listening}/`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      // A function that draws a widget calls a cloud that is about to end.
      await Promise.allSettled(running);
    },
  };
}

async function listenOnUsual(server: Server): Promise<number> {
  try {
    return await listen(server, usualPort);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return listen(server, 0);
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

interface Served {
  readonly answers: ConsoleAnswers;
  readonly files: ReadonlyMap<string, PageFile>;
}

async function respond(request: IncomingMessage, response: ServerResponse, { answers, files }: Served): Promise<void> {
  const refuse = (status: number, error: string) => sendJson(response, status, { error });
  const refusal = refusalOf(request);
  if (refusal !== undefined) return refuse(403, refusal);
  const { pathname } = new URL(request.url ?? '/', 'http://console');
  const file = files.get(pathname);
  if (request.method === 'GET' && file) return send(response, 200, file);
  const [, question] = /^\/api\/(\w+)$/.exec(pathname) ?? [];
  if (request.method !== 'POST' || question === undefined) {
    return refuse(404, `There is no ${request.method} ${pathname}; the page is at /.`);
  }
  try {
    sendJson(response, 200, await answers.answer(question, await readJson(request)));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    refuse(error instanceof QuestionError ? 400 : 500, message);
  }
}

/** @throws {QuestionError} when it is too long, or no JSON */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumQuestionBytes) throw new QuestionError(`A question has at most ${maximumQuestionBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new QuestionError(`The question is no JSON: ${String(error)}.`);
  }
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, { type: 'application/json', text: JSON.stringify(value) });
}

function send(response: ServerResponse, status: number, { type, text }: PageFile): void {
  const headers = { 'content-type': `${type}; charset=utf-8`, 'content-length': Buffer.byteLength(text) };
  response.writeHead(status, { ...securityHeaders, ...headers }).end(text);
}
