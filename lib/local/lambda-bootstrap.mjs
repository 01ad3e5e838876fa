/**
 * What runs inside a function's worker thread before and around its code: the cloud's clock instead of the machine's,
 * output as messages, and one invocation at a time. Plain JavaScript, because a worker is started without a compiler.
 */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

const { file, exportName, offset } = workerData;

/** Milliseconds between the machine's time and the cloud's. */
const cloudOffset = () => Number(Atomics.load(offset, 0));

const RealDate = globalThis.Date;
const realNow = RealDate.now.bind(RealDate);
globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, newTarget) =>
    Reflect.construct(target, given.length === 0 ? [realNow() + cloudOffset()] : given, newTarget),
  apply: (target) => new target(realNow() + cloudOffset()).toString(),
});
RealDate.now = () => realNow() + cloudOffset();
// `new date.constructor()` must see the cloud's time as well.
RealDate.prototype.constructor = globalThis.Date;

/** Through the same port as the answers, so that a log line never arrives after the answer that it precedes. */
for (const stream of ['stdout', 'stderr']) {
  process[stream].write = (chunk, encodingOrDone, done) => {
    parentPort.postMessage({ kind: 'output', stream, text: String(chunk) });
    const callback = typeof encodingOrDone === 'function' ? encodingOrDone : done;
    callback?.();
    return true;
  };
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: 'string', errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

// A worker that cannot be trusted any more says why, and ends; the runtime starts another.
function abandon(errorType) {
  return (error) => {
    parentPort.postMessage({ kind: 'crash', error: { ...describe(error), errorType } });
    process.exit(1);
  };
}
process.on('uncaughtException', abandon('Runtime.UncaughtException'));
process.on('unhandledRejection', abandon('Runtime.UnhandledPromiseRejection'));

let handler;
try {
  handler = (await import(pathToFileURL(file).href))[exportName];
  if (typeof handler !== 'function') throw new TypeError(`${file} exports no function "${exportName}".`);
  parentPort.postMessage({ kind: 'ready' });
} catch (error) {
  parentPort.postMessage({ kind: 'crash', error: { ...describe(error), errorType: 'Runtime.InitError' } });
  process.exit(1);
}

parentPort.on('message', async ({ event, context, deadline }) => {
  const getRemainingTimeInMillis = () => Math.max(0, deadline - realNow());
  try {
    const result = await handler(event, { ...context, getRemainingTimeInMillis });
    // Lambda sends JSON: what JSON does not know is lost, and `undefined` becomes null.
    const payload = JSON.parse(JSON.stringify(result) ?? 'null');
    parentPort.postMessage({ kind: 'answer', answer: { ok: true, payload } });
  } catch (error) {
    parentPort.postMessage({ kind: 'answer', answer: { ok: false, error: describe(error) } });
  }
});
