import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** Bytes in buffers that somebody still holds. */
export function keptBytes(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}
