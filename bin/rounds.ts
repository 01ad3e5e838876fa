#!/usr/bin/env -S node --import tsx
import { runRounds } from '../lib/cli/program.ts';

// The functions run on Lambda's own Node; that this one is older says nothing about them.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

await runRounds(process.argv.slice(2));
