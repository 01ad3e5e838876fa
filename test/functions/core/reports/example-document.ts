import type { ChartPoint, Document } from '../../../../functions/core/reports/document.ts';
import { laterBy } from '../../../../functions/core/time.ts';

const dayMs = 86_400_000;
const timeZone = 'America/New_York';

/** A value a day at eight in the morning; the first so many days before or after 2026-12-07. */
function daily(first: number, days: number, valueOn: (day: number) => number): ChartPoint[] {
  return Array.from({ length: days }, (_, day) => ({
    at: laterBy((first + day) * dayMs, '2026-12-07T13:00:00.000Z'),
    value: valueOn(day),
  }));
}

/** A document with every kind of block in it, for tests and for whoever wants to see what one looks like. */
export const exampleDocument: Document = {
  title: 'Daily Operations Log 2026-12-07',
  blocks: [
    {
      kind: 'fields',
      fields: [
        { label: 'Platform', value: 'FossaWork V2' },
        { label: 'Operator', value: 'Jane Doe; nobody has signed off 1 item' },
      ],
    },
    { kind: 'heading', level: 2, text: 'Morning Health Check (8:00 AM)' },
    {
      kind: 'fields',
      fields: [
        { label: 'System Services', value: 'PASS', status: 'OK', items: ['fossawork-backend: active'] },
        {
          label: 'Resource Usage',
          value: 'FAIL',
          status: 'CRITICAL',
          items: ['cpu_used 12%', 'disk_used 93% on /var, over 90%, CRITICAL on 1 of 2 hosts'],
        },
        { label: 'Database Health', value: 'PASS, but slow', status: 'WARNING', items: ['query_time 2.4 s'] },
        { label: 'API Response', value: 'not judged: app-2 did not answer', status: 'UNKNOWN' },
      ],
    },
    { kind: 'heading', level: 2, text: 'Issues' },
    { kind: 'heading', level: 3, text: 'DAILY-20261207-001: Disk usage' },
    {
      kind: 'output',
      text: '{\n  "incident": "DAILY-20261207-001",\n  "output": "DISK CRITICAL - <b>/var</b> 93%"\n}\n',
    },
    { kind: 'heading', level: 3, text: 'Outstanding' },
    { kind: 'list', items: [] },
    { kind: 'heading', level: 2, text: 'Checklist' },
    {
      kind: 'tasks',
      items: [
        { text: 'Backups of the night verified (Jane Doe, 09:10 EST)', isDone: true },
        { text: 'Log files reviewed: nobody has signed this off; it was due at 09:00 EST', isDone: false },
      ],
    },
    {
      kind: 'table',
      head: ['Number', 'Priority', 'What', 'Opened', 'Resolved'],
      rows: [
        ['DAILY-20261207-001', 'P2', 'Disk usage CRITICAL on 1 of 2 hosts', '2026-12-07 08:00 EST', '08:41 EST'],
        ['DAILY-20261207-002', 'P3', 'Log sizes WARNING on 1 of 2 hosts', '2026-12-07 18:00 EST'],
      ],
    },
    { kind: 'heading', level: 2, text: 'Capacity' },
    { kind: 'text', text: 'What has grown, and when it is full if it goes on so.' },
    {
      kind: 'chart',
      chart: {
        caption: 'Disk used on the fullest host in 14 days: 61.5%. It reaches 80% in about 37 days, between 30 and 48.',
        unit: '%',
        timeZone,
        limit: 80,
        points: daily(-13, 14, (day) => 55 + day / 2),
        projection: daily(1, 31, (day) => 62 + day / 2).map((each, day) => ({
          ...each,
          low: each.value - day / 8,
          high: each.value + day / 8,
        })),
      },
    },
    { kind: 'chart', chart: { caption: 'Rows of the table.', unit: '', timeZone, points: [] } },
  ],
};
