import type { AskedSignOff, Signature } from '../sign-off.ts';
import type { Iso } from '../time.ts';
import type { ReportRecords } from './records.ts';
import { type Clock, isWithin } from './report-clock.ts';

/** Where a person has to have looked and nobody has. */
export const nobodySignedOff = 'NOBODY SIGNED OFF';

/** The slots of the period in which a sign-off was asked for, the oldest first. */
export function askedIn({ signOffs, period }: ReportRecords, routine: string, id: string): AskedSignOff[] {
  return signOffs.filter((each) => each.id === id && each.routine === routine && isWithin(each.slot, period));
}

/** What was said in the period on older slots: in time for no other report. */
export function signedLate({ signOffs, period }: ReportRecords): readonly SignedLate[] {
  return signOffs.flatMap((asked) => {
    const late = asked.slot < period.from ? asked.signatures.filter(({ at }) => isWithin(at, period)) : [];
    return late.map((signature) => ({ asked, signature }));
  });
}

interface SignedLate {
  readonly asked: AskedSignOff;
  readonly signature: Signature;
}

/** What was said last, which is what counts. */
export function newestSignature({ signatures }: AskedSignOff): Signature | undefined {
  return signatures.at(-1);
}

/** Whether a person has looked and found it in order. */
export function isGiven(signOff: AskedSignOff): boolean {
  return newestSignature(signOff)?.isGood === true;
}

/** That nobody has signed off: loud once somebody had to. */
export function unsignedText({ dueAt }: AskedSignOff, now: Iso): string {
  return dueAt <= now ? nobodySignedOff : 'not signed off yet';
}

/** Until when somebody had to sign off, or has to. */
export function dueText({ dueAt }: AskedSignOff, clock: Clock, now: Iso): string {
  return `${dueAt <= now ? 'overdue since' : 'due by'} ${clock(dueAt)}`;
}

/** What somebody did by a signature. */
export function signatureVerb({ isGood }: Signature): string {
  return isGood ? 'signed off' : 'found something wrong with';
}
