import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { directPath } from './test/surroundings.ts';

export default defineConfig({
  test: {
    // Most tests wait for processes and sockets: leave no processor to itself.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    include: ['test/**/*.test.ts'],
    env: {
      // The functions run on Lambda's own Node; that this one is older says nothing about them.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      PATH: directPath(),
    },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
