/**
 * What the engine uses, as far as no runbook says it. Items and units of a round, memory, functions and alarms were
 * counted: test/lib/cost/drift.test.ts counts them again and fails when they no longer fit. Nothing holds the others, which
 * are estimates: milliseconds, logs, incidents, reports, messages, and what the tick and the queue use while nothing happens.
 */

/** AWS's month: a year of 8,760 hours in twelve. */
export const hoursAMonth = 730;
export const daysAMonth = hoursAMonth / 24;
export const minutesAMonth = hoursAMonth * 60;

/** Metrics that a check on hosts prints: the mean on a driven day of both demo platforms, weighed by how often they run. */
export const valuesPrinted = 3;

/** Bytes of the compressed item in which a page of hosts is kept: fitted to pages of 1 to 50 hosts and 1 to 10 checks. */
export const pack = { hosts: 50, bytes: 250, perCheck: 15, perHost: 18, perResult: 7, perValue: 5 } as const;

/** Bytes of a collected round: what its checks found over all hosts, with the distributions that reports ask for. */
export const roundItem = { bytes: 400, perCheck: 250 } as const;

/** Bytes that DynamoDB adds to each item: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html */
export const itemOverheadBytes = 100;

/** Units of 1 KB or 4 KB, the due index with them, beside the results of hosts and the collected round itself. */
export const roundUnits = { write: 10, read: 4 } as const;

/** Of the queries by which the tick asks what is due: 1, read as the index has it. */
export const tickReadUnits = 0.5;

/** Of an incident of a few records: what is written about it until it is over. */
export const incidentWriteUnits = 40;

/** Of a report: its bytes, and what it reads of the rounds of its day. */
export const report = { bytes: 6_000, readUnits: 500 } as const;

/**
 * Billed milliseconds, estimated for Lambda. Dispatch and collect are seldom warm, and their start is billed. A page of
 * hosts is listed twice, as answers and as hosts, and written once: the latencies that `npm run bench` assumes of these
 * three calls, in test/bench/scale/wire.ts, which the same test holds them against.
 */
export const functionMs = { tick: 80, dispatch: 900, collect: 900, page: 385, report: 2_000 } as const;

/** Megabytes of the functions; a test holds them against the template. */
export const memoryMegabytes = { tick: 512, dispatch: 512, collect: 1_769, report: 512 } as const;

/** What Lambda and the function itself log of an invocation, and how long it is kept. */
export const log = { bytes: 1_000, months: 3 } as const;

/** Alarms beside one for each function; a test holds them, and the functions, against the template. */
export const ownAlarms = 4;
export const functionsBeside = 5;

/** Lambda asks a queue by five long polls of 20 seconds, whether there is anything or not. */
export const idleQueueRequests = 5 * 3 * minutesAMonth;

/** Of the end of a command: sent, received, deleted. */
export const roundQueueRequests = 3;

/** Parts of 160 characters that an SMS of Rounds has at most. */
export const smsParts = 2;

/** A problem, and its end. */
export const messagesPerIncident = 2;
