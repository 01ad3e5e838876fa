import type { AuthorizeCall } from '../lib/local/iam/authorize-call.ts';

/** For a cloud without a template, and so without roles: what is tested there runs in the test's own name. */
export const everybodyMay: AuthorizeCall = () => undefined;
