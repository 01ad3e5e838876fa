import { p0, p1, p2, p3 } from '../../runbook/rules.ts';

/**
 * "Critical Alerts (Immediate Action)" on every host: down, unreachable. At the second result in a row, a minute after
 * the first: one request that got lost is no outage.
 */
export const critical = [
  p0.when('CRITICAL').onEveryHost().after(2),
  p1.when('CRITICAL'),
  p2.when('WARNING'),
  p3.when('UNKNOWN'),
];

/** A breach, or a contract that fails, is critical on however few hosts. */
export const criticalAnywhere = [p0.when('CRITICAL').atOnce(), p2.when('WARNING'), p3.when('UNKNOWN')];

/** "Warning Alerts (Monitor Closely)" */
export const warning = [p1.when('CRITICAL'), p2.when('WARNING'), p3.when('UNKNOWN')];

/** What is looked at in a review, and is nobody's emergency. */
export const review = [p2.when('CRITICAL'), p3.when('WARNING', 'UNKNOWN')];
