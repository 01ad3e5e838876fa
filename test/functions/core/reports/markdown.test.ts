import fc from 'fast-check';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import type { Block, Document } from '../../../../functions/core/reports/document.ts';
import { markdownOf } from '../../../../functions/core/reports/markdown.ts';
import { shown, textOf } from './shown.ts';

function markdown(...blocks: readonly Block[]): string {
  return markdownOf({ title: 'Title', blocks });
}

/** One text in every place where a text can stand. */
function everywhere(text: string): Document {
  return {
    title: text,
    blocks: [
      { kind: 'heading', level: 2, text },
      { kind: 'heading', level: 3, text },
      { kind: 'text', text },
      { kind: 'fields', fields: [{ label: text, value: text, items: [text] }] },
      { kind: 'heading', level: 2, text },
      { kind: 'list', items: [text, text] },
      { kind: 'heading', level: 2, text },
      { kind: 'tasks', items: [{ text, isDone: true }] },
      { kind: 'table', head: [text, text], rows: [[text, text]] },
      { kind: 'output', text },
      {
        kind: 'chart',
        chart: { caption: text, unit: '', timeZone: 'UTC', points: [] },
      },
    ],
  };
}

/** What `everywhere` must be shown as: elements with their texts, and no element of the text's own. */
function expected(text: string) {
  const line = shown(text);
  return [
    ['h1', line],
    ['h2', line],
    ['h3', line],
    ['p', line],
    ['li', shown(`${text}: ${text}`)],
    ['li', line],
    ['h2', line],
    ['li', line],
    ['li', line],
    ['h2', line],
    ['li', line],
    ['th', line],
    ['th', line],
    ['td', line],
    ['td', line],
    ['pre', line],
    ['p', line],
    ['p', 'No values yet.'],
  ];
}

