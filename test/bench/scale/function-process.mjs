/**
 * A process of its own for one execution environment: runs the local cloud's bootstrap in a thread, hands its messages
 * on, and says with each how much memory and processor the process has used. Plain JavaScript, because it is started
 * without a compiler, which would be measured with it.
 */
import { Worker } from 'node:worker_threads';

/** How often a clock that runs faster than the machine's is set again. */
const clockIntervalMs = 2;

process.once('message', ({ bootstrap, options, clock: { startMs, realStartMs, speed } }) => {
  const offset = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  const setOffset = () => {
    const real = Date.now();
    Atomics.store(offset, 0, BigInt(Math.round(startMs + (real - realStartMs) * speed - real)));
  };
  setOffset();
  if (speed !== 1) setInterval(setOffset, clockIntervalMs);
  const thread = new Worker(new URL(bootstrap), { ...options, workerData: { ...options.workerData, offset } });
  const usage = () => {
    const { user, system } = process.cpuUsage();
    return { peakKilobytes: process.resourceUsage().maxRSS, processorMs: (user + system) / 1_000 };
  };
  thread.on('message', (message) => process.send({ message, usage: usage() }));
  thread.on('error', ({ message }) => process.send({ error: message }));
  thread.on('exit', () => process.exit());
  process.on('message', (message) => thread.postMessage(message));
});
process.once('disconnect', () => process.exit());
