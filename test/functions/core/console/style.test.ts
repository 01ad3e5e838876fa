import { describe, expect, it } from 'vitest';
import { documentRules, palettes, styleOf } from '../../../../functions/core/console/style.ts';

/** WCAG's relative luminance: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((place) => {
    const part = Number.parseInt(color.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  const { ground, raised, text, muted, field, link, primary, tones } = palettes[theme];

  it('can be read: texts have a contrast of 4.5', () => {
    const pairs = [
      ...[ground, raised].flatMap((behind) => [text, muted, link].map((color) => [color, behind] as const)),
      [primary.text, primary.ground] as const,
      ...Object.values(tones).map((tone) => [tone.text, tone.ground] as const),
    ];
    for (const [color, behind] of pairs)
      expect([color, behind, contrast(color, behind) >= 4.5]).toEqual([color, behind, true]);
  });

  it('can be seen: edges and fields have a contrast of 3', () => {
    const edges = [field, ...Object.values(tones).map(({ edge }) => edge)];
    for (const edge of edges) expect([edge, contrast(edge, ground) >= 3]).toEqual([edge, true]);
  });

  it('defines every variable that is used', () => {
    const css = styleOf(theme).html + documentRules.html;
    const used = new Set([...css.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    for (const name of used) expect(css).toContain(`${name}:`);
  });
});

describe('every rule', () => {
  const css = `${styleOf('light').html}${documentRules.html}`.replaceAll(/<\/?style>/g, '');
  const selectors = css.split('}').flatMap((rule) => rule.split('{')[0]?.trim() || []);

  it('is about classes of ours, so that the page around a widget stays as it is', () => {
    expect(selectors.length).toBeGreaterThan(50);
    for (const selector of selectors) expect(selector).toMatch(/^(?::where\()?\.rounds-/);
  });

  it('loads nothing', () => {
    expect(css).not.toMatch(/url\(|@import|@font-face|\/\//);
  });
});
