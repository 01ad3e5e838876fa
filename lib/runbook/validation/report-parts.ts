import { z } from 'zod';
import { refusal } from '../problems.ts';
import { distinctList, fields, line, metricLabel, oneOf, reference, text, whole } from './values.ts';

/** Characters of fixed words, at most: a report is no place for the procedure itself. */
const longestText = 2_000;

/** Parts of a report, and figures of a part, at most: a document has to fit into one item of the table. */
const mostEntries = 100;

const label = line('a label');

const words = text(
  `a text of 1 to ${longestText} characters`,
  'write plain lines, without control characters',
  (value) => value.trim() !== '' && value.length <= longestText && !/[^\P{Cc}\n]/u.test(value),
);

/** Each stands for a routine or for one check of it; whether it is there is a cross-reference's business. */
const places = distinctList('routines, or checks as routine/check', reference('routine'));

const statistic = oneOf(['mean', 'median', 'p95', 'least', 'most', 'latest', 'total']);

const measured = { label, check: reference('check'), metric: metricLabel, statistic };

const limit = z.number({ error: refusal('a finite number', 'write the value that is not to be reached') });

const evidence = z.discriminatedUnion(
  'kind',
  [
    fields({
      kind: z.literal('rounds'),
      of: distinctList('routines', reference('routine')),
      isWell: z.literal(true).optional(),
    }),
    fields({ kind: z.literal('escalations') }),
    fields({ kind: z.literal('incidents') }),
    fields({ kind: z.literal('reports'), of: distinctList('reports', reference('report')) }),
    fields({ kind: z.literal('sign-offs'), of: distinctList('sign-offs', reference('sign-off')) }),
  ],
  { error: refusal('evidence from the records', 'make it with one of evidence, such as evidence.rounds') },
);

const part = z.discriminatedUnion(
  'kind',
  [
    fields({ kind: z.literal('heading'), text: line('the heading') }),
    fields({ kind: z.literal('text'), text: words }),
    fields({ kind: z.literal('verdict'), label, of: places, good: line('a word'), bad: line('a word') }),
    fields({
      kind: z.literal('figures'),
      figures: distinctList('figures', fields(measured), (figure) => figure.label).max(mostEntries, {
        error: refusal(`at most ${mostEntries} figures`, 'make two parts of them'),
      }),
    }),
    fields({
      kind: z.literal('uptime'),
      label,
      checks: distinctList('checks', fields({ label, check: reference('check') }), ({ check }) => check),
    }),
    fields({ kind: z.literal('checklist'), of: places }),
    fields({ kind: z.literal('issues'), label, of: places.exactOptional() }),
    fields({ kind: z.literal('outstanding'), label }),
    fields({ kind: z.literal('actions') }),
    fields({ kind: z.literal('priorities') }),
    fields({ kind: z.literal('notes'), of: places }),
    fields({ kind: z.literal('incidents'), as: oneOf(['issue-record', 'incident-report']) }),
    fields({
      kind: z.literal('trend'),
      ...measured,
      days: whole('days', 1, 366, 'write how much of the past the trend shows'),
      limit: limit.exactOptional(),
    }),
    fields({ kind: z.literal('recurring') }),
    fields({ kind: z.literal('response-times') }),
    fields({ kind: z.literal('audit'), point: line('the point of the audit'), evidence }),
    fields({ kind: z.literal('operator') }),
  ],
  { error: refusal('a part of a report', 'make it with one of the builders of reports.ts, such as heading') },
);

const noParts = refusal(`a list of 1 to ${mostEntries} parts`, 'say what stands in the report');

export const parts = z.array(part, { error: noParts }).min(1, { error: noParts }).max(mostEntries, { error: noParts });