describe('markdownOf', () => {
  it('renders each block, readable as it is', () => {
    expect(
      markdown(
        { kind: 'heading', level: 2, text: 'Morning' },
        { kind: 'text', text: 'Written from the records,\nas they are.' },
        {
          kind: 'fields',
          fields: [
            { label: 'Disk', value: 'disk_used 93% on /var', status: 'CRITICAL', items: ['web-1: 93%', 'web-2: 91%'] },
            { label: 'Database', value: 'PASS', status: 'OK' },
          ],
        },
        { kind: 'heading', level: 3, text: 'Issues' },
        { kind: 'list', items: [] },
        {
          kind: 'tasks',
          items: [
            { text: 'Backups checked', isDone: true },
            { text: 'Logs read', isDone: false },
          ],
        },
        { kind: 'table', head: ['Check', 'State'], rows: [['disk | usage', 'OK'], ['cpu']] },
        { kind: 'table', head: ['Check'], rows: [] },
        { kind: 'output', text: 'a\n```\n  b\n' },
        {
          kind: 'chart',
          chart: {
            caption: 'Disk used, in 4 days.',
            unit: '%',
            timeZone: 'America/New_York',
            points: [4, 5, 6, 7].map((day) => ({ at: `2026-12-0${day}T13:00:00.000Z`, value: 56 + day })),
          },
        },
      ),
    ).toBe(`# Title

## Morning

Written from the records, as they are.

- Disk: disk_used 93% on /var
  - web-1: 93%
  - web-2: 91%
- Database: PASS

### Issues

- none

- [x] Backups checked
- [ ] Logs read

| Check         | State |
| ------------- | ----- |
| disk \\| usage | OK    |
| cpu           |       |

- none

\`\`\`\`
a
\`\`\`
  b
\`\`\`\`

Disk used, in 4 days.

- 2026-12-05 08:00 EST: 61%
- 2026-12-06 08:00 EST: 62%
- 2026-12-07 08:00 EST: 63%
`);
  });

  it('tells of what is of midnight only the day', () => {
    const points = [{ at: '2026-12-07T05:00:00.000Z', value: 63 }];
    const chart = { caption: 'Disk used.', unit: '%', timeZone: 'America/New_York', points };
    expect(markdown({ kind: 'chart', chart })).toContain('\n- 2026-12-07: 63%\n');
  });

  it.each([
    'disk_used is 93%, over 90% on /var/lib (2 of 3 hosts)',
    'http://localhost:8000/api/work-orders?a=1&b=2 answered 200',
    '2026-12-07 08:00 EST: [error] x < 5 && y > 3; C:\\Users\\ops',
    '*/5 of ~/backups - and 3 * 4 * 5 _ 6',
    '__init__.py is one of 2 files!'.replace('__init__', 'a_b'),
    '-5% #3 +1 $5 1.5 s {"a": [1, 2]} a|b',
  ])('leaves %j as it is', (text) => {
    expect(markdown({ kind: 'text', text })).toBe(`# Title\n\n${text}\n`);
  });

  it.each([
    ['HTML', '<b>bold</b> <img src=x onerror=alert(1)> <!-- gone --> <?x?> </p>'],
    ['a script', '<script>alert(1)</script>'],
    ['a button of CloudWatch', '<cwdb-action action="call" endpoint="arn:aws:lambda:x">do</cwdb-action>'],
    ['addresses in brackets', '<https://example.com> <1@b.c> <a@b.c>'],
    ['links and images', '[a](http://b) ![c](javascript:d) [e][f] [g] [h]: http://i "j"'],
    ['a definition of a link', '[a]: http://b'],
    ['emphasis', '*a* **b** _c_ __d__ ~~e~~ ~f~ `g` a*b*c ***h***'],
    ['a heading', '# heading #'],
    ['a quote', '> quote'],
    ['a list', '- item'],
    ['a numbered list', '12. item'],
    ['a task', '[x] done'],
    ['a line across', '- - -'],
    ['a fence', '```js'],
    ['another fence', '~~~'],
    ['a table', '| a | b |\n| --- | --- |\n| c | d |'],
    ['indented code', '\n\n     code\n\tcode'],
    ['a heading by its underline', 'a\n===\nb\n---'],
    ['entities', '&lt;b&gt; &amp; &copy; &#60; &#x3c; &nosuch'],
    ['backslashes', '\\*a\\* \\\\ \\| C:\\dir \\'],
    ['formulas', "=cmd|' /C calc'!A0 @SUM(1+1)*cmd +1 -1"],
    ['addresses with marks in them', 'http://a/*b*?c=_d_&copy;`e`~~f~~ www.g.h/_i_ _j_@k.l ftp://*m*'],
    ['pipes', 'a|b||c\\|d\\\\|'],
  ])('shows %s as text wherever it stands', (_what, text) => {
    expect(textOf(marked.parse(markdownOf(everywhere(text)), { async: false }))).toEqual(expected(text));
  });

  it('shows that there is nothing where an empty item would make a heading of the line before', () => {
    const text = markdown({ kind: 'fields', fields: [{ label: 'Note', value: '', items: ['\n'] }] });
    expect(text).toBe('# Title\n\n- Note:\n  - (nothing)\n');
  });

  const pieces = fc.constantFrom(
    ...['*', '_', '`', '~', '[', ']', '(', ')', '<', '>', '#', '|', '\\', '!', '&', ';', ':', '-', '+', '=', '.', '1'],
    ...[
      ' ',
      '\n',
      '\t',
      'a',
      'é',
      '磁',
      '😀',
      '/',
      '@',
      '"',
      "'",
      'x',
      '{',
      '}',
      '$',
      '^',
      '%',
      ',',
      '\u202e',
      '\u00a0',
    ],
    ...['http://', 'www.', 'a.b', '<a', '</a', '<!--', '-->', '&lt', '&#60', '[x]', '---', '```', '~~~', '](', ']:'],
  );

  it('shows any text as that text', () => {
    const text = fc
      .oneof(
        fc.array(pieces, { maxLength: 12 }).map((each) => each.join('')),
        fc.string({ unit: 'binary', maxLength: 20 }),
      )
      .filter((each) => shown(each) !== '');
    fc.assert(
      fc.property(text, (each) => {
        expect(textOf(marked.parse(markdownOf(everywhere(each)), { async: false }))).toEqual(expected(each));
      }),
      { numRuns: 2_000 },
    );
  });
});
