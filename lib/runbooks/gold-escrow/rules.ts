import { p0, p1, p2, p3 } from '../../runbook/rules.ts';

/** "Critical Alerts (Immediate Action)" on every host: down, unreachable, breached. */
export const critical = [
  p0.when('CRITICAL').onEveryHost().atOnce(),
  p1.when('CRITICAL'),
  p3.when('WARNING', 'UNKNOWN'),
];

/** A breach, or a contract that fails, is critical on however few hosts. */
export const criticalAnywhere = [p0.when('CRITICAL').atOnce(), p2.when('WARNING'), p3.when('UNKNOWN')];

/** "Warning Alerts (Monitor Closely)" */
export const warning = [p1.when('CRITICAL'), p2.when('WARNING'), p3.when('UNKNOWN')];

/** What is looked at in a review, and is nobody's emergency. */
export const review = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
