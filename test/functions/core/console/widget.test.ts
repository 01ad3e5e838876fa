import { describe, expect, it } from 'vitest';
import type { WidgetData } from '../../../../functions/core/console/data.ts';
import { widgetNames } from '../../../../functions/core/console/surface.ts';
import { describeConsole } from '../../../../functions/core/console/widget.ts';
import { asked, dayPlan, drawn, goodDay, openAlert, surface } from './example-day.ts';
import { fieldsOf, textOf, tokensOf, unclosed } from './html-tokens.ts';

const alerts = [openAlert('disk')];

/** Each with something to do, where there is anything to do in it. */
const widgets: readonly WidgetData[] = [
  { widget: 'status', ...goodDay, alerts },
  { widget: 'checklist', ...goodDay, alerts, signOffs: [asked()] },
  { widget: 'incidents', alerts, heads: [], silences: [] },
  { widget: 'upcoming' },
  { widget: 'documents', reports: [] },
];

function rootClasses(html: string): string[] {
  const root = tokensOf(html).find((token) => token.kind === 'start' && token.name === 'div');
  return root?.kind === 'start' ? (root.attributes.class ?? '').split(' ') : [];
}

describe.each(widgets)('the widget $widget', (data) => {
  it('is well-formed, and without script, frames or anything from elsewhere', () => {
    const tokens = tokensOf(drawn(data));
    expect(unclosed(tokens)).toEqual([]);
    const elements = tokens.flatMap((token) => (token.kind === 'start' ? [token] : []));
    for (const { name, attributes } of elements) {
      expect(['script', 'iframe', 'use', 'img', 'link', 'object']).not.toContain(name);
      expect(Object.keys(attributes).filter((key) => key.startsWith('on') || key === 'src' || key === 'style')).toEqual(
        [],
      );
    }
  });

  it('looks as its reader wants, and not as CloudWatch does', () => {
    expect(rootClasses(drawn(data))).toEqual(expect.arrayContaining(['cwdb-no-default-styles', 'rounds-light']));
    expect(rootClasses(drawn(data, { theme: 'dark' }))).toContain('rounds-dark');
    expect(drawn(data, { theme: 'dark' })).not.toContain('rounds-light');
  });

  it('puts columns below each other where it is narrow', () => {
    expect(rootClasses(drawn(data, { width: 639 }))).toContain('rounds-compact');
    expect(rootClasses(drawn(data, { width: 640 }))).not.toContain('rounds-compact');
  });

  it('says what has become of what its reader did', () => {
    expect(textOf(drawn(data, { answer: { isDone: true, text: 'it is so' } }))).toMatch(/^Done: it is so/);
    expect(textOf(drawn(data, { answer: { isDone: false, text: 'no name' } }))).toMatch(/^Not done: no name/);
  });

  it('reads an answer aloud', () => {
    const live = tokensOf(drawn(data)).find(
      (token) => token.kind === 'start' && token.attributes['aria-live'] === 'polite',
    );
    expect(live).toMatchObject({ attributes: { role: 'status' } });
  });

  it('names every field and every button to those who hear it', () => {
    const tokens = tokensOf(drawn(data));
    for (const [index, token] of tokens.entries()) {
      if (token.kind !== 'start' || token.attributes.name === undefined) continue;
      const before = tokens.slice(0, index).findLast((each) => each.kind === 'start');
      expect(before).toMatchObject({ name: 'label' });
    }
    const buttons = tokens.flatMap((token) => (token.kind === 'start' && token.name === 'button' ? [token] : []));
    for (const { attributes } of buttons.filter((button) => !('disabled' in button.attributes))) {
      expect(attributes).toMatchObject({ type: 'button', 'aria-label': expect.stringMatching(/^.+: .+/) });
    }
  });

  it('gives its tables heads', () => {
    const names = tokensOf(drawn(data)).flatMap((token) => (token.kind === 'start' ? [token.name] : []));
    const tables = names.filter((name) => name === 'table').length;
    expect(names.filter((name) => name === 'thead')).toHaveLength(tables);
  });

  it('has no fields of its own in the past, and says when that is', () => {
    const past = drawn(data, { isPast: true });
    expect(textOf(past)).toMatch(/^As it was at 2026-11-23 10:00 GMT\+1/);
    expect(fieldsOf(past)).toEqual({});
    expect(past).not.toContain(surface.endpoints.act);
  });
});

describe('the name of the reader', () => {
  it('is asked for where there is something to do, and kept', () => {
    const forms = { operator: 'ann' };
    const asking = widgets.filter((data) => 'operator' in fieldsOf(drawn(data, { forms })));
    expect(asking.map(({ widget }) => widget)).toEqual(['checklist', 'incidents']);
    for (const data of asking) expect(fieldsOf(drawn(data, { forms })).operator).toBe('ann');
  });

  it('is not taken from what every object inherits', () => {
    const forms = Object.create({ operator: 'nobody' }) as Record<string, string>;
    expect(fieldsOf(drawn({ widget: 'incidents', alerts, heads: [], silences: [] }, { forms })).operator).toBe('');
  });
});

it('the documentation names every widget as its parameter', () => {
  const text = describeConsole(dayPlan);
  expect(text).toContain('## Rounds: Demo Shop');
  for (const name of widgetNames) expect(text).toContain(`\`${name}\``);
});
